"""/v1/fine_tuning/jobs over real HTTP, with a scripted trainer."""

import json
from typing import Any

import openai
import pytest
from openai.types.fine_tuning import FineTuningJob, FineTuningJobEvent
from openai.types.fine_tuning.jobs import FineTuningJobCheckpoint

from tests.contract.running_engine import RunningEngine, is_running, lines
from tests.contract.sdk_types import strict_list, strictly

LONG = {"steps": 1000, "step_seconds": 0.05}


def create(engine: RunningEngine, **options: Any):
    body = {"model": "voicetune-starter", "training_file": engine.upload(), **options}
    return engine.request("POST", "/fine_tuning/jobs", json=body)


def test_a_job_runs_from_file_to_model(engine: RunningEngine):
    job_id = engine.job(validation_file=engine.upload(lines(1)), suffix="My voice: été", seed=3)
    job = engine.wait_for(job_id, "succeeded")
    assert job.fine_tuned_model.startswith("ft:voicetune-starter:local:My-voice-été:")
    assert job.trained_tokens == 1000
    assert job.seed == 3
    assert job.finished_at >= job.created_at
    assert job.estimated_finish is None
    assert job.error is None
    assert job.hyperparameters.to_dict() == {
        "n_epochs": 2,
        "batch_size": 1,
        "learning_rate_multiplier": 1.5,
    }
    assert engine.messages(job_id) == [
        f"Created fine-tuning job: {job_id}",
        f"Validating training file: {job.training_file}",
        "Files validated, moving job to queued state",
        "Fine-tuning job started",
        "Step 1/4: training loss=4.00, validation loss=5.00",
        "Step 2/4: training loss=2.00, validation loss=2.50, full validation loss=3.00",
        f"Checkpoint created at step 2: {job.fine_tuned_model}:ckpt-step-2",
        "Step 3/4: training loss=1.33, validation loss=1.67",
        "Step 4/4: training loss=1.00, validation loss=1.25, full validation loss=1.50",
        f"Checkpoint created at step 4: {job.fine_tuned_model}:ckpt-step-4",
        f"New fine-tuned model created: {job.fine_tuned_model}",
        "The job has successfully completed",
    ]


def test_every_job_response_is_strictly_the_sdk_s(engine: RunningEngine):
    response = create(engine, metadata={"run": "7"})
    job = strictly(FineTuningJob, response.text)
    assert job.status == "validating_files"
    engine.wait_for(job.id, "succeeded")
    path = f"/fine_tuning/jobs/{job.id}"
    done = strictly(FineTuningJob, engine.request("GET", path).text)
    assert done.metadata == {"run": "7"}
    assert done in strict_list(FineTuningJob, engine.request("GET", "/fine_tuning/jobs"))
    events = strict_list(FineTuningJobEvent, engine.request("GET", f"{path}/events"))
    assert {event.type for event in events} == {"message", "metrics"}
    checkpoints = strict_list(FineTuningJobCheckpoint, engine.request("GET", f"{path}/checkpoints"))
    assert [checkpoint.step_number for checkpoint in checkpoints] == [4, 2]


def test_cancelling_and_resuming_answer_strictly_as_the_sdk_expects(fresh_engine: RunningEngine):
    fresh_engine.play(**LONG)
    running, waiting = fresh_engine.job(), fresh_engine.job()
    fresh_engine.wait_for(running, "running")
    fresh_engine.wait_for(waiting, "queued")
    path = f"/fine_tuning/jobs/{waiting}"
    assert fresh_engine.request("POST", f"{path}/pause").json()["status"] == "paused"
    resumed = strictly(FineTuningJob, fresh_engine.request("POST", f"{path}/resume").text)
    assert resumed.status == "validating_files"
    for job_id in (waiting, running):
        answer = fresh_engine.request("POST", f"/fine_tuning/jobs/{job_id}/cancel")
        assert strictly(FineTuningJob, answer.text).status == "cancelled"


def test_a_failed_job_is_strictly_the_sdk_s_and_says_why(engine: RunningEngine):
    bad = lines(10) + b'{"messages": [{"role": "user", "content": "Hi"}]}\n\nnonsense\n'
    job_id = engine.job(training_file=engine.upload(bad))
    engine.wait_for(job_id, "failed")
    response = engine.request("GET", f"/fine_tuning/jobs/{job_id}")
    error = strictly(FineTuningJob, response.text).error
    assert error.code == "invalid_training_file"
    assert error.param == "training_file"
    assert "Line 11:" in error.message
    assert "Line 13:" in error.message
    assert engine.events(job_id)[-1].level == "error"


