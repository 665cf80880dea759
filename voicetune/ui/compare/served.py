"""Tuned models that are asked at another server than where they were trained."""

from dataclasses import replace

from voicetune.compare.contender import Contender
from voicetune.providers.client import Place
from voicetune.ui import places, rooms, session
from voicetune.ui.parts.text import aside, escape
from voicetune.workspace.runs import Run, get_run


def at_its_server(contender: Contender, run: Run) -> Contender:
    """Returns the run's tuned model as one of the server that it is asked at."""
    profile = places.profiles()[run.served_at or ""]
    return replace(contender, place=profile.id, name=f"{contender.name} ({profile.name})")


def place_of(contender: Contender, connected: Place | None) -> Place | None:
    """Connects the place at which a contender is asked; `connected` is that of the runs."""
    if not contender.place:
        return connected
    if contender.kind == "tuned":
        return session.serving_place(get_run(session.workspace(), contender.run_id))
    return session.place(contender.place)


def note_server(run: Run) -> None:
    """Says where the run's model is asked, and leads to where that can be changed."""
    profile = places.profiles().get(run.served_at or "")
    if profile is None:
        return
    aside(
        f"The tuned model of run {run.id} answers through another server, as "
        f"{escape(run.served_as or '')} at {escape(run.served_url or '')}. Its checkpoints answer "
        "where it was trained."
    )
    rooms.link(
        rooms.PROGRESS,
        "Change where it answers",
        icon=":material/dns:",
        voice=run.dataset_id,
        run=run.id,
    )
