"""Whether a key may train at a place, asked before the work is done rather than after.

Nobody has a dry run of a job's creation. An account whose list of jobs is empty, at a place that is
closed to those who never trained there, will almost surely be refused.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from voicetune.providers.client import Place, client_for
from voicetune.providers.errors import explain

ASK_SECONDS = 15.0

State = Literal["ready", "new", "no-training", "refused"]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a place answered to a key.

    "ready": it takes jobs; "new": it does, but not from this account; "no-training": there is no
    such page at its address; "refused": it did not answer the question, `trouble` says why.
    `shutdowns` has the day from which each model no longer answers, where the place says.
    """

    state: State
    trouble: str = ""
    shutdowns: dict[str, date] = field(default_factory=dict)


def eligibility(place: Place) -> Eligibility:
    """Asks the place for one job and for its models; answers in words, and raises nothing of it."""
    from openai import NotFoundError, OpenAIError

    client = client_for(place).with_options(max_retries=0, timeout=ASK_SECONDS)
    try:
        jobs = client.fine_tuning.jobs.list(limit=1).data
    except NotFoundError:
        return Eligibility("no-training", f"{place.profile.name} takes no jobs at this address.")
    except OpenAIError as error:
        return Eligibility("refused", explain(error, place))
    new = not jobs and place.profile.closed_to is not None
    return Eligibility("new" if new else "ready", shutdowns=_shutdowns(place))


def _shutdowns(place: Place) -> dict[str, date]:
    from openai import OpenAIError

    client = client_for(place).with_options(max_retries=0, timeout=ASK_SECONDS)
    try:
        models = [model.to_dict(warnings=False) for model in client.models.list().data or []]
    except OpenAIError:
        return {}  # the list of jobs was answered, so training is possible all the same
    found = {}
    for model in models:
        said = model.get("shutdown_date")
        try:
            found[str(model.get("id"))] = date.fromisoformat(str(said)[:10])
        except ValueError:
            continue
    return found


def shutdown_of(found: Eligibility, model: str) -> date | None:
    """Returns the day a model ends, by its id or the id without its date."""
    return found.shutdowns.get(model) or found.shutdowns.get(model[: -len("-2000-01-01")])
