"""Each way in which a place departs from the protocol, over HTTP, at its scripted stand-in."""

import base64
import dataclasses
from datetime import timedelta

import openai
import pytest

from tests.stand_in import KEY, START, running_stand_in
from tests.unit.runs.conftest import Clock
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.rehearsal.dialect import AZURE, LOCAL, NEBIUS, OPENAI, PLAIN
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.runs.watch import points_of, poll_run
from voicetune.workspace.reports import list_checkpoints, list_events

EVENTS = "GET /fine_tuning/jobs/{job_id}/events"
JOB = "GET /fine_tuning/jobs/{job_id}"
RESULT = b"step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,2.5,0.4,2.6,0.3\n"


@pytest.fixture
def start(ws, dataset):
    """Launches a run at a dialect's place; gives the run, the place and its stand-in."""
    running = []

    def start(profile_id, dialect, clock=None):
        manager = running_stand_in(dialect)
        stand_in = manager.__enter__()
        running.append(manager)
        place = Place(load_profiles()[profile_id], stand_in.base_url, KEY)
        settings = Settings(n_epochs=3, suffix="roses", seed=5)
        run = prepare(ws, dataset, place, "tiny", settings, "k1")
        clock = clock or Clock()
        for _ in range(3):
            run = launch(ws, run, place, clock=clock)
            clock.forward(10)
        assert run.job_id == "ftjob-1", run.message
        return run, place, stand_in

    yield start
    for manager in running:
        manager.__exit__(None, None, None)


def test_azure_gets_its_byte_order_mark_and_its_training_type(start):
    run, _, stand_in = start("azure", AZURE)
    assert run.status == "queued"  # not failed for want of a mark
    assert stand_in.contents[run.file_id].startswith(b'\xef\xbb\xbf{"messages"')
    assert stand_in.contents[run.validation_file_id].startswith(b"\xef\xbb\xbf")
    asked = stand_in.jobs["ftjob-1"]["asked"]
    assert asked["trainingType"] == "GlobalStandard"
    assert "metadata" not in asked


def test_azure_s_path_is_the_one_below_openai(start):
    _, place, _ = start("azure", AZURE)
    assert place.base_url.endswith("/openai/v1")


def test_a_place_that_still_reads_the_file_gets_its_job_later(ws, dataset):
    with running_stand_in(AZURE) as stand_in:
        place, clock = Place(load_profiles()["azure"], stand_in.base_url, KEY), Clock()
        stand_in.dialect = dataclasses.replace(AZURE, file_states=("pending",) * 2 + ("processed",))
        run = prepare(ws, dataset, place, "tiny", Settings(), "k1")
        for file_states in (("pending",), ("pending", "processed")):
            stand_in.dialect = dataclasses.replace(AZURE, file_states=file_states)
            run = launch(ws, run, place, clock=clock)
            clock.forward(6)
        assert stand_in.count("POST /fine_tuning/jobs") == 1
        assert run.job_id == "ftjob-1"


def test_nebius_gets_its_hyperparameters_at_the_top(start):
    run, _, stand_in = start("nebius", NEBIUS)
    asked = stand_in.jobs["ftjob-1"]["asked"]
    assert asked["hyperparameters"] == {"lora": True, "n_epochs": 3}
    assert "method" not in asked
    assert run.hyperparameters["n_epochs"] == 3


def test_a_place_that_drops_metadata_is_searched_by_training_file(ws, dataset):
    with running_stand_in(NEBIUS) as stand_in:
        place, clock = Place(load_profiles()["nebius"], stand_in.base_url, KEY), Clock()
        other = prepare(ws, dataset, place, "tiny", Settings(), "other")
        launch(ws, other, place, clock=clock)
        stand_in.lose_reply("POST /fine_tuning/jobs")
        run = launch(ws, prepare(ws, dataset, place, "tiny", Settings(), "k1"), place, clock=clock)
        assert run.job_id == "ftjob-2"
        assert stand_in.count("POST /fine_tuning/jobs") == 2


def test_nebius_starts_at_once_and_its_losses_come_from_its_checkpoints(ws, start):
    run, place, stand_in = start("nebius", NEBIUS)
    assert run.status == "running"
    for step in (10, 20, 30):
        stand_in.checkpoint("ftjob-1", step, train_loss=30 / step, valid_loss=36 / step)
    stand_in.message("ftjob-1", "Training completed successfully")
    stand_in.finish("ftjob-1")
    run = poll_run(ws, run, place)
    assert run.status == "succeeded"
    assert run.fine_tuned_model is None
    points = points_of(ws, run)
    assert [(p.step, p.epoch, p.train_loss, p.valid_loss) for p in points] == [
        (10, 1.0, 3.0, 3.6),
        (20, 2.0, 1.5, 1.8),
        (30, 3.0, 1.0, 1.2),
    ]
    assert [c.model for c in list_checkpoints(ws, run.id)] == ["", "", ""]


