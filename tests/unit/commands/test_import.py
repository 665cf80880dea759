"""`python -m voicetune import`: what is written, what is reported, the exit status."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.chat_model import KEY, ChatModel, failing, good, prompts_for, prose, running_chat_model
from tests.unit.importers.linkedin_files import FULL, comment, comments, share, shares
from tests.unit.importers.zips import zipped
from voicetune.cli import main
from voicetune.examples.example import Example
from voicetune.home import DATA
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.runs.filling import NotAskedError, fill_through
from voicetune.workspace.database import open_workspace

POST = "Hiring is slow.\n\nThat is a good thing, most of the time."
FANCY = "𝗪𝗛𝗬 I write every single morning"


def run(tmp_path: Path, *arguments: str | Path) -> tuple[Result, list[dict[str, Any]]]:
    """Runs the command; returns its result and the lines that it wrote."""
    out = tmp_path / "out.jsonl"
    words = ["import", *map(str, arguments), "-o", str(out)]
    result = CliRunner().invoke(main, words)
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    return result, [json.loads(line) for line in lines]


def put(tmp_path: Path, name: str, data: str | bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def archive(tmp_path: Path) -> Path:
    rows = shares(share(POST), share(FANCY), share("https://lnkd.in/abc"), share(""))
    files = {**FULL, "Shares.csv": rows, "Comments.csv": comments(comment("So true, Bo!"))}
    return put(tmp_path, "export.zip", zipped(files).getvalue())


def answers(lines: list[dict[str, Any]]) -> list[str]:
    return [line["messages"][-1]["content"] for line in lines]


def test_posts_are_written_with_an_empty_question(tmp_path: Path):
    result, lines = run(tmp_path, archive(tmp_path))
    assert result.exit_code == 0
    assert lines[0] == {
        "messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": POST}]
    }
    assert answers(lines) == [POST, "WHY I write every single morning"]


def test_questions_come_from_rules_where_asked(tmp_path: Path):
    _, lines = run(tmp_path, archive(tmp_path), "--questions", "rules")
    assert "hiring" in lines[0]["messages"][0]["content"].lower()
    assert answers(lines)[0] == POST


def test_the_report_says_what_was_found_mended_and_left_out(tmp_path: Path):
    result, _ = run(tmp_path, archive(tmp_path), "--json")
    report = json.loads(result.stdout)
    assert (report["added"], report["output"]) == (2, str(tmp_path / "out.jsonl"))
    (facts,) = report["files"]
    assert facts["kind"] == "linkedin"
    assert (facts["found"], facts["added"]) == (5, 2)
    assert facts["kinds"] == {"linkedin-post": 4, "linkedin-comment": 1}
    (mend,) = facts["mends"]
    assert (mend["code"], mend["texts"], mend["count"]) == ("math-letters", 1, 1)
    assert mend["saved_tokens"] > 0
    (mended,) = facts["mended"]
    assert (mended["where"], mended["mends"][0]["code"]) == ("Shares.csv, row 3", "math-letters")
    assert [(item["code"], item["where"], item["text"]) for item in facts["left_out"]] == [
        ("link-only", "Shares.csv, row 4", "https://lnkd.in/abc"),
        ("reshare", "Shares.csv, row 5", ""),
        ("too-short", "Comments.csv, row 2", "So true, Bo!"),
    ]
    assert all(item["reason"].endswith(".") for item in facts["left_out"])
    assert facts["refusals"] == []


def test_the_report_for_people_names_the_same(tmp_path: Path):
    text = run(tmp_path, archive(tmp_path))[0].stdout
    assert "export.zip: A LinkedIn archive: 4 posts, 1 comment." in text
    assert "mended: Words in mathematical letters turned into plain ones (1 text, " in text
    assert "left out: 1 text (link-only): There is hardly more than a link in it." in text
    assert text.splitlines()[-1] == f"2 examples written to {tmp_path / 'out.jsonl'}."


def test_what_is_left_out_can_be_kept_and_a_mend_refused(tmp_path: Path):
    options = ["--keep", "too-short", "--keep", "reshare", "--refuse-mend", "math-letters"]
    _, lines = run(tmp_path, archive(tmp_path), *options)
    assert answers(lines) == [POST, FANCY, "So true, Bo!"]  # a reshare has no words to add
    assert run(tmp_path, archive(tmp_path), "--keep", "nonsense")[0].exit_code == 2


def test_files_with_examples_go_through_as_they_are(tmp_path: Path):
    files = [
        DATA / "samples" / "nursery_owner.jsonl",
        put(tmp_path, "pairs.csv", "question,answer\nHow?,Slowly.\nWhy?,Because.\n"),
        put(tmp_path, "old.jsonl", '{"prompt": "Say hi", "completion": "Hi"}\n'),
        archive(tmp_path),
    ]
    result, lines = run(tmp_path, *files, "--json")
    assert result.exit_code == 0
    assert len(lines) == 90 + 2 + 1 + 2
    assert lines[90]["messages"][0] == {"role": "user", "content": "How?"}
    assert lines[92]["messages"][1] == {"role": "assistant", "content": "Hi"}
    kinds = [one["kind"] for one in json.loads(result.stdout)["files"]]
    assert kinds == ["chat", "pairs", "chat", "linkedin"]


def test_a_bad_line_costs_only_itself_and_is_reported(tmp_path: Path):
    good = '{"messages": [{"role": "user", "content": "a"}]}'
    result, lines = run(tmp_path, put(tmp_path, "v.jsonl", f"{good}\n{{oops\n{good}\n"), "--json")
    assert len(lines) == 2
    (refusal,) = json.loads(result.stdout)["files"][0]["refusals"]
    assert (refusal["line"], refusal["code"], refusal["text"]) == (2, "not-json", "{oops")


def test_an_archive_that_is_not_to_be_trusted_says_why(tmp_path: Path):
    file = put(tmp_path, "bad.zip", zipped({"Shares.csv": "x", "../evil": "x"}).getvalue())
    result, lines = run(tmp_path, file)
    assert (result.exit_code, lines) == (2, [])
    assert "outside its folder" in result.stdout


def test_one_unreadable_file_does_not_keep_the_others_out(tmp_path: Path):
    result, lines = run(tmp_path, put(tmp_path, "p.png", b"\x89PNG\r\n"), archive(tmp_path))
    assert (result.exit_code, len(lines)) == (2, 2)
    assert "p.png: This is a picture (PNG)." in result.stdout


def test_an_archive_without_texts_writes_nothing(tmp_path: Path):
    result, lines = run(tmp_path, put(tmp_path, "e.zip", zipped(FULL).getvalue()))
    assert (result.exit_code, lines) == (1, [])
    assert "0 examples." in result.stdout


@pytest.mark.parametrize("name", ["Shares.csv", "Shares_123.csv", "renamed.csv"])
def test_a_single_file_of_the_archive_is_enough(tmp_path: Path, name: str):
    _, lines = run(tmp_path, put(tmp_path, name, shares(share(POST))))
    assert answers(lines) == [POST]


def test_no_control_character_of_a_file_reaches_the_terminal(tmp_path: Path):
    bad = f"{share(POST)}\n" + share("\x1b[31m red words, five of them")
    result, lines = run(tmp_path, put(tmp_path, "Shares.csv", shares(bad)))
    assert "\x1b" not in result.stdout
    assert answers(lines)[1] == "[31m red words, five of them"


def test_the_same_text_in_two_files_comes_in_once(tmp_path: Path):
    single = put(tmp_path, "Shares.csv", shares(share(POST)))
    result, lines = run(tmp_path, archive(tmp_path), single, "--json")
    assert answers(lines).count(POST) == 1
    assert [i["code"] for i in json.loads(result.stdout)["files"][1]["left_out"]] == ["duplicate"]


def test_of_a_folder_every_known_file_is_read_and_nothing_else(tmp_path: Path):
    folder = tmp_path / "archive"
    (folder / ".hidden").mkdir(parents=True)
    put(folder, "Shares.csv", shares(share(POST)))
    put(folder, "note.md", "# A note\n\nFive words of a note.")
    put(folder, "messages.csv", FULL["messages.csv"])
    put(folder, "table.csv", "a,b\nSomebody else's table,x\n")
    put(folder, "picture.png", b"\x89PNG")
    put(folder, ".hidden/note.md", "Five words that are hidden.")
    result, lines = run(tmp_path, folder)
    assert (result.exit_code, answers(lines)) == (0, [POST, "Five words of a note."])
    assert "messages: other people wrote half of them" in result.stdout


def test_a_table_without_questions_gives_posts(tmp_path: Path):
    rows = "Text,Image URL,Tags,Posting Time\nA post of five words here,,x,2024-01-02 10:00\n"
    result, lines = run(tmp_path, put(tmp_path, "buffer.csv", rows), "--json")
    assert lines[0]["messages"] == [
        {"role": "user", "content": ""},
        {"role": "assistant", "content": "A post of five words here"},
    ]
    assert json.loads(result.stdout)["files"][0]["kind"] == "table"


def test_the_command_starts_without_the_heavy_libraries(tmp_path: Path):
    file = put(tmp_path, "Shares.csv", shares(share(POST)))
    program = (
        "import sys; from voicetune.cli import main; main(['import', sys.argv[1], '-o', "
        "sys.argv[2]], standalone_mode=False); print(sorted({'streamlit', 'openai', 'torch', "
        "'sklearn', 'numpy', 'pandas', 'sqlalchemy', 'tiktoken', 'pypdf'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, str(file), str(tmp_path / "o.jsonl")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=DATA.parent)
    assert ran.stdout.splitlines()[-1] == "[]", ran.stderr


# -- questions through a place ---------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatModel]:
    """A chat model at the address of OpenAI's profile, and a key for it in the environment."""
    with running_chat_model() as model:
        shipped = json.loads((DATA / "providers.json").read_text("utf-8"))["providers"]
        (profile,) = [each for each in shipped if each["id"] == "openai"]
        own = {"providers": [{**profile, "base_url": model.base_url}]}
        monkeypatch.setenv("VOICETUNE_PROVIDERS", str(put(tmp_path, "own.json", json.dumps(own))))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield model


