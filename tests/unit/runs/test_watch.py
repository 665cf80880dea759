import base64

import openai
import pytest

from tests.unit.runs.conftest import SYSTEM
from voicetune.runs.control import cancel
from voicetune.runs.watch import points_of, poll_run, save_samples
from voicetune.workspace.reports import list_checkpoints, list_events, list_samples
from voicetune.workspace.runs import get_run, update_run

EVENTS = "GET /fine_tuning/jobs/{job_id}/events"


@pytest.fixture
def job(launched):
    return launched.job_id


def steps(stand_in, job, first, last, total=30):
    for step in range(first, last + 1):
        stand_in.metric(job, step, total, train_loss=3.0 / step, epoch=3 * step / total)


def test_the_state_follows_the_job(ws, launched, place, stand_in, job):
    stand_in.advance(job, "queued")
    assert poll_run(ws, launched, place).status == "queued"
    stand_in.advance(job, "running", estimated_finish=1_790_000_100)
    run = poll_run(ws, launched, place)
    assert run.status == "running"
    assert run.started is not None
    assert run.estimated_finish.timestamp() == 1_790_000_100


def test_a_state_that_is_not_known_is_kept_as_it_is_and_followed(
    ws, launched, place, stand_in, job
):
    stand_in.advance(job, "cancel_requested")
    assert poll_run(ws, launched, place).status == "cancel_requested"
    stand_in.advance(job, "cancelled")
    assert poll_run(ws, launched, place).status == "cancelled"


def test_the_start_is_noted_once(ws, launched, place, stand_in, job):
    stand_in.advance(job, "running")
    started = poll_run(ws, launched, place).started
    assert poll_run(ws, launched, place).started == started


def test_a_finished_run_has_its_model_tokens_and_time(ws, launched, place, stand_in, job):
    stand_in.finish(job)
    run = poll_run(ws, launched, place)
    assert run.status == "succeeded"
    assert run.fine_tuned_model == "ft:tiny:here::abc"
    assert run.trained_tokens == 1200
    assert run.finished.timestamp() == 1_790_000_500


def test_a_failed_job_says_why(ws, launched, place, stand_in, job):
    error = {"code": "bad_line", "message": "Line 3 has no answer", "param": "training_file"}
    stand_in.advance(job, "failed", error=error)
    run = poll_run(ws, launched, place)
    assert run.status == "failed"
    assert run.message == "Line 3 has no answer"


def test_a_run_that_is_over_is_not_asked_about(ws, launched, place, stand_in, job):
    stand_in.finish(job)
    poll_run(ws, launched, place)
    asked = len(stand_in.requests)
    poll_run(ws, launched, place)
    assert len(stand_in.requests) == asked


def test_a_run_that_was_never_sent_is_launched(ws, prepared, place):
    assert poll_run(ws, prepared, place).job_id == "ftjob-1"


def test_the_hyperparameters_that_the_place_chose_are_kept(ws, launched, place, stand_in, job):
    stand_in.advance(job, "running", hyperparameters={"n_epochs": 4, "batch_size": "auto"})
    assert poll_run(ws, launched, place).hyperparameters == {"n_epochs": 4}


def test_events_come_in_their_order_and_once(ws, launched, place, stand_in, job):
    stand_in.message(job, "Job started")
    steps(stand_in, job, 1, 2)
    poll_run(ws, launched, place)
    steps(stand_in, job, 3, 4)
    poll_run(ws, launched, place)
    poll_run(ws, launched, place)
    events = list_events(ws, launched.id)
    assert [event.message.partition(":")[0] for event in events] == [
        "Job started",
        "Step 1/30",
        "Step 2/30",
        "Step 3/30",
        "Step 4/30",
    ]
    assert events[1].data["train_loss"] == 3.0


@pytest.mark.parametrize("page_size", [100, 20])
def test_everything_that_happened_meanwhile_is_filled_in(
    ws, launched, place, stand_in, job, page_size
):
    stand_in.page_size = page_size
    steps(stand_in, job, 1, 250, total=250)
    poll_run(ws, launched, place)
    assert [point.step for point in points_of(ws, launched)] == list(range(1, 251))


def test_only_new_pages_are_read(ws, launched, place, stand_in, job):
    steps(stand_in, job, 1, 250, total=250)
    poll_run(ws, launched, place)
    asked = stand_in.count(EVENTS)
    steps(stand_in, job, 251, 252, total=252)
    poll_run(ws, launched, place)
    assert stand_in.count(EVENTS) == asked + 1