def test_a_place_s_order_of_sources_decides_between_two_figures(ws, start):
    run, place, stand_in = start("nebius", dataclasses.replace(NEBIUS, metric_events=True))
    stand_in.metric("ftjob-1", 10, 30, train_loss=9.0, valid_loss=8.0)
    stand_in.checkpoint("ftjob-1", 10, train_loss=3.0)
    poll_run(ws, run, place)
    (point,) = points_of(ws, run)
    assert (point.train_loss, point.valid_loss) == (3.0, 8.0)


@pytest.mark.parametrize("data", [RESULT, base64.b64encode(RESULT), b"\xef\xbb\xbf" + RESULT])
@pytest.mark.parametrize(("profile", "dialect"), [("openai", OPENAI), ("azure", AZURE)])
def test_the_result_file_fills_the_chart_base64_or_plain(ws, start, profile, dialect, data):
    run, place, stand_in = start(profile, dialect)
    stand_in.message("ftjob-1", "Done")
    stand_in.finish("ftjob-1", result_files=["gone", stand_in.keep_file("results.csv", data)])
    (point,) = points_of(ws, poll_run(ws, run, place))
    assert (point.step, point.train_loss, point.valid_loss) == (1, 2.5, 2.6)
    assert (point.train_accuracy, point.valid_accuracy) == (0.4, 0.3)


def test_columns_under_other_names_are_known_from_the_profile(ws, start):
    run, place, stand_in = start("server", PLAIN)
    losses = place.profile.losses.model_copy(update={"columns": {"train_loss": ("perte",)}})
    place = dataclasses.replace(place, profile=place.profile.model_copy(update={"losses": losses}))
    result = stand_in.keep_file("r.csv", b"step,perte,validation_loss\n4,1.5,1.75\n")
    stand_in.finish("ftjob-1", result_files=[result])
    (point,) = points_of(ws, poll_run(ws, run, place))
    assert (point.step, point.train_loss, point.valid_loss) == (4, 1.5, 1.75)


def test_figures_that_stand_only_in_an_event_s_words_are_read(ws, start):
    run, place, stand_in = start("openai", OPENAI)
    words = "Step 30/90: training loss=0.15, validation loss=0.27, full validation loss=0.40"
    stand_in.message("ftjob-1", words)
    poll_run(ws, run, place)
    (point,) = points_of(ws, run)
    assert (point.step, point.epoch, point.train_loss) == (30, 1.0, 0.15)
    assert (point.valid_loss, point.full_valid_loss) == (0.27, 0.40)


def test_a_third_place_with_half_of_the_fields_is_followed(ws, start):
    run, place, stand_in = start("server", PLAIN)
    assert run.status == "validating_files"
    result = stand_in.keep_file("r.csv", b"step,training_loss,validation_loss\n4,1.5,1.75\n")
    stand_in.finish("ftjob-1", result_files=[result])
    run = poll_run(ws, run, place)
    assert (run.status, run.fine_tuned_model) == ("succeeded", "tiny-tuned")
    assert points_of(ws, run)[0].valid_loss == 1.75


def test_null_fields_of_events_and_checkpoints_are_passed_over(ws, start):
    run, place, stand_in = start("local", LOCAL)
    nothing = dict.fromkeys(("id", "created_at", "level", "message", "type", "data"))
    stand_in.events["ftjob-1"] = [dict(nothing), {**nothing, "message": "Hello"}]
    stand_in.checkpoint("ftjob-1", 5)
    stand_in.checkpoints["ftjob-1"][0].update(
        metrics=None, created_at=None, fine_tuned_model_checkpoint=None
    )
    stand_in.advance("ftjob-1", "running", error={"code": None, "message": None}, method=None)
    for _ in range(2):
        run = poll_run(ws, run, place)
    assert run.status == "running"
    assert [event.message for event in list_events(ws, run.id)] == ["", "Hello"]
    assert len(list_checkpoints(ws, run.id)) == 1


def test_times_that_are_written_out_are_read(ws, start):
    run, place, stand_in = start("local", LOCAL)
    stand_in.message("ftjob-1", "Hello")
    stand_in.events["ftjob-1"][0]["created_at"] = "2026-11-26T12:00:00Z"
    stand_in.finish("ftjob-1", finished_at="2026-11-26T12:30:00")
    run = poll_run(ws, run, place)
    assert list_events(ws, run.id)[0].created_at.hour == 12
    assert run.finished.minute == 30


