"""Cancelling, pausing and resuming a run."""

from voicetune.providers.client import Place, client_for
from voicetune.providers.errors import explain
from voicetune.runs.claim import claimed
from voicetune.runs.job import job_changes
from voicetune.training.status import CREATING, is_final
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, get_run, update_run


class ControlError(Exception):
    """A run could not be cancelled, paused or resumed; the text says why."""


def cancel(ws: Workspace, run: Run, place: Place | None) -> Run:
    """Stops a run for good; one that was not sent yet is simply never sent.

    A run that is over meanwhile is returned as it ended. Raises ControlError where the place does
    not do it; `place` may be None only for a run without a job.
    """
    if run.job_id:
        return _ask(ws, run, place, "cancel")
    with claimed(ws, run.id) as claim:
        run = get_run(ws, run.id)
        if not run.job_id and claim is not None and run.status != CREATING:
            return run if is_final(run.status) else update_run(ws, run.id, status="cancelled")
    if run.job_id:
        return _ask(ws, run, place, "cancel")
    raise ControlError("This run is just being sent. Cancel it again in a moment.")


def pause(ws: Workspace, run: Run, place: Place) -> Run:
    """Pauses a run after its current step. Raises ControlError where the place does not."""
    return _ask(ws, run, place, "pause")


def resume(ws: Workspace, run: Run, place: Place) -> Run:
    """Lets a paused run go on. Raises ControlError where the place does not."""
    return _ask(ws, run, place, "resume")


def _ask(ws: Workspace, run: Run, place: Place | None, action: str) -> Run:
    from openai import APIError, APIStatusError

    if place is None or not run.job_id:
        raise ControlError(f"There is no way to {action} this run now: its place is not connected.")
    jobs = client_for(place).fine_tuning.jobs
    try:
        job = {"cancel": jobs.cancel, "pause": jobs.pause, "resume": jobs.resume}[action](
            run.job_id
        )
    except APIError as error:
        if not isinstance(error, APIStatusError) or error.status_code >= 500:
            raise ControlError(explain(error, place)) from error
        # A refusal is most often a job that ended between the page and the click.
        try:
            job = jobs.retrieve(run.job_id)
        except APIError:
            raise ControlError(explain(error, place)) from error
        if not is_final(job.status):
            raise ControlError(explain(error, place)) from error
    return update_run(ws, run.id, **job_changes(job))
