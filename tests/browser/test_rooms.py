"""Train, Progress and Compare in Chromium, with a scripted engine that waits where a test says."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App, running_app
from tests.browser.look import click, settled, take_pictures, visit
from tests.stand_in import KEY, StandIn, running_stand_in
from tests.ui.engine_place import model_folder
from tests.ui.run_states import seed_run
from voicetune.ui.samples import add_sample
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.runs import Run, list_runs, update_run

ANSWERS = (
    "It is important to have a resume that is a good fit for the job.",
    "Your headline is a label. Say what you did.",
    "A headline is a label on a drawer.\n\nTry this: name the building and the year.",
)
LONG = "\n\n".join(
    f"{n}. A paragraph that a reader has to scroll past, with https://example.org/"
    f"{'a-long-address-' * 6}{n} in it."
    for n in range(12)
)


@dataclass
class Rooms:
    """A running app whose local engine is a stand-in, with a voice and a finished run."""

    app: App
    engine: StandIn
    ws: Workspace
    voice: int
    run: Run


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Rooms]:
    home = tmp_path_factory.mktemp("rooms") / "home"
    (home / "engine").mkdir(parents=True)
    ws = open_workspace(f"sqlite:///{home / 'workspace.db'}")
    voice = add_sample(ws, "hiring_manager")
    seed_run(ws, voice, "cancelled", epochs_done=2.4, answers=ANSWERS[:2])
    seed_run(ws, voice, "failed", epochs_done=0.4, message="The loss stopped being a number.")
    run = seed_run(ws, voice, "succeeded", epochs_done=9, answers=ANSWERS)
    with running_stand_in() as engine:
        engine.models = [
            {
                "id": "voicetune-starter",
                "name": "Starter model",
                "folder": str(model_folder(home / "base")),
                "parameters": 12_500_000,
                "context": 1024,
                "tokens_per_second": 2000.0,
                "measured_at": 1_790_000_000,
            }
        ]
        (home / "engine" / "url").write_text(engine.base_url)
        (home / "engine" / "token").write_text(KEY)
        with running_app(home) as app:
            yield Rooms(app, engine, ws, voice, run)
    ws.close()


@pytest.fixture
def held(rooms: Rooms) -> Iterator[threading.Event]:
    """Answers wait after their first words until this is set."""
    rooms.engine.gate = threading.Event()
    yield rooms.engine.gate
    rooms.engine.gate.set()
    rooms.engine.gate = None


def columns(page: Page) -> list[str]:
    frame = page.locator(".st-key-asking").get_by_test_id("stColumn")
    return frame.get_by_test_id("stText").all_inner_texts()


def test_both_columns_stream_before_either_is_done(
    rooms: Rooms, page: Page, held: threading.Event
) -> None:
    rooms.engine.answer = ["First words. ", f"{LONG} ", "Last words."]
    visit(page, rooms.app.at(f"/compare?voice={rooms.voice}"))
    page.get_by_test_id("stChatInputTextArea").fill("How do I begin?")
    page.keyboard.press("Enter")
    streaming = page.locator(".st-key-asking").get_by_test_id("stColumn")
    expect(streaming).to_have_count(2)
    for side in (0, 1):
        expect(streaming.nth(side)).to_contain_text("First words.")
    assert "Last words." not in "".join(columns(page))
    take_pictures(page, "compare-streaming")
    held.set()
    turn = page.locator("[class*=st-key-turn_]").first
    expect(turn.get_by_text("Last words.")).to_have_count(2)
    expect(page.locator(".st-key-asking")).to_have_count(0)
    settled(page)
    take_pictures(page, "compare-answered")
    page.reload()
    expect(page.get_by_text("Last words.")).to_have_count(2)


def test_a_long_answer_fits_a_phone(rooms: Rooms, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    chats.clear(rooms.ws, rooms.run.id)
    rooms.engine.answer = [LONG, " Last words."]
    visit(page, rooms.app.at(f"/compare?voice={rooms.voice}"))
    click(page.locator(".st-key-suggestion_0 button"))
    answer = page.get_by_text("Last words.").first
    expect(answer).to_be_visible()
    settled(page)
    sideways = "() => document.querySelector('[data-testid=stMain]')"
    main = page.evaluate_handle(sideways)
    assert page.evaluate("m => m.scrollWidth <= m.clientWidth", main)
    box = answer.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_the_better_answer_is_kept_as_a_pair_and_taken_back(rooms: Rooms, page: Page) -> None:
    chats.clear(rooms.ws, rooms.run.id)
    models = {"left": "voicetune-starter", "right": str(rooms.run.fine_tuned_model)}
    turn = chats.add_turn(rooms.ws, rooms.run.id, "How do I begin?", models)
    for side, answer in (("left", ANSWERS[0]), ("right", ANSWERS[2])):
        chats.save_answer(rooms.ws, turn, side, answer, state="done", tokens=20, seconds=1.0)
    visit(page, rooms.app.at(f"/compare?voice={rooms.voice}"))
    take_pictures(page, "compare-which-is-better")
    click(page.get_by_role("button", name="This one is better").last)
    expect(page.get_by_text("Kept in Examples as a")).to_be_visible()
    expect(page.get_by_text("1 preference pair of this voice so far.")).to_be_visible()
    settled(page)
    take_pictures(page, "compare-kept-as-a-pair")
    click(page.get_by_role("button", name="Take it back"))
    expect(page.get_by_role("button", name="This one is better")).to_have_count(2)


def test_stop_keeps_what_came_and_shows_it_as_stopped(
    rooms: Rooms, page: Page, held: threading.Event
) -> None:
    chats.clear(rooms.ws, rooms.run.id)
    rooms.engine.answer = ["First words. ", "Never sent."]
    visit(page, rooms.app.at(f"/compare?voice={rooms.voice}"))
    click(page.locator(".st-key-suggestion_0 button"))
    streaming = page.locator(".st-key-asking").get_by_test_id("stColumn")
    for side in (0, 1):
        expect(streaming.nth(side)).to_contain_text("First words.")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped here.")).to_have_count(2)
    expect(page.get_by_text("First words.")).to_have_count(2)
    [turn] = chats.list_turns(rooms.ws, rooms.run.id)
    assert [(a.answer, a.state) for a in turn.answers.values()] == [
        ("First words. ", "stopped")
    ] * 2
    settled(page)
    take_pictures(page, "compare-stopped")
    click(page.get_by_text("Your own answer"))
    expect(page.locator("[class*=st-key-own_]").get_by_test_id("stText")).to_be_visible()


def test_a_double_click_launches_one_run_and_progress_follows_it(rooms: Rooms, page: Page) -> None:
    before = {run.id for run in list_runs(rooms.ws)}
    visit(page, rooms.app.at(f"/train?voice={rooms.voice}"))
    click(page.get_by_text("Settings: epochs"))
    page.get_by_role("spinbutton", name="Epochs (recommended").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("108,")).to_have_count(0)
    expect(page.locator(".st-key-bill")).to_contain_text("× 2 epochs")
    take_pictures(page, "train-ready")
    click(page.get_by_role("button", name="Train: no charge"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 epochs")
    take_pictures(page, "train-confirm")
    dialog.get_by_role("button", name="Start training").dblclick()
    page.wait_for_url("**/progress?*run=*", timeout=60_000)
    expect(page.get_by_text("Checking your examples")).to_be_visible(timeout=30_000)
    [run] = [run for run in list_runs(rooms.ws) if run.id not in before]
    assert len(rooms.engine.jobs) == 1
    job = str(run.job_id)
    rooms.engine.advance(job, "running")
    rooms.engine.metric(job, 1, 54, epoch=1 / 27, train_loss=3.5, train_mean_token_accuracy=0.2)
    expect(page.get_by_text("Step 1 of 54, epoch 1 of 2")).to_be_visible(timeout=30_000)
    expect(page.locator(".st-key-loss .js-plotly-plot").first).to_be_visible(timeout=30_000)
    for step in range(2, 31):
        ends = {"full_valid_loss": 2.4} if step == 27 else {}
        rooms.engine.metric(
            job, step, 54, epoch=step / 27, train_loss=3.5 - step / 30,
            train_mean_token_accuracy=0.2 + step / 200, **ends,
        )  # fmt: skip
    expect(page.get_by_text("Step 30 of 54, epoch 2 of 2")).to_be_visible(timeout=30_000)
    take_pictures(page, "progress-running")
    page.get_by_role("button", name="Cancel", exact=False).first.click()
    click(page.get_by_role("button", name="Stop this run"))
    stage = page.locator(".st-key-stage")
    expect(stage).to_contain_text("Stopped by you", timeout=30_000)
    assert rooms.engine.jobs[job]["status"] == "cancelled"
    expect(page.get_by_role("button", name="Stop this run")).to_have_count(0)


def test_pictures_of_finished_and_failed_runs(rooms: Rooms, page: Page) -> None:
    for run in list_runs(rooms.ws, rooms.voice):
        visit(page, rooms.app.at(f"/progress?voice={rooms.voice}&run={run.id}"))
        expect(page.locator(".st-key-stage")).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        take_pictures(page, f"progress-{run.status}")


def test_the_page_stops_asking_once_a_run_is_final(rooms: Rooms, page: Page) -> None:
    run = seed_run(rooms.ws, rooms.voice, "running", epochs_done=1.2, job_id="ftjob-gone")
    visit(page, rooms.app.at(f"/progress?voice={rooms.voice}&run={run.id}"))
    expect(page.get_by_text("Learning from your examples")).to_be_visible()
    update_run(rooms.ws, run.id, status="failed", message="It broke.")
    expect(page.locator(".st-key-stage")).to_contain_text("Stopped by a problem", timeout=30_000)
    expect(page.get_by_role("button", name="Back to Train")).to_be_visible()
