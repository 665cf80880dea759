"""/v1/files over real HTTP."""

import socket

import openai
import pytest
from openai.types import FileDeleted, FileObject

from tests.contract.running_engine import RunningEngine, eventually, lines
from tests.contract.sdk_types import strict_list, strictly
from voicetune.engine.upload import FILE_LIMIT


def form(content: bytes, purpose: str = "fine-tune", name: str = "voice.jsonl", **fields: str):
    return {"files": {"file": (name, content)}, "data": {"purpose": purpose, **fields}}


def test_an_uploaded_file_comes_back_byte_for_byte(engine: RunningEngine):
    content = lines(3, answer="Ça va? 猫 🐈 مرحبا e\u0301") + b"\xff\x00 not text\r\n--boundary\r\n"
    file_id = engine.upload(content)
    assert engine.sdk.files.content(file_id).read() == content
    assert engine.sdk.files.retrieve(file_id).bytes == len(content)


def test_every_file_response_is_strictly_the_sdk_s(engine: RunningEngine):
    made = strictly(FileObject, engine.request("POST", "/files", **form(lines(1))).text)
    assert made.purpose == "fine-tune"
    assert strictly(FileObject, engine.request("GET", f"/files/{made.id}").text) == made
    assert made in strict_list(FileObject, engine.request("GET", "/files"))
    gone = strictly(FileDeleted, engine.request("DELETE", f"/files/{made.id}").text)
    assert gone.deleted
    assert strict_list(FileObject, engine.request("GET", "/files?purpose=batch")) == []


def test_a_list_is_paged_without_a_gap_or_a_repeat(fresh_engine: RunningEngine):
    ids = [fresh_engine.upload(lines(1)) for _ in range(5)]
    newest_first = [file.id for file in fresh_engine.sdk.files.list(limit=2)]
    assert newest_first == ids[::-1]
    oldest_first = [file.id for file in fresh_engine.sdk.files.list(limit=2, order="asc")]
    assert oldest_first == ids
    page = fresh_engine.request("GET", f"/files?limit=2&after={ids[2]}").json()
    assert [file["id"] for file in page["data"]] == [ids[1], ids[0]]
    assert page["has_more"] is False


@pytest.mark.parametrize(
    ("query", "param"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("order=up", "order"), ("after=file-no", "after")],
)
def test_a_wrong_page_is_refused_by_name(engine: RunningEngine, query: str, param: str):
    response = engine.request("GET", f"/files?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param


def test_a_file_name_keeps_its_script_and_loses_its_path(engine: RunningEngine):
    made = engine.request("POST", "/files", **form(b"x", name="C:\\me\\声 été.jsonl")).json()
    assert made["filename"] == "声 été.jsonl"
    content = engine.request("GET", f"/files/{made['id']}/content")
    assert content.content == b"x"


@pytest.mark.parametrize(
    ("options", "param"),
    [
        (form(b"x", purpose="assistants"), "purpose"),
        ({"files": {"file": ("a", b"x")}}, "purpose"),
        (form(b""), "file"),
        ({"files": {"other": ("a", b"x")}, "data": {"purpose": "fine-tune"}}, "file"),
        (form(b"x", **{"expires_after[seconds]": "3600"}), "expires_after"),
        ({"json": {"purpose": "fine-tune"}}, None),
    ],
)
def test_an_upload_that_cannot_be_kept_says_why_and_leaves_nothing(
    engine: RunningEngine, options: dict, param: str | None
):
    before = sorted((engine.home / "files").iterdir())
    response = engine.request("POST", "/files", **options)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param
    assert sorted((engine.home / "files").iterdir()) == before
    assert list((engine.home / "uploads").iterdir()) == []


def test_an_upload_that_breaks_off_leaves_nothing(engine: RunningEngine):
    host, port = engine.url.removeprefix("http://").removesuffix("/v1").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(
            f"POST /v1/files HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Authorization: Bearer {engine.token}\r\nContent-Length: 100000\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            "half a line".encode()
        )
        eventually(lambda: list((engine.home / "uploads").iterdir()))
    eventually(lambda: not list((engine.home / "uploads").iterdir()))


def test_a_body_that_ends_before_its_last_boundary_is_refused(engine: RunningEngine):
    response = engine.request(
        "POST",
        "/files",
        content=b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert response.status_code == 400
    assert "broke off" in response.json()["error"]["message"]


def test_a_file_over_512_mb_is_refused_before_it_is_sent(engine: RunningEngine):
    host, port = engine.url.removeprefix("http://").removesuffix("/v1").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(
            f"POST /v1/files HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Authorization: Bearer {engine.token}\r\nContent-Length: {FILE_LIMIT * 2}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n".encode()
        )
        assert b" 413 " in client.recv(64)


def test_a_file_that_is_not_there_is_a_404(engine: RunningEngine):
    with pytest.raises(openai.NotFoundError) as error:
        engine.sdk.files.retrieve("file-none")
    assert error.value.code == "file_not_found"
    for path in ("/files/file-none/content", "/files/..%2Ftoken/content"):
        assert engine.request("GET", path).status_code == 404


def test_a_file_that_a_job_needs_is_not_deleted(fresh_engine: RunningEngine):
    fresh_engine.play(steps=4, step_seconds=600)
    file_id = fresh_engine.upload()
    job_id = fresh_engine.job(training_file=file_id)
    with pytest.raises(openai.BadRequestError) as error:
        fresh_engine.sdk.files.delete(file_id)
    assert error.value.code == "file_in_use"
    fresh_engine.sdk.fine_tuning.jobs.cancel(job_id)
    assert fresh_engine.sdk.files.delete(file_id).deleted
