"""Taking back what a launch has sent, once the place or the person does not want the run."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voicetune.providers.client import Place
from voicetune.providers.errors import explain, worth_another_try
from voicetune.runs.job import job_changes
from voicetune.runs.sending import file_ids, find_job
from voicetune.training.status import CALLING_OFF, NOT_STARTED, TAKING_BACK
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, update_run

if TYPE_CHECKING:
    from openai import OpenAI

DELETING = " What was uploaded for it is being deleted there."
DELETED = " What was uploaded for it has been deleted there."
TAKE_BACK_SPAN = timedelta(days=1)
"""How long a place that does not answer is asked to delete what it was sent."""
PAUSE = timedelta(minutes=1)
_ENDS = {TAKING_BACK: NOT_STARTED, CALLING_OFF: "cancelled"}


def take_back(
    ws: Workspace, client: "OpenAI", run: Run, place: Place, clock: Callable[[], datetime]
) -> Run:
    """Deletes the run's files at its place and ends the run; a job that is there after all is kept.

    A job of a run that the person called off is cancelled. A place that does not answer is asked
    again later, for TAKE_BACK_SPAN; then the message says what may be left there.
    """
    from openai import APIError, NotFoundError

    noted = {each for each in (run.file_id, run.validation_file_id) if each}
    left, note = noted, ""
    try:
        left = file_ids(client, run)
        job = find_job(client, run, left)
        if job is not None:
            if run.status == CALLING_OFF:
                job = client.fine_tuning.jobs.cancel(job["id"]).to_dict(warnings=False)
            return update_run(ws, run.id, **job_changes(job, place.profile), try_again=None)
        for file_id in sorted(left):
            with suppress(NotFoundError):  # gone already
                client.files.delete(file_id)
            left = left - {file_id}
            note = DELETED
    except APIError as error:
        until = (run.launch_until or run.updated) + TAKE_BACK_SPAN
        if worth_another_try(error) and clock() <= until:
            return update_run(ws, run.id, try_again=clock() + PAUSE)
        if left:
            names = ", ".join(sorted(left))
            note = f" What was uploaded may still be there ({names}): {explain(error, place)}"
    return update_run(
        ws,
        run.id,
        status=_ENDS[run.status],
        message=run.message.replace(DELETING, note).strip(),
        file_id=None,
        validation_file_id=None,
        try_again=None,
    )