def test_a_place_that_never_ends_its_pages_does_not_hold_us(ws, launched, place, stand_in, job):
    stand_in.honest_paging = False
    stand_in.page_size = 20
    steps(stand_in, job, 1, 30)
    poll_run(ws, launched, place)
    assert len(list_events(ws, launched.id)) == 20
    assert stand_in.count(EVENTS) == 2


def test_a_catch_up_that_breaks_off_leaves_no_hole(ws, launched, place, stand_in, job):
    steps(stand_in, job, 1, 150, total=150)
    stand_in.fail_after(EVENTS, 1, 503)
    with pytest.raises(openai.APIError):
        poll_run(ws, launched, place)
    assert list_events(ws, launched.id) == []
    poll_run(ws, launched, place)
    assert len(list_events(ws, launched.id)) == 150


def test_checkpoints_that_the_place_drops_are_kept_as_gone(ws, launched, place, stand_in, job):
    stand_in.checkpoint(job, 10, full_valid_loss=1.5)
    poll_run(ws, launched, place)
    stand_in.checkpoints[job].clear()
    stand_in.checkpoint(job, 20, full_valid_loss=1.2)
    poll_run(ws, launched, place)
    found = list_checkpoints(ws, launched.id)
    assert [(c.step_number, c.available) for c in found] == [(10, False), (20, True)]
    assert found[1].metrics["full_valid_loss"] == 1.2
    assert found[1].model == "ft:tiny:here::abc:ckpt-step-20"


def test_a_final_run_has_all_its_events(ws, launched, place, stand_in, job):
    """The state is asked first and written last: what came in between is not missed."""
    steps(stand_in, job, 1, 29)
    stand_in.finish(job)
    stand_in.on(EVENTS, lambda: steps(stand_in, job, 30, 30))
    assert poll_run(ws, launched, place).status == "succeeded"
    assert points_of(ws, launched)[-1].step == 30


def test_a_cancellation_while_it_asks_is_not_undone(ws, launched, place, stand_in, job):
    stand_in.advance(job, "running")
    stand_in.on(EVENTS, lambda: cancel(ws, launched, place))
    assert poll_run(ws, launched, place).status == "cancelled"


RESULT = b"step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,2.5,0.4,2.6,0.3\n"


@pytest.mark.parametrize("data", [RESULT, base64.b64encode(RESULT)])
def test_a_place_without_metric_events_gives_its_figures_by_the_result_file(
    ws, launched, place, stand_in, job, data
):
    stand_in.contents["file-result"] = data
    stand_in.message(job, "Done")
    stand_in.finish(job, result_files=["file-result"])
    poll_run(ws, launched, place)
    point = points_of(ws, launched)[0]
    assert (point.step, point.train_loss, point.valid_loss) == (1, 2.5, 2.6)


def test_an_away_place_leaves_the_workspace_as_it_was(ws, launched, gone):
    before = get_run(ws, launched.id)
    with pytest.raises(openai.APIConnectionError):
        poll_run(ws, launched, gone)
    assert get_run(ws, launched.id) == before


def test_the_voice_emerges_from_the_base_model_through_the_epochs(
    ws, launched, place, stand_in, job
):
    steps(stand_in, job, 1, 20)
    stand_in.checkpoint(job, 10)
    stand_in.checkpoint(job, 20)
    poll_run(ws, launched, place)
    assert save_samples(ws, launched, place) == 3
    found = list_samples(ws, launched.id)
    assert [sample.epoch for sample in found] == [0, 1, 2]
    assert {sample.question for sample in found} == {"Question 12?"}
    assert found[1].answer == "Start small. Try this: water less."
    assert [chat["model"] for chat in stand_in.chats] == [
        "tiny",
        "ft:tiny:here::abc:ckpt-step-10",
        "ft:tiny:here::abc:ckpt-step-20",
    ]


def test_the_held_out_question_goes_with_the_training_system_message(ws, launched, place, stand_in):
    save_samples(ws, launched, place)
    assert stand_in.chats[0]["messages"] == [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": "Question 12?"},
    ]


def test_each_epoch_is_asked_once(ws, launched, place, stand_in):
    save_samples(ws, launched, place)
    assert save_samples(ws, launched, place) == 0
    assert len(stand_in.chats) == 1


def test_a_checkpoint_that_cannot_answer_yet_is_asked_again(ws, launched, place, stand_in, job):
    stand_in.fail("POST /chat/completions", 404, "model_not_found", "Not ready")
    assert save_samples(ws, launched, place) == 0
    assert save_samples(ws, launched, place) == 1


def test_without_a_held_out_question_nothing_is_asked(ws, launched, place, stand_in):
    assert save_samples(ws, update_run(ws, launched.id, question=""), place) == 0
    assert stand_in.chats == []
