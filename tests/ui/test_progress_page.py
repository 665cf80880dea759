import json
import re
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage, address
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.run_states import NASTY, seed_run
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.ui import places
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples
from voicetune.workspace.reports import Event, add_events
from voicetune.workspace.runs import get_run, list_runs

__all__ = ["engine", "tokenizer_folder"]

STATES = (
    "prepared",
    "uploading",
    "creating",
    "not_started",
    "validating_files",
    "queued",
    "running",
    "paused",
    "succeeded",
    "failed",
    "cancelled",
    "a_state_of_next_year",
)


@pytest.fixture
def voice(ws: Workspace) -> int:
    return add_sample(ws, "hiring_manager")


def shown(at: AppTest) -> str:
    return "\n".join(
        str(element.value)
        for kind in ("title", "subheader", "markdown", "caption", "text", "error")
        for element in at.get(kind)
    )


def read(at: AppTest) -> str:
    """Returns what a person reads: without the marks that keep text from being Markdown."""
    return re.sub(r"\\([^\w\s])", r"\1", shown(at)).replace("\N{WORD JOINER}", "")


def buttons(at: AppTest) -> set[str]:
    return {button.key for button in at.button}


def chart(at: AppTest) -> dict[str, list[float]]:
    """Returns the lines of the loss chart: name to x values."""
    [drawn] = at.get("plotly_chart")
    traces = json.loads(drawn.proto.spec)["data"]
    return {trace["name"]: trace["x"] for trace in traces if trace.get("showlegend") is not False}


def test_a_voice_without_runs_leads_to_train(open_page: OpenPage, voice: int) -> None:
    at = open_page("progress", voice=voice)
    assert not at.exception
    assert "Nothing has been trained yet" in shown(at)
    at.button(key="to_train").click().run()
    assert at.title[0].value == "Train"


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("epochs_done", [0, 1.2])
def test_every_state_is_drawn(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, status: str, epochs_done: float
) -> None:
    seed_run(ws, voice, status, epochs_done=epochs_done, message=NASTY)
    at = open_page("progress", voice=voice)
    assert not at.exception
    assert r"\*\*bold\*\*" in shown(at)
    assert "<b>html</b>" not in shown(at)


@pytest.mark.parametrize(
    ("status", "ways"),
    [
        ("prepared", {"cancel"}),
        ("running", {"pause", "cancel"}),
        ("queued", {"cancel"}),
        ("paused", {"resume", "cancel"}),
        ("succeeded", {"to_compare"}),
        ("failed", {"to_train"}),
        ("cancelled", {"to_train"}),
        ("not_started", {"relaunch", "elsewhere"}),
    ],
)
def test_each_state_offers_its_ways_on(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, status: str, ways: set[str]
) -> None:
    seed_run(ws, voice, status)
    offered = buttons(open_page("progress", voice=voice))
    assert (
        offered & {"cancel", "pause", "resume", "to_compare", "to_train", "relaunch", "elsewhere"}
        == ways
    )


