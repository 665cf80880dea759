"""The queue: one job at a time, first come first served, across crashes and restarts."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import aclosing, suppress

from voicetune.engine.errors import ApiError, invalid
from voicetune.engine.failures import EngineError, storage_problem
from voicetune.engine.job_store import (
    FINAL,
    WAITING,
    Job,
    add_event,
    change_job,
    clear_job_folder,
    get_job,
    job_folder,
    jobs_with,
)
from voicetune.engine.models import load_of
from voicetune.engine.progress import Progress, end_job, fail_job
from voicetune.engine.store import Store, file_path, now
from voicetune.engine.trainer_process import SpareTrainer, TrainerProcess
from voicetune.engine.validation import MINIMUM_EXAMPLES, check_file

PAUSE_ANSWER = 5.0
"""Seconds for which pausing waits for the step under way before it answers."""
LAST_STEP = 6.0
"""Seconds that a step under way gets to be put aside when the engine is closed."""
WRITE_AGAIN = 2.0
"""Seconds between tries to write down what became of a job, where the disk is full."""

_log = logging.getLogger("voicetune.engine")


class JobQueue:
    """Checks, queues and runs jobs; cancels, pauses and resumes them."""

    def __init__(self, store: Store, spare: SpareTrainer) -> None:
        self._store = store
        self._spare = spare
        self._wake = asyncio.Event()
        self._one_check = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: str | None = None
        self._trainer: TrainerProcess | None = None
        self._training = False
        self._pausing = False
        self._closing = False
        self._idle = asyncio.Event()

    @property
    def length(self) -> int:
        """How many jobs run or wait."""
        return len(jobs_with(self._store, *WAITING))

    def start(self) -> None:
        """Takes up the jobs that were cut off, and starts working."""
        self._begin(self._work())

    async def stop(self) -> None:
        """Stops working; a step under way is put aside where it ends soon enough."""
        self._closing = True
        if self._trainer is not None and self._training:
            await self._trainer.pause()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), LAST_STEP)
        job_id, trainer = self._running, self._trainer
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if trainer is not None:
            await trainer.kill()
        await self._spare.stop()
        if job_id is not None and _there(self._store, job_id).status == "running":
            with suppress(sqlite3.Error):  # the next start does it
                self._requeue(job_id, "The engine was closed while this job was running.")

    def check(self, job: Job) -> None:
        """Checks a new job's files in the background and queues it."""
        self._begin(self._check(job))

    async def cancel(self, job_id: str) -> Job:
        """Ends the job for good, and its process with it; its checkpoints stay."""
        job = _there(self._store, job_id)
        if job.status in FINAL:
            raise _refusal(job, "cancelled")
        with self._store.transaction():
            change_job(
                self._store, job_id, status="cancelled", finished_at=now(), estimated_finish=None
            )
            add_event(self._store, job_id, "Fine-tuning job cancelled")
        if self._running != job_id:
            clear_job_folder(self._store, job_id)
        elif self._trainer is not None:
            await self._trainer.kill()
        return _there(self._store, job_id)

    async def pause(self, job_id: str) -> Job:
        """Stops the job until it is resumed; a running one first finishes its step."""
        job = _there(self._store, job_id)
        if job.status not in WAITING:
            raise _refusal(job, "paused")
        if self._running == job_id and self._training and self._trainer is not None:
            self._pausing = True
            await self._trainer.pause()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), PAUSE_ANSWER)
        else:
            self._set_paused(job_id)
            if self._running == job_id and self._trainer is not None:
                await self._trainer.kill()
        return _there(self._store, job_id)

    def resume(self, job_id: str) -> Job:
        """Queues a paused job again, in its old place."""
        job = _there(self._store, job_id)
        if job.status != "paused":
            raise _refusal(job, "resumed")
        with self._store.transaction():
            job = change_job(self._store, job_id, status="validating_files", error=None)
            add_event(self._store, job_id, "Fine-tuning job resumed")
        self.check(job)
        return job

    async def _check(self, job: Job) -> None:
        try:
            await self._check_files(job)
        except Exception as error:
            await self._give_up(job.id, error)

    async def _check_files(self, job: Job) -> None:
        async with self._one_check:
            files = [("training_file", job.training_file, MINIMUM_EXAMPLES)]
            if job.validation_file is not None:
                files.append(("validation_file", job.validation_file, 1))
            for param, file_id, minimum in files:
                path = file_path(self._store, file_id)
                verdict = await asyncio.to_thread(check_file, path, job.method, minimum)
                if _there(self._store, job.id).status != "validating_files":
                    return
                if verdict.problem is not None:
                    which = param.replace("_", " ")
                    message = f"The job failed due to an invalid {which}. {verdict.problem}"
                    code = f"invalid_{param}"
                    fail_job(self._store, job.id, code=code, message=message, param=param)
                    return
            with self._store.transaction():
                change_job(self._store, job.id, status="queued")
                add_event(self._store, job.id, "Files validated, moving job to queued state")
            self._wake.set()

    async def _work(self) -> None:
        await self._keep(self._take_up)
        while True:
            self._wake.clear()
            waiting = jobs_with(self._store, "queued")
            if not waiting:
                await self._wake.wait()
                continue
            job_id = waiting[0].id
            self._running = job_id
            self._idle.clear()
            try:
                await self._run(job_id)
            except Exception as error:
                await self._give_up(job_id, error)
            finally:
                self._running = None
                self._pausing = False
                self._idle.set()
            if _there(self._store, job_id).status in FINAL:
                with suppress(OSError):  # the next start tries again
                    clear_job_folder(self._store, job_id)
            if not self._closing:
                with suppress(OSError):  # the next job tries again, and says why it cannot start
                    await self._spare.warm()

    async def _run(self, job_id: str) -> None:
        """Runs the job to its end; a trainer that dies gets another try from each checkpoint."""
        job = _there(self._store, job_id)
        change_job(self._store, job_id, status="running", started_at=job.started_at or now())
        tries_left = 1
        while True:
            trainer = self._trainer = await self._spare.take()
            try:
                progressed = await self._attempt(job_id, trainer)
            finally:
                self._training = False
                await trainer.kill()
                self._trainer = None
            if _there(self._store, job_id).status != "running" or self._closing:
                return
            if self._pausing:
                self._set_paused(job_id)
                return
            tries_left = 1 if progressed else tries_left - 1
            if tries_left < 0:
                message = _why_it_died(trainer.exit_code)
                fail_job(self._store, job_id, code="trainer_stopped", message=message)
                return
            _log.error("trainer stopped", extra={"exit_code": trainer.exit_code, "job": job_id})
            self._requeue(job_id, "The training process stopped unexpectedly.")
            change_job(self._store, job_id, status="running")

    async def _attempt(self, job_id: str, trainer: TrainerProcess) -> bool:
        """Runs one trainer until the job is over or it dies; says whether it made a checkpoint."""
        if not await trainer.wait_ready() or _there(self._store, job_id).status != "running":
            return False
        job = _there(self._store, job_id)
        try:
            request = self._request(job)
        except ApiError as error:
            fail_job(self._store, job_id, code=error.code or "", message=error.message)
            return False
        progress = Progress(self._store, job)
        self._training = True
        async with aclosing(trainer.train(request)) as events:
            async for event in events:
                if _there(self._store, job_id).status != "running":
                    break  # cancelled
                if event["event"] == "paused" and self._closing and not self._pausing:
                    self._requeue(job_id, "The engine was closed while this job was running.")
                else:
                    progress.apply(event)
                if event["event"] in ("paused", "finished", "failed"):
                    break
        return progress.checkpoints > 0

    def _request(self, job: Job) -> dict[str, object]:
        model = load_of(self._store, job.model)
        validation = job.validation_file and str(file_path(self._store, job.validation_file))
        out = job_folder(self._store, job.id)
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "job_id": job.id,
            "model": str(model.base.folder),
            "adapter": model.adapter,
            "training_file": str(file_path(self._store, job.training_file)),
            "validation_file": validation,
            "out": str(out),
            "method": job.method,
            **job.hyperparameters,
            "early_stopping": job.early_stopping,
            "seed": job.seed,
            "resume": job.resume,
        }

    def _take_up(self) -> None:
        for job in jobs_with(self._store, *FINAL):
            clear_job_folder(self._store, job.id)  # a kill may have come between
        for job in jobs_with(self._store, "running"):
            self._requeue(job.id, "The engine stopped while this job was running.")
        for job in jobs_with(self._store, "validating_files"):
            self.check(job)

    async def _give_up(self, job_id: str, error: Exception) -> None:
        """Ends a job, or pauses it, for an exception of the engine's own."""
        _log.exception("a job failed inside the engine", extra={"job": job_id})
        message = "The engine met a problem of its own. Its log file says where."
        failure = storage_problem(error) or EngineError("internal_error", message)

        def end() -> None:
            if _there(self._store, job_id).status not in FINAL:
                end_job(self._store, job_id, failure)

        await self._keep(end)

    async def _keep(self, write: Callable[[], None]) -> None:
        """Writes something down, as soon as the disk takes it."""
        while True:
            try:
                write()
                return
            except sqlite3.Error:
                _log.exception("the database cannot be written")
                await asyncio.sleep(WRITE_AGAIN)

    def _requeue(self, job_id: str, reason: str) -> None:
        with self._store.transaction():
            change_job(self._store, job_id, status="queued", resume=True, estimated_finish=None)
            message = f"{reason} Training goes on from the last saved step."
            add_event(self._store, job_id, message, level="warn")

    def _set_paused(self, job_id: str) -> None:
        with self._store.transaction():
            change_job(self._store, job_id, status="paused", estimated_finish=None)
            add_event(self._store, job_id, "Fine-tuning job paused")

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _there(store: Store, job_id: str) -> Job:
    job = get_job(store, job_id)
    if job is None:
        raise LookupError(job_id)
    return job


def _refusal(job: Job, verb: str) -> ApiError:
    state = job.status.replace("_", " ")
    return invalid(f"This job is {state}, so it cannot be {verb}.", code=f"job_{job.status}")


def _why_it_died(exit_code: int | None) -> str:
    if exit_code == -9:
        return (
            "Training was ended from outside twice, most likely because memory ran out. "
            "Close other programs, choose a smaller batch size or a smaller base model."
        )
    return (
        "The training process stopped twice without a reason that it could give. "
        "logs/trainer.log in the engine's folder has its last words."
    )
