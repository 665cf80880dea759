"""Who is let in, and how the real command starts."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import httpx2
import openai
import pytest

from tests.contract.running_engine import RunningEngine


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic wrong", "Bearer tökén"])
def test_every_route_needs_the_token(engine: RunningEngine, given: str):
    for method, path in (
        ("GET", "/models"),
        ("GET", "/engine"),
        ("POST", "/files"),
        ("POST", "/chat/completions"),
        ("GET", "/fine_tuning/jobs"),
        ("GET", "/nothing"),
    ):
        headers = {"Authorization": given.encode()}
        response = httpx2.request(method, engine.url + path, headers=headers, trust_env=False)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "invalid_api_key"
    with pytest.raises(openai.AuthenticationError):
        engine.sdk.with_options(api_key="wrong").models.list()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_name_is_refused(engine: RunningEngine, host: str):
    response = engine.request("GET", "/models", headers={"Host": host})
    assert response.status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1", "[::1]:8000"])
def test_this_computer_s_own_names_are_let_in(engine: RunningEngine, host: str):
    assert engine.request("GET", "/models", headers={"Host": host}).status_code == 200


def test_an_unknown_address_and_a_wrong_method_have_openai_s_shape(engine: RunningEngine):
    unknown = engine.request("GET", "/nothing")
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "unknown_url"
    wrong = engine.request("PUT", "/files")
    assert wrong.status_code == 405
    assert set(wrong.json()["error"]) == {"message", "type", "param", "code"}


def test_no_page_of_another_site_may_read_an_answer(engine: RunningEngine):
    response = engine.request("GET", "/models", headers={"Origin": "https://evil.example"})
    assert not any(name.startswith("access-control") for name in response.headers)


def test_the_folder_and_the_token_are_for_their_owner_alone(engine: RunningEngine):
    assert stat.S_IMODE((engine.home / "token").stat().st_mode) == 0o600
    for name in ("files", "jobs", "logs"):
        assert stat.S_IMODE((engine.home / name).stat().st_mode) == 0o700


def command(home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "voicetune.engine", "--home", str(home), *options]


def test_an_address_that_others_can_reach_needs_a_token_file(tmp_path: Path):
    done = subprocess.run(
        command(tmp_path, "--host", "0.0.0.0"), capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert "--token-file" in done.stderr
    assert done.stdout == ""


def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path):
    (tmp_path / "weak").write_text("123\n")
    done = subprocess.run(
        command(tmp_path, "--token-file", str(tmp_path / "weak")),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert "shorter" in done.stderr


def test_a_second_engine_on_the_same_folder_is_refused(engine: RunningEngine):
    done = subprocess.run(
        command(engine.home), capture_output=True, text=True, timeout=30, env=dict(os.environ)
    )
    assert done.returncode == 1
    assert "Another engine" in done.stderr
    assert engine.request("GET", "/models").status_code == 200


def test_the_real_command_prints_where_it_listens_and_follows_its_parent(tmp_path: Path):
    process = subprocess.Popen(
        command(tmp_path / "home", "--token-file", str(tmp_path / "token"), "--parent-stdin"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "VOICETUNE_STARTER": str(tmp_path / "none")},
    )
    with process:
        url = process.stdout.readline().removeprefix("listening on ").strip()
        token = (tmp_path / "token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx2.get(f"{url}/models", headers=headers, trust_env=False)
        assert answer.json() == {"object": "list", "data": []}
        process.stdin.close()
        assert process.wait(30) == 0