def test_too_few_examples_and_an_empty_validation_file_fail(engine: RunningEngine):
    few = engine.job(training_file=engine.upload(lines(9)))
    assert "9 examples" in engine.wait_for(few, "failed").error.message
    blank = engine.job(validation_file=engine.upload(b"\n"))
    assert engine.wait_for(blank, "failed").error.param == "validation_file"


def test_metric_events_and_checkpoints_carry_every_figure(engine: RunningEngine):
    job_id = engine.job()
    engine.wait_for(job_id, "succeeded")
    figures = [event.data for event in engine.events(job_id) if event.type == "metrics"]
    assert figures[1] == {
        "step": 2,
        "total_steps": 4,
        "epoch": 1.0,
        "train_loss": 2.0,
        "train_mean_token_accuracy": 0.5,
        "valid_loss": 2.5,
        "valid_mean_token_accuracy": 0.25,
        "full_valid_loss": 3.0,
        "full_valid_mean_token_accuracy": 0.3,
    }
    assert "full_valid_loss" not in figures[0]
    checkpoint = engine.sdk.fine_tuning.jobs.checkpoints.list(job_id).data[0]
    assert checkpoint.metrics.step == 4
    assert checkpoint.metrics.full_valid_loss == 1.5
    assert checkpoint.fine_tuning_job_id == job_id


def test_the_results_file_is_plain_csv(engine: RunningEngine):
    job = engine.wait_for(engine.job(), "succeeded")
    file = engine.sdk.files.retrieve(job.result_files[0])
    assert file.purpose == "fine-tune-results"
    assert engine.sdk.files.content(file.id).text.splitlines()[:2] == [
        "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy",
        "1,4.0,0.5,5.0,0.25",
    ]


def test_only_the_last_three_checkpoints_are_kept(fresh_engine: RunningEngine):
    fresh_engine.play(steps=10, epoch_every=2)
    job = fresh_engine.wait_for(fresh_engine.job(), "succeeded")
    kept = fresh_engine.sdk.fine_tuning.jobs.checkpoints.list(job.id).data
    assert [checkpoint.step_number for checkpoint in kept] == [10, 8, 6]
    models = [model.id for model in fresh_engine.sdk.models.list()]
    assert [model for model in models if "ckpt" in model] == [
        checkpoint.fine_tuned_model_checkpoint for checkpoint in kept
    ]
    folders = sorted(path.name for path in (fresh_engine.home / "jobs" / job.id).iterdir())
    assert folders == ["checkpoint-10", "checkpoint-6", "checkpoint-8"]