def test_events_that_come_again_or_in_any_order_are_kept_once_and_sorted(ws, start):
    run, place, stand_in = start("local", LOCAL)
    for step in range(1, 5):
        stand_in.metric("ftjob-1", step, 4, train_loss=4.0 / step)
    events = stand_in.events["ftjob-1"]
    stand_in.events["ftjob-1"] = [events[2], events[0], events[0], events[3], events[1], events[2]]
    for _ in range(2):
        poll_run(ws, run, place)
    assert [event.data["step"] for event in list_events(ws, run.id)] == [1, 2, 3, 4]
    assert [point.train_loss for point in points_of(ws, run)] == [4.0, 2.0, 4 / 3, 1.0]


def test_a_place_that_lists_its_events_oldest_first_is_read_to_the_newest(ws, start):
    run, place, stand_in = start("local", LOCAL)
    stand_in.newest_first = False
    for step in range(1, 121):
        stand_in.metric("ftjob-1", step, 150, train_loss=4.0)
    poll_run(ws, run, place)
    for step in range(121, 151):
        stand_in.metric("ftjob-1", step, 150, train_loss=4.0)
    poll_run(ws, run, place)
    assert [point.step for point in points_of(ws, run)] == list(range(1, 151))


def test_pages_that_say_there_is_more_and_never_end_are_left(ws, start):
    run, place, stand_in = start("server", PLAIN)
    stand_in.page_size = 5
    for number in range(20):
        stand_in.message("ftjob-1", f"Event {number}")
    poll_run(ws, run, place)
    assert stand_in.count(EVENTS) == 2
    assert len(list_events(ws, run.id)) == 5


def test_a_status_that_the_profile_translates_is_understood(ws, start):
    run, place, stand_in = start("azure", AZURE)
    for said, meant in (("notRunning", "queued"), ("canceled", "cancelled")):
        stand_in.advance("ftjob-1", said)
        run = poll_run(ws, run, place)
        assert run.status == meant


def test_a_status_that_nobody_knows_is_kept_and_not_final(ws, start):
    run, place, stand_in = start("openai", OPENAI)
    stand_in.advance("ftjob-1", "awaiting_review")
    assert poll_run(ws, run, place).status == "awaiting_review"
    stand_in.finish("ftjob-1")
    assert poll_run(ws, run, place).status == "succeeded"


def test_a_model_that_is_blocked_after_training_is_said_so_in_the_place_s_words(ws, start):
    run, place, stand_in = start("openai", OPENAI)
    said = "The fine-tuned model was blocked: it failed the category harassment."
    stand_in.message(
        "ftjob-1", "Moderation checks passed for the training file", kind="moderation_checks"
    )
    stand_in.message("ftjob-1", said, kind="moderation_checks", level="error")
    stand_in.finish("ftjob-1", fine_tuned_model=None)
    run = poll_run(ws, run, place)
    assert (run.status, run.message) == ("failed", said)


def test_a_job_that_was_deleted_elsewhere_ends_its_run_and_keeps_what_it_had(ws, start):
    clock = Clock()
    run, place, stand_in = start("openai", OPENAI, clock)
    stand_in.metric("ftjob-1", 1, 4, train_loss=4.0)
    poll_run(ws, run, place, clock=clock)
    del stand_in.jobs["ftjob-1"]
    clock.forward(timedelta(minutes=11).total_seconds())
    run = poll_run(ws, run, place, clock=clock)
    assert run.status == "gone"
    assert "does not have this training any more" in run.message
    assert len(points_of(ws, run)) == 1


def test_a_job_that_is_only_not_listed_yet_is_not_called_gone(ws, start):
    clock = Clock()
    run, place, stand_in = start("openai", OPENAI, clock)
    job = stand_in.jobs.pop("ftjob-1")
    with pytest.raises(openai.NotFoundError):
        poll_run(ws, run, place, clock=clock)
    stand_in.jobs["ftjob-1"] = job
    clock.forward(3600)
    stand_in.fail(JOB, 404)
    with pytest.raises(openai.NotFoundError):
        poll_run(ws, run, place, clock=clock)
    assert poll_run(ws, run, place, clock=clock).status == "validating_files"


def test_a_place_without_pages_for_events_and_checkpoints_is_followed(ws, start):
    run, place, stand_in = start("server", PLAIN)
    stand_in.fail(EVENTS, 404)
    stand_in.fail("GET /fine_tuning/jobs/{job_id}/checkpoints", 404)
    stand_in.finish("ftjob-1", finished_at=START)
    assert poll_run(ws, run, place).status == "succeeded"