def test_the_engines_own_model_has_its_name_at_a_server_too(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    seed_run(ws, voice, "failed", place="server")
    words = shown(open_page("progress", voice=voice))
    assert "Starter model" in words
    assert "voicetune-starter" not in words.partition("Base model")[0]


def test_the_chart_starts_with_the_first_step(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    seed_run(ws, voice, "running", epochs_done=1 / 27)
    at = open_page("progress", voice=voice)
    assert not at.exception
    assert len(chart(at)["Training"]) == 1


def test_the_best_epoch_is_ringed_and_the_sentence_says_which(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    seed_run(ws, voice, "succeeded", epochs_done=9, rises_after=7)
    at = open_page("progress", voice=voice)
    assert chart(at)["Validation"] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert chart(at)["Best so far"] == [7]
    assert "The checkpoint after epoch 7 is likely best." in read(at)
    assert "**After epoch 7**, validation loss 1.985 :green-badge[lowest]" in shown(at)


def test_of_a_run_that_took_its_best_epoch_that_ones_answer_is_shown(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    seed_run(
        ws,
        voice,
        "succeeded",
        epochs_done=9,
        rises_after=7,
        answers=[f"Answer {epoch}." for epoch in range(10)],
        settings={"early_stopping": True},
    )
    at = open_page("progress", voice=voice)
    assert not at.exception
    said = shown(at)
    assert "After epoch 7, the epoch that became your model" in said
    assert said.index("Answer 0.") < said.index("Answer 7.") < said.index("Answer 9.")
    assert "The other epochs (8)" in [expander.label for expander in at.expander]


def test_the_chart_can_run_along_steps(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    seed_run(ws, voice, "running", epochs_done=2.5)
    at = open_page("progress", voice=voice)
    at.button_group(key="axis").set_value("step").run()
    assert not at.exception
    assert chart(at)["Validation"] == [27, 54]


def test_a_run_under_way_says_how_far_it_is_and_how_long_it_takes(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    seed_run(ws, voice, "running", epochs_done=2.5)
    at = open_page("progress", voice=voice)
    assert "Learning from your examples" in shown(at)
    assert "so far" in shown(at)
    assert " left" in shown(at)
    [progress] = at.get("progress")
    assert progress.proto.text == "Step 67 of 243, epoch 3 of 9"


def test_the_voice_can_be_seen_to_emerge(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    answers = ["Dear reader", f"Middle {NASTY}", "Late words"]
    run = seed_run(ws, voice, "running", epochs_done=2.5, answers=answers)
    at = open_page("progress", voice=voice)
    assert not at.exception
    assert run.question
    assert [text.value for text in at.text][:3] == ["Dear reader", "Late words", answers[1]]
    assert any("Your own answer" in expander.label for expander in at.expander)


def test_a_checkpoint_leads_to_compare(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "running", epochs_done=4.5)
    at = open_page("progress", voice=voice)
    keys = [button.key for button in at.button if button.key.startswith("compare_")]
    assert keys == ["compare_108", "compare_81", "compare_54"]
    at.button(key="compare_81").click().run()
    assert at.title[0].value == "Compare"
    assert address(at, "right") == f"voicetune-starter:{run.id}:ckpt-step-81"


def test_every_run_is_listed_and_the_address_chooses(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    first = seed_run(ws, voice, "failed")
    second = seed_run(ws, voice, "succeeded", epochs_done=9)
    at = open_page("progress", voice=voice, run=first.id)
    runs = at.radio(key="run_picker")
    assert runs.value == str(first.id)
    assert len(runs.options) == 2
    assert "Stopped by a problem" in shown(at)
    runs.set_value(str(second.id)).run()
    assert address(at, "run") == str(second.id)
    assert "Finished: your model is ready" in read(at)


def test_a_run_that_is_not_there_shows_the_latest(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "succeeded")
    at = open_page("progress", voice=voice, run=999)
    assert not at.exception
    assert address(at, "run") == str(run.id)


def test_broken_reports_do_not_stop_the_page(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = create_dataset(ws, NASTY)
    from tests.unit.runs.conftest import example

    add_examples(ws, voice, [example(number) for number in range(12)], "Add")
    run = seed_run(
        ws,
        voice,
        "running",
        model="<b>who/knows_*what*</b>",
        hyperparameters={"n_epochs": "many", "batch_size": None},
        estimate={"seconds": None},
    )
    data = [
        {"step": "x"},
        {"step": None, "train_loss": 1},
        {"step": "3", "total_steps": "many", "train_loss": "nan"},
        {"step": 4.0, "total_steps": 9, "train_loss": "2.5", "epoch": "?"},
        {"step": 1e400, "train_loss": True},
    ]
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    add_events(
        ws,
        run.id,
        [
            Event(str(number), moment, NASTY, level="odd", data=row)
            for number, row in enumerate(data)
        ],
    )
    at = open_page("progress", voice=voice)
    assert not at.exception
    assert "<b>" not in shown(at)


def test_a_place_that_is_no_longer_known_is_said(
    open_page: OpenPage, ws: Workspace, voice: int
) -> None:
    seed_run(ws, voice, "running", place="gone")
    at = open_page("progress", voice=voice)
    assert not at.exception
    assert "does not know the place of this run" in shown(at)


def test_a_hosted_run_asks_for_its_key_again_after_a_restart(
    open_page: OpenPage, ws: Workspace, voice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    run = seed_run(ws, voice, "running", place="openai", model="gpt-4.1-mini-2025-04-14")
    assert places.place_of_run(run) is None
    at = open_page("progress", voice=voice)
    assert not at.exception
    at.text_input(key="key_openai").set_value("sk-typed-again").run()
    assert not at.exception
    assert "needs your OpenAI key again" not in shown(at)
    lent = places.place_of_run(run)
    assert lent is not None
    assert lent.api_key == "sk-typed-again"
    places._lent.clear()


def launched(ws: Workspace, voice: int):
    place = places.place_of("local")
    run = prepare(ws, voice, place, "voicetune-starter", Settings(n_epochs=2), "k")
    return launch(ws, run, place)


def test_pause_go_on_and_cancel_reach_the_place(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    from voicetune.workspace.runs import update_run

    run = launched(ws, voice)
    engine.advance(run.job_id, "running")
    update_run(ws, run.id, status="running")
    at = open_page("progress", voice=voice)
    at.button(key="pause").click().run()
    assert not at.exception
    assert get_run(ws, run.id).status == engine.jobs[run.job_id]["status"] == "paused"
    at.button(key="resume").click().run()
    assert get_run(ws, run.id).status == "queued"
    at.button(key="cancel").click().run()
    assert not at.exception
    assert get_run(ws, run.id).status == engine.jobs[run.job_id]["status"] == "cancelled"
    assert "Stopped by you" in shown(at)


def test_a_control_that_fails_is_said(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    from voicetune.workspace.runs import update_run

    run = launched(ws, voice)
    update_run(ws, run.id, status="running")
    engine.fail("POST /fine_tuning/jobs/{job_id}/pause", 503)
    at = open_page("progress", voice=voice)
    at.button(key="pause").click().run()
    assert not at.exception
    assert len(at.toast) == 1
    assert get_run(ws, run.id).status == "running"


def test_a_run_that_did_not_start_can_be_tried_again(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    engine.fail("POST /fine_tuning/jobs", 400)
    run = launched(ws, voice)
    assert run.status == "not_started"
    at = open_page("progress", voice=voice)
    at.button(key="relaunch").click().run()
    assert not at.exception
    assert get_run(ws, run.id).status == "validating_files"
    assert len(engine.jobs) == 1


def test_a_deleted_run_leaves_the_list_and_the_others_stay(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    kept = seed_run(ws, voice, "cancelled")
    gone = seed_run(ws, voice, "failed")
    at = open_page("progress", voice=voice)
    at.button(key="delete").click().run()
    assert not at.exception
    assert [run.id for run in list_runs(ws)] == [kept.id]
    assert f"Run {gone.id}," not in shown(at)


@pytest.mark.parametrize("status", ["queued", "running", "paused"])
def test_a_run_under_way_cannot_be_deleted(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, status: str
) -> None:
    seed_run(ws, voice, status)
    assert "delete" not in buttons(open_page("progress", voice=voice))