def test_both_ways_of_giving_hyperparameters_reach_the_trainer(fresh_engine: RunningEngine):
    chosen = {"n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 0.5}
    method = {"type": "supervised", "supervised": {"hyperparameters": chosen}}
    for options in ({"method": method}, {"hyperparameters": chosen}, {}):
        fresh_engine.wait_for(fresh_engine.job(**options), "succeeded")
    first, second, third = fresh_engine.asked()
    assert {name: first[name] for name in chosen} == chosen
    assert {name: second[name] for name in chosen} == chosen
    assert {third[name] for name in chosen} == {"auto"}
    assert first["model"] == str(fresh_engine.starter)
    assert first["adapter"] is None
    assert first["resume"] is False
    assert first["validation_file"] is None


def test_early_stopping_is_asked_for_beside_what_the_sdk_knows(fresh_engine: RunningEngine):
    job_id = fresh_engine.job(
        validation_file=fresh_engine.upload(lines(2)), extra_body={"early_stopping": True}
    )
    assert fresh_engine.wait_for(job_id, "succeeded").to_dict()["early_stopping"] is True
    plain = fresh_engine.job()
    assert "early_stopping" not in fresh_engine.wait_for(plain, "succeeded").to_dict()
    assert [job["early_stopping"] for job in fresh_engine.asked()] == [True, False]


def test_a_seed_is_chosen_and_reported_when_none_is_given(fresh_engine: RunningEngine):
    job = fresh_engine.wait_for(fresh_engine.job(), "succeeded")
    assert fresh_engine.asked()[0]["seed"] == job.seed


def test_a_tuned_model_can_be_trained_further(fresh_engine: RunningEngine):
    first = fresh_engine.wait_for(fresh_engine.job(), "succeeded")
    second = fresh_engine.job(model=first.fine_tuned_model)
    job = fresh_engine.wait_for(second, "succeeded")
    assert job.fine_tuned_model.startswith("ft:voicetune-starter:local:")
    asked = fresh_engine.asked()[1]
    assert asked["model"] == str(fresh_engine.starter)
    assert asked["adapter"].endswith("checkpoint-4")


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"method": {"type": "dpo", "supervised": {}}}, "method.supervised"),
        ({"method": {"type": "supervised", "dpo": {}}}, "method.dpo"),
        (
            {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0}}}},
            "method.dpo.hyperparameters.beta",
        ),
        ({"method": {"type": "reinforcement"}}, "method"),
        ({"method": {"type": "magic"}}, "method.type"),
        ({"integrations": [{"type": "wandb", "wandb": {"project": "p"}}]}, "integrations"),
        ({"early_stopping": True}, "early_stopping"),
        ({"early_stopping": "yes"}, "early_stopping"),
        ({"suffix": "x" * 65}, "suffix"),
        ({"seed": -1}, "seed"),
        ({"seed": "7"}, "seed"),
        ({"hyperparameters": {"n_epochs": 51}}, "hyperparameters.n_epochs"),
        ({"hyperparameters": {"batch_size": 0}}, "hyperparameters.batch_size"),
        (
            {"hyperparameters": {"learning_rate_multiplier": 0}},
            "hyperparameters.learning_rate_multiplier",
        ),
        ({"metadata": {f"k{n}": "v" for n in range(17)}}, "metadata"),
        ({"training_file": "file-none"}, "training_file"),
        ({"validation_file": "file-none"}, "validation_file"),
        ({"learning_rate": 1}, "learning_rate"),
    ],
)
def test_what_cannot_be_met_is_refused_by_name(
    engine: RunningEngine, options: dict[str, Any], param: str
):
    response = create(engine, **options)
    assert response.status_code == 400
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["param"] == param
    assert error["message"]


def test_a_model_that_is_not_here_is_a_404(engine: RunningEngine):
    with pytest.raises(openai.NotFoundError) as error:
        engine.job(model="gpt-4o-mini")
    assert error.value.code == "model_not_found"


def test_jobs_are_listed_newest_first_and_by_metadata(fresh_engine: RunningEngine):
    ids = [fresh_engine.job(metadata={"key": str(n % 2), "all": "yes"}) for n in range(4)]
    bare = fresh_engine.job()
    jobs = fresh_engine.sdk.fine_tuning.jobs
    assert [job.id for job in jobs.list(limit=2)] == [bare, *ids[::-1]]
    assert [job.id for job in jobs.list(metadata={"key": "1"})] == [ids[3], ids[1]]
    assert [job.id for job in jobs.list(metadata={"key": "1", "all": "no"})] == []
    response = fresh_engine.request("GET", "/fine_tuning/jobs?metadata=null")
    assert [job["id"] for job in response.json()["data"]] == [bare]


def test_events_are_newest_first_and_paged_without_a_gap(engine: RunningEngine):
    job_id = engine.job()
    engine.wait_for(job_id, "succeeded")
    everything = engine.sdk.fine_tuning.jobs.list_events(job_id, limit=100).data
    paged = list(engine.sdk.fine_tuning.jobs.list_events(job_id, limit=3))
    assert [event.id for event in paged] == [event.id for event in everything]
    assert everything[0].message == "The job has successfully completed"
    checkpoints = engine.sdk.fine_tuning.jobs.checkpoints.list(job_id, limit=1)
    assert [checkpoint.step_number for checkpoint in checkpoints] == [4, 2]


def test_jobs_run_one_at_a_time_in_the_order_they_came(fresh_engine: RunningEngine):
    ids = [fresh_engine.job() for _ in range(3)]
    for job_id in ids:
        fresh_engine.wait_for(job_id, "succeeded")
    assert [job["job_id"] for job in fresh_engine.asked()] == ids


def test_a_running_job_says_when_it_is_likely_done(fresh_engine: RunningEngine):
    fresh_engine.play(**LONG)
    job_id = fresh_engine.job()
    fresh_engine.wait_for(job_id, "running")
    while not (job := fresh_engine.sdk.fine_tuning.jobs.retrieve(job_id)).estimated_finish:
        assert job.status == "running"
    assert job.estimated_finish > job.created_at