def plants(tmp_path: Path, count: int = 9) -> Path:
    """Writes an archive of posts, each of which ends in a word of its own."""
    words = ("radish", "basil", "fern", "clover", "thyme", "sorrel", "mint", "sage", "rose")
    posts = [share(f"{POST} Today it is about the {word}") for word in words[:count]]
    return put(tmp_path, "plants.zip", zipped({"Shares.csv": shares(*posts)}).getvalue())


def questions(lines: list[dict[str, Any]]) -> list[str]:
    return [line["messages"][0]["content"] for line in lines]


def test_questions_come_from_a_place_and_the_price_is_said_first(tmp_path: Path, place: ChatModel):
    result, lines = run(tmp_path, plants(tmp_path), "--questions", "openai")
    assert result.exit_code == 0, result.output
    assert all(
        asked in prompts_for(said)
        for asked, said in zip(questions(lines), answers(lines), strict=True)
    )
    first, second, *rest = result.stderr.splitlines()
    assert first.startswith("To GPT-4.1 mini at OpenAI (http://127.0.0.1")
    assert "9 texts with" in first
    assert "2 requests" in first
    assert "tokens to read" in second
    assert "by prices of" in second
    assert rest == ["8 of 9 texts done", "9 of 9 texts done"]
    assert "Questions: 9 from GPT-4.1 mini, 0 rough, by rules." in result.stdout
    assert KEY not in result.output


