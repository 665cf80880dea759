"""`python -m voicetune chat` against a scripted place."""

from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from tests.stand_in import KEY, running_stand_in
from voicetune.cli import main
from voicetune.commands import chat
from voicetune.providers.client import Place
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.reports import Checkpoint, save_checkpoints
from voicetune.workspace.runs import create_run, list_runs, update_run
from voicetune.workspace.schema import now


@pytest.fixture
def stand_in(monkeypatch):
    with running_stand_in() as place:

        @contextmanager
        def connected(profile):
            yield lambda: Place(profile, place.base_url, KEY)

        monkeypatch.setattr(chat, "connected", connected)
        yield place


@pytest.fixture
def trained():
    workspace = open_workspace()
    run = create_run(
        workspace,
        key="k",
        dataset_id=create_dataset(workspace, "Roses"),
        dataset_name="Roses",
        place="local",
        model="tiny",
        files={"training": b""},
        system="You grow roses.",
    )
    update_run(workspace, run.id, status="succeeded", fine_tuned_model="ft:roses")
    save_checkpoints(
        workspace, run.id, [Checkpoint("c", 5, "ft:roses:ckpt-step-5", now(), {}, True)]
    )
    workspace.close()


def invoke(*arguments, **options):
    return CliRunner().invoke(main, ["chat", *arguments], **options)


def test_one_question_is_answered(stand_in):
    result = invoke("tiny", "--message", "How?", "--temperature", "0.5", "--max-tokens", "9")
    assert result.exit_code == 0
    assert result.stdout == "Start small. Try this: water less.\n"
    asked = stand_in.chats[0]
    assert asked["messages"] == [{"role": "user", "content": "How?"}]
    assert (asked["temperature"], asked["max_tokens"]) == (0.5, 9)


@pytest.mark.parametrize("model", ["ft:roses", "ft:roses:ckpt-step-5"])
def test_a_tuned_model_and_its_checkpoints_get_their_training_system_message(
    stand_in, trained, model
):
    result = invoke(model, "--message", "How?")
    assert stand_in.chats[0]["messages"][0] == {"role": "system", "content": "You grow roses."}
    assert "You grow roses." in result.stderr
    assert "You grow roses." not in result.stdout


def test_a_model_that_another_server_holds_gets_it_too(stand_in, trained):
    workspace = open_workspace()
    (run,) = list_runs(workspace)
    update_run(workspace, run.id, served_at="vllm", served_url="", served_as="voice")
    workspace.close()
    invoke("voice", "--place", "vllm", "--message", "How?")
    invoke("voice", "--message", "How?")
    system, none = (chat["messages"][0] for chat in stand_in.chats)
    assert system == {"role": "system", "content": "You grow roses."}
    assert none["role"] == "user"


def test_another_system_message_can_be_given_or_none(stand_in, trained):
    invoke("ft:roses", "--message", "How?", "--system", "Be brief.")
    invoke("ft:roses", "--message", "How?", "--system", "")
    assert stand_in.chats[0]["messages"][0]["content"] == "Be brief."
    assert [message["role"] for message in stand_in.chats[1]["messages"]] == ["user"]


def test_a_conversation_goes_on_until_an_empty_line(stand_in):
    result = invoke("tiny", input="First?\nSecond?\n\nNever asked\n")
    assert result.exit_code == 0
    assert len(stand_in.chats) == 2
    assert [message["content"] for message in stand_in.chats[1]["messages"]] == [
        "First?",
        "Start small. Try this: water less.",
        "Second?",
    ]


def test_a_conversation_ends_with_its_input(stand_in):
    assert invoke("tiny", input="Only one?").exit_code == 0
    assert len(stand_in.chats) == 1


def test_a_model_that_is_not_there_is_an_error_in_words(stand_in):
    stand_in.fail("POST /chat/completions", 404, "model_not_found", "No such model")
    result = invoke("gone", "--message", "How?")
    assert result.exit_code == 1
    assert "No such model" in result.output


def test_control_characters_of_a_model_do_not_reach_the_terminal(stand_in):
    stand_in.answer = ["\x1b[2J", "żółw 🐢\n", "end"]
    assert invoke("tiny", "--message", "How?").stdout == "[2Jżółw 🐢\nend\n"