def test_cancel_answers_within_two_seconds_and_leaves_no_process(fresh_engine: RunningEngine):
    fresh_engine.play(child=True, **LONG)
    job_id = fresh_engine.job()
    while not fresh_engine.messages(job_id)[-1].startswith("Step"):
        pass
    child = int(fresh_engine.script.with_suffix(".child").read_text())
    assert is_running(child)
    job = fresh_engine.sdk.with_options(timeout=2).fine_tuning.jobs.cancel(job_id)
    assert job.status == "cancelled"
    assert not is_running(child)
    assert fresh_engine.messages(job_id)[-1] == "Fine-tuning job cancelled"
    with pytest.raises(openai.BadRequestError):
        fresh_engine.sdk.fine_tuning.jobs.cancel(job_id)


def test_a_job_can_be_cancelled_while_it_waits_for_its_trainer(fresh_engine: RunningEngine):
    fresh_engine.play(deaf=True)
    job_id = fresh_engine.job()
    fresh_engine.wait_for(job_id, "running")
    waiting = fresh_engine.job()
    fresh_engine.wait_for(waiting, "queued")
    assert fresh_engine.sdk.fine_tuning.jobs.cancel(waiting).status == "cancelled"
    fresh_engine.play()
    assert fresh_engine.sdk.fine_tuning.jobs.cancel(job_id).status == "cancelled"
    fresh_engine.wait_for(fresh_engine.job(), "succeeded")


def test_a_paused_job_goes_on_where_it_stopped(fresh_engine: RunningEngine):
    fresh_engine.play(steps=200, step_seconds=0.05, epoch_every=200)
    job_id = fresh_engine.job()
    while not fresh_engine.messages(job_id)[-1].startswith("Step"):
        pass
    jobs = fresh_engine.sdk.fine_tuning.jobs
    assert jobs.pause(job_id).status == "paused"
    with pytest.raises(openai.BadRequestError):
        jobs.pause(job_id)
    done = [event for event in fresh_engine.events(job_id) if event.type == "metrics"][-1]
    step = done.data["step"]
    fresh_engine.play(steps=200, epoch_every=200)
    jobs.resume(job_id)
    fresh_engine.wait_for(job_id, "succeeded")
    messages = fresh_engine.messages(job_id)
    assert f"Training goes on after step {step} of 200" in messages
    steps = [e.data["step"] for e in fresh_engine.events(job_id) if e.type == "metrics"]
    assert steps == sorted(set(steps))
    with pytest.raises(openai.BadRequestError):
        jobs.resume(job_id)


def test_a_waiting_job_is_paused_at_once_and_keeps_its_place(fresh_engine: RunningEngine):
    fresh_engine.play(**LONG)
    running, first, second = (fresh_engine.job() for _ in range(3))
    fresh_engine.wait_for(running, "running")
    fresh_engine.wait_for(first, "queued")
    jobs = fresh_engine.sdk.fine_tuning.jobs
    assert jobs.pause(first).status == "paused"
    jobs.resume(first)
    fresh_engine.wait_for(first, "queued")
    fresh_engine.play()
    jobs.cancel(running)
    fresh_engine.wait_for(second, "succeeded")
    assert [job["job_id"] for job in fresh_engine.asked()] == [running, first, second]


def test_a_trainer_that_fails_gives_its_reason(fresh_engine: RunningEngine):
    fresh_engine.play(
        fail={"code": "out_of_memory", "message": "Choose a smaller batch.", "param": "batch_size"}
    )
    error = fresh_engine.wait_for(fresh_engine.job(), "failed").error
    assert (error.code, error.param) == ("out_of_memory", "batch_size")
    fresh_engine.play()
    fresh_engine.wait_for(fresh_engine.job(), "succeeded")


def test_an_unknown_job_is_a_404_everywhere(engine: RunningEngine):
    for method, path in (
        ("GET", ""),
        ("POST", "/cancel"),
        ("POST", "/pause"),
        ("POST", "/resume"),
        ("GET", "/events"),
        ("GET", "/checkpoints"),
    ):
        response = engine.request(method, f"/fine_tuning/jobs/ftjob-none{path}")
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "fine_tune_not_found"


def test_a_body_that_is_no_json_object_is_refused(engine: RunningEngine):
    for content in (b"{", b"[]", b"\xff", b"[" * 100_000):
        response = engine.request("POST", "/fine_tuning/jobs", content=content)
        assert response.status_code == 400
        assert json.loads(response.text)["error"]["type"] == "invalid_request_error"
