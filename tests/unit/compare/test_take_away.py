import ast
import json
import subprocess

import pytest

from voicetune.compare.take_away import Call, curl_snippet, env_lines, python_snippet

AWKWARD = [
    "You are a plant nursery owner.",
    """She said "it's 5 o'clock"; $HOME `id` $(id) \\n \\ !! %s {x}""",
    "Two lines\nand a third:\n\n'''\"\"\"",
    "Zażółć gęślą jaźń 👩🏽‍🌾 مرحبا e\u0301",
    "'; touch owned; echo '",
]


def call(**changes):
    return Call(
        **{
            "model": "ft:voicetune-starter:local:roses:0a1b2c3d",
            "base_url": "http://127.0.0.1:8123/v1",
            "key_name": "VOICETUNE_LOCAL_KEY",
            "system": "You are a plant nursery owner.",
            **changes,
        }
    )


def literals(program):
    return {node.value for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("text", AWKWARD)
def test_the_python_program_holds_the_texts_exactly(text):
    found = literals(python_snippet(call(system=text, question=text[::-1])))
    assert text in found
    assert text[::-1] in found
    assert "ft:voicetune-starter:local:roses:0a1b2c3d" in found


def test_the_python_program_puts_the_system_message_first():
    program = python_snippet(call())
    assert program.index("\"role\": 'system'") < program.index("\"role\": 'user'")


def test_without_a_system_message_none_is_sent():
    for snippet in (python_snippet(call(system=None)), curl_snippet(call(system=""))):
        assert "system" not in snippet
    assert "SYSTEM" not in env_lines(call(system=None))


def sent_by_curl(snippet, tmp_path):
    """Runs the command in a real shell with a curl that writes down its arguments."""
    out = tmp_path / "arguments"
    curl = tmp_path / "curl"
    curl.write_text(f'#!/bin/sh\nprintf "%s\\0" "$@" > "{out}"\n')
    curl.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "VOICETUNE_LOCAL_KEY": "secret-from-env"}
    subprocess.run(["sh", "-c", snippet], env=env, cwd=tmp_path, check=True)
    return out.read_bytes().decode().split("\0")[:-1]


@pytest.mark.parametrize("text", AWKWARD)
def test_the_shell_sends_the_texts_exactly_and_runs_nothing_else(text, tmp_path):
    arguments = sent_by_curl(curl_snippet(call(system=text, question=text[::-1])), tmp_path)
    assert arguments[0] == "http://127.0.0.1:8123/v1/chat/completions"
    assert "Authorization: Bearer secret-from-env" in arguments
    body = json.loads(arguments[arguments.index("-d") + 1])
    assert body["model"] == "ft:voicetune-starter:local:roses:0a1b2c3d"
    assert body["messages"] == [
        {"role": "system", "content": text},
        {"role": "user", "content": text[::-1]},
    ]
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("text", AWKWARD)
def test_the_env_lines_read_back_exactly(text, tmp_path):
    (tmp_path / ".env").write_text(env_lines(call(system=text)), encoding="utf-8")
    shown = subprocess.run(
        ["sh", "-c", '. ./.env; printf "%s\\0" "$OPENAI_BASE_URL" "$VOICETUNE_SYSTEM_MESSAGE"'],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert shown.split("\0")[:2] == ["http://127.0.0.1:8123/v1", text]
    assert not (tmp_path / "owned").exists()


def test_the_key_is_named_and_left_for_the_person_to_fill_in(monkeypatch):
    monkeypatch.setenv("VOICETUNE_LOCAL_KEY", "vt-very-secret")
    assert env_lines(call()).endswith("\nVOICETUNE_LOCAL_KEY=\n")
    for snippet in (python_snippet(call()), curl_snippet(call()), env_lines(call())):
        assert "vt-very-secret" not in snippet
        assert "VOICETUNE_LOCAL_KEY" in snippet


def test_a_base_address_with_a_closing_slash_is_not_doubled():
    assert "/v1/chat/completions" in curl_snippet(call(base_url="http://127.0.0.1:1/v1/"))