def test_the_report_says_what_was_asked_and_refused(tmp_path: Path, place: ChatModel):
    def linked(body: dict[str, Any]) -> str:
        return good(body).replace("about radish", "about https://example.com")

    place.script = [linked, prose, prose]
    result, lines = run(tmp_path, plants(tmp_path), "--questions", "openai", "--json")
    report = json.loads(result.stdout)["questions"]
    assert (report["place"], report["texts"], report["known"], report["asked"]) == (
        "openai",
        9,
        0,
        9,
    )
    assert (report["requests"], report["input_tokens"]) == (3, 2700)
    assert report["estimate"]["currency"] == "USD"
    assert [each["line"] for each in report["rough"]] == [9]
    assert report["rough"][0]["where"] == "Shares.csv, row 10"
    assert report["refused"][0] == {
        "where": "Shares.csv, row 2",
        "reason": "A prompt has a link, an address or a handle in it.",
    }
    assert lines[8]["messages"][0]["content"]


def test_a_second_run_asks_only_what_the_first_did_not(tmp_path: Path, place: ChatModel):
    place.script = [good, failing(401, "invalid_api_key")]
    result, lines = run(tmp_path, plants(tmp_path), "--questions", "openai")
    assert result.exit_code == 1
    assert lines == []
    assert "Error: OpenAI does not accept this key" in result.stderr
    assert "8 texts of 9 are done and kept" in result.stderr
    result, lines = run(tmp_path, plants(tmp_path), "--questions", "openai", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["questions"]["known"] == 8
    assert len(place.texts) == 10  # the ninth twice
    assert all(questions(lines))


def test_without_a_key_nothing_is_sent_and_nothing_written(
    tmp_path: Path, place: ChatModel, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("OPENAI_API_KEY")
    result, lines = run(tmp_path, plants(tmp_path), "--questions", "openai")
    assert (result.exit_code, lines, place.requests) == (1, [], [])
    assert "Error: OpenAI needs a key: set OPENAI_API_KEY" in result.stderr


def test_another_model_can_be_named(tmp_path: Path, place: ChatModel):
    file = plants(tmp_path, 1)
    result, _ = run(tmp_path, file, "--questions", "openai", "--model", "gpt-4.1-2025-04-14")
    assert "GPT-4.1 at OpenAI" in result.stderr
    assert place.requests[0]["model"] == "gpt-4.1-2025-04-14"


def test_the_starter_model_is_not_asked_by_itself(
    tmp_path: Path, place: ChatModel, voicetune_home: Path
):
    place.models = [
        {
            "id": "voicetune-starter",
            "name": "Starter model",
            "folder": "",
            "parameters": 12_500_000,
            "context": 1024,
            "tokens_per_second": None,
            "measured_at": None,
        }
    ]
    workspace = open_workspace()
    at = Place(load_profiles()["local"], place.base_url, KEY)
    examples = [Example([{"role": "user", "content": ""}, {"role": "assistant", "content": POST}])]
    with pytest.raises(NotAskedError, match="too small"):
        fill_through(workspace, examples, lambda: at, print, today=date(2026, 11, 26))
    workspace.close()
    assert place.requests == []
