"""Cancelling, pausing, resuming and deleting a run."""

from voicetune.providers.client import Place, client_for
from voicetune.providers.errors import explain
from voicetune.runs.claim import claimed
from voicetune.runs.job import job_changes
from voicetune.runs.taking_back import DELETING
from voicetune.training.status import CALLING_OFF, PREPARED, is_final
from voicetune.workspace.database import Workspace
from voicetune.workspace.reports import list_checkpoints
from voicetune.workspace.runs import Run, delete_run, get_run, update_run


class ControlError(Exception):
    """A run could not be cancelled, paused, resumed or deleted; the text says why."""


def cancel(ws: Workspace, run: Run, place: Place | None) -> Run:
    """Stops a run for good; one that was not sent yet is simply never sent.

    Of one that is on its way, what was sent is taken back by whoever polls it; a job that turns out
    to exist is cancelled then. A run that is over meanwhile is returned as it ended. Raises
    ControlError where the place does not do it; `place` may be None only for a run without a job.
    """
    if run.job_id:
        return _ask(ws, run, place, "cancel")
    with claimed(ws, run.id) as claim:
        run = get_run(ws, run.id)
        if not run.job_id and claim is not None:
            if is_final(run.status):
                return run
            if run.status == PREPARED:
                return update_run(ws, run.id, status="cancelled")
            return update_run(ws, run.id, status=CALLING_OFF, message=DELETING, try_again=None)
    if run.job_id:
        return _ask(ws, run, place, "cancel")
    raise ControlError("This run is just being sent. Cancel it again in a moment.")


def pause(ws: Workspace, run: Run, place: Place) -> Run:
    """Pauses a run after its current step. Raises ControlError where the place does not."""
    return _ask(ws, run, place, "pause")


def resume(ws: Workspace, run: Run, place: Place) -> Run:
    """Lets a paused run go on. Raises ControlError where the place does not."""
    return _ask(ws, run, place, "resume")


def delete(ws: Workspace, run: Run, place: Place | None = None) -> None:
    """Removes a run that is over from the workspace; given its place, its models there too.

    Raises ControlError where the place does not delete one of them; the run is then still there.
    """
    if place is not None:
        models = [checkpoint.model for checkpoint in list_checkpoints(ws, run.id)]
        for model in dict.fromkeys([*models, run.fine_tuned_model]):
            if model:
                _delete_model(place, model)
    delete_run(ws, run.id)


def _delete_model(place: Place, model: str) -> None:
    from openai import APIError, NotFoundError

    try:
        client_for(place).models.delete(model)
    except NotFoundError:
        return  # gone already
    except APIError as error:
        raise ControlError(explain(error, place)) from error


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
        if not is_final(place.profile.status_of(str(job.status))):
            raise ControlError(explain(error, place)) from error
    return update_run(ws, run.id, **job_changes(job.to_dict(warnings=False), place.profile))
