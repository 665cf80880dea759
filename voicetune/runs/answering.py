"""Where a run's model answers: where it was trained, under a deployment's name, or elsewhere."""

from voicetune.providers.profiles import Profile
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, update_run

AT_ONCE = ("here", "by-token")
"""Ways of serving in which a tuned model answers as soon as it is trained."""
LONGEST_NAME = 200


def answers_at(run: Run) -> str:
    """Returns the id of the place at which the run's model answers."""
    return run.answers_at or run.place


def model_that_answers(run: Run, profile: Profile) -> str | None:
    """Returns the model to ask, or None while there is none; `profile` is that of its training.

    At a place that serves by deployment, that is the deployment a person has named.
    """
    if run.answers_as or profile.serving.how not in AT_ONCE:
        return run.answers_as
    return run.fine_tuned_model


def checkpoints_answer(run: Run, profile: Profile) -> bool:
    """Says whether the run's checkpoints can be asked too."""
    return run.answers_at is None and profile.serving.how in AT_ONCE


def name_deployment(ws: Workspace, run: Run, name: str) -> Run:
    """Notes the name under which the run's model was deployed; "" forgets it."""
    name = name.strip()[:LONGEST_NAME]
    return update_run(ws, run.id, answers_as=name or None, answers_at=None)
