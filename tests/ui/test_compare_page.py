import pytest
from streamlit.testing.v1 import AppTest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage, address
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.run_states import NASTY, seed_run
from voicetune.ui import places
from voicetune.ui.compare import history
from voicetune.ui.samples import add_sample
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.runs import Run

__all__ = ["engine", "tokenizer_folder"]


@pytest.fixture
def voice(ws: Workspace) -> int:
    return add_sample(ws, "hiring_manager")


@pytest.fixture
def run(ws: Workspace, voice: int) -> Run:
    return seed_run(ws, voice, "succeeded", epochs_done=9)


def shown(at: AppTest) -> str:
    return "\n".join(
        str(element.value)
        for kind in ("title", "subheader", "markdown", "caption", "text", "error", "code")
        for element in at.get(kind)
    )


def ask(at: AppTest, question: str) -> AppTest:
    return at.chat_input(key="question").set_value(question).run()


def test_without_a_tuned_model_the_page_leads_to_train(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "No tuned model of this voice yet" in shown(at)
    at.button(key="to_train").click().run()
    assert at.title[0].value == "Train"


def test_while_the_first_epoch_runs_the_page_leads_to_progress(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    open_run = seed_run(ws, voice, "running", epochs_done=0.5)
    at = open_page("compare", voice=voice)
    assert "Your model is still learning" in shown(at)
    at.button(key="to_progress").click().run()
    assert address(at, "run") == str(open_run.id)


def test_base_and_tuned_model_stand_side_by_side(
    open_page: OpenPage, engine: StandIn, voice: int, run: Run
) -> None:
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert at.selectbox(key="corner_left").value == "voicetune-starter"
    assert at.selectbox(key="corner_right").value == run.fine_tuned_model


def test_a_finished_model_goes_before_a_later_checkpoint(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    later = seed_run(ws, voice, "cancelled", epochs_done=2.5)
    at = open_page("compare", voice=voice)
    assert at.selectbox(key="corner_right").value == run.fine_tuned_model
    at = open_page("compare", voice=voice, run=later.id)
    assert at.selectbox(key="corner_right").value == f"voicetune-starter:{later.id}:ckpt-step-54"


def test_any_two_models_of_a_place_can_be_compared(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    other = seed_run(ws, add_sample(ws, "nursery_owner"), "succeeded", epochs_done=9)
    at = open_page("compare", voice=voice)
    at.selectbox(key="corner_left").set_value(other.fine_tuned_model).run()
    assert not at.exception
    assert address(at, "left") == other.fine_tuned_model
    ask(at, "Hello?")
    assert [chat["model"] for chat in engine.chats].count(other.fine_tuned_model) == 1
    assert [chat["model"] for chat in engine.chats].count(run.fine_tuned_model) == 1


def test_a_question_goes_to_both_with_the_system_message_and_both_answers_are_kept(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    engine.answer = ["**Bold** ", "<b>x</b> ", NASTY]
    at = ask(open_page("compare", voice=voice), f"  {NASTY} ")
    assert not at.exception
    assert {chat["model"] for chat in engine.chats} == {"voicetune-starter", run.fine_tuned_model}
    for chat in engine.chats:
        assert chat["messages"] == [
            {"role": "system", "content": run.system},
            {"role": "user", "content": NASTY},
        ]
    [turn] = chats.list_turns(ws, run.id)
    assert {side: a.answer for side, a in turn.answers.items()} == {
        "left": "".join(engine.answer),
        "right": "".join(engine.answer),
    }
    assert [answer.state for answer in turn.answers.values()] == ["done", "done"]
    at = open_page("compare", voice=voice)
    assert [text.value for text in at.text].count("".join(engine.answer)) == 2
    assert "3 tokens" in shown(at)
    assert " seconds" in shown(at)


def test_the_system_message_can_be_left_out_and_that_is_said(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    at = open_page("compare", voice=voice)
    at.toggle(key="send_system").set_value(False).run()
    at = ask(at, "Hello?")
    assert [m["role"] for m in engine.chats[0]["messages"]] == ["user"]
    assert "Asked without the" in shown(at)


def test_temperature_and_length_go_to_the_place(
    open_page: OpenPage, engine: StandIn, voice: int, run: Run
) -> None:
    at = open_page("compare", voice=voice)
    at.slider(key="temperature").set_value(0.0).run()
    at.slider(key="longest").set_value(50).run()
    ask(at, "Hello?")
    assert [(c["temperature"], c["max_tokens"]) for c in engine.chats] == [(0.0, 50)] * 2


def test_a_held_out_question_is_a_click_away_and_so_is_the_own_answer(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    from voicetune.runs.held_out import held_out_answers

    at = open_page("compare", voice=voice)
    at.button(key="suggestion_0").click().run()
    assert not at.exception
    [turn] = chats.list_turns(ws, run.id)
    own = held_out_answers(ws, run)[turn.question]
    [expander] = [e for e in at.expander if e.label == "Your own answer"]
    assert expander.text[0].value == own


def test_other_suggestions_follow(
    open_page: OpenPage, engine: StandIn, voice: int, run: Run
) -> None:
    at = open_page("compare", voice=voice)
    before = at.button(key="suggestion_0").label
    at.button(key="other_suggestions").click().run()
    assert at.button(key="suggestion_0").label != before


def test_a_follow_up_carries_each_sides_own_answers(
    open_page: OpenPage, engine: StandIn, voice: int, run: Run
) -> None:
    at = ask(open_page("compare", voice=voice), "First?")
    at.toggle(key="follow_up").set_value(True).run()
    ask(at, "Second?")
    assert [m["content"] for m in engine.chats[-1]["messages"]] == [
        run.system,
        "First?",
        "".join(engine.answer),
        "Second?",
    ]


def test_a_side_that_fails_says_why_and_the_other_is_kept(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    engine.fail("POST /chat/completions", 400, "model_not_found", "No model <b>so</b> *named*")
    at = ask(open_page("compare", voice=voice), "Hello?")
    assert not at.exception
    [turn] = chats.list_turns(ws, run.id)
    states = sorted(answer.state for answer in turn.answers.values())
    assert states == ["done", "failed"]
    assert "<b>so" not in shown(at)


def test_a_stopped_answer_is_shown_as_stopped(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    turn = chats.add_turn(ws, run.id, "Hello?", {"left": "voicetune-starter", "right": "gone"})
    chats.save_answer(ws, turn, "left", "So far", state="stopped")
    chats.save_answer(ws, turn, "right", "", state="stopped")
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "Stopped here." in shown(at)
    assert "Stopped before the first word." in shown(at)


def test_an_answer_that_another_tab_receives_is_not_called_stopped(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    chats.add_turn(ws, run.id, "Hello?", {"left": "voicetune-starter", "right": "other"})
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "Still being written." in shown(at)
    assert "Stopped" not in shown(at)


def test_an_answer_that_nobody_receives_any_more_was_stopped(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    voice: int,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "LIVE_SECONDS", 0.0)
    chats.add_turn(ws, run.id, "Hello?", {"left": "voicetune-starter", "right": "other"})
    assert "Stopped before the first word." in shown(open_page("compare", voice=voice))


def test_the_history_can_be_cleared(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, run: Run
) -> None:
    at = ask(open_page("compare", voice=voice), "Hello?")
    at.button(key="clear").click().run()
    assert not at.exception
    assert chats.list_turns(ws, run.id) == []


def test_what_to_take_home(open_page: OpenPage, engine: StandIn, voice: int, run: Run) -> None:
    at = open_page("compare", voice=voice)
    codes = "\n".join(code.value for code in at.code)
    assert run.fine_tuned_model in codes
    assert "from openai import OpenAI" in codes
    assert "curl " in codes
    assert "VOICETUNE_MODEL=" in codes
    assert "vt-test-key" not in shown(at)
    [download] = at.get("download_button")
    assert download.proto.label == "Download the adapter (ZIP)"


def test_an_engine_that_is_not_up_is_said(
    open_page: OpenPage, ws: Workspace, voice: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "local_engine_available", lambda: True)
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert at.info[0].proto.title == "The local engine is starting"
    monkeypatch.setattr(places, "local_engine_available", lambda: False)
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "came without PyTorch" in at.error[0].value


def test_a_hosted_model_asks_for_the_key(
    open_page: OpenPage, ws: Workspace, voice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    seed_run(ws, voice, "succeeded", place="openai", model="gpt-4.1-mini-2025-04-14")
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert at.text_input(key="key_openai").value == ""


def test_a_place_that_is_no_longer_known_is_passed_over(
    open_page: OpenPage, ws: Workspace, voice: int
) -> None:
    seed_run(ws, voice, "succeeded", place="gone", epochs_done=2)
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "No tuned model of this voice yet" in shown(at)


def test_models_that_are_not_there_in_the_address_are_passed_over(
    open_page: OpenPage, engine: StandIn, voice: int, run: Run
) -> None:
    at = open_page("compare", voice=voice, left="nobody", right="<b>", run="x")
    assert not at.exception
    assert at.selectbox(key="corner_right").value == run.fine_tuned_model


def test_a_name_full_of_markup_is_shown_as_it_is(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    from tests.unit.runs.conftest import example
    from voicetune.workspace.examples import add_examples

    voice = create_dataset(ws, NASTY)
    add_examples(ws, voice, [example(number) for number in range(12)], "Add")
    seed_run(ws, voice, "succeeded", epochs_done=1)
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert r"\*\*bold\*\*" in shown(at)
    assert "<b>html</b>" not in shown(at)
