"""The runs that ask a chat model, one at a time a set, seen by every browser tab."""

import threading
from collections.abc import Sequence
from functools import partial

import streamlit as st

from voicetune.providers.client import Place
from voicetune.questions.post import Post
from voicetune.questions.suggested import answered
from voicetune.runs.questions import Asking, suggested_for
from voicetune.ui import places
from voicetune.workspace.database import Workspace

_lock = threading.Lock()


def run_of(ws: Workspace, dataset_id: int) -> Asking | None:
    """Returns the set's run that is under way, or the last one that was."""
    return _runs().get((str(ws.engine.url), dataset_id))


def is_busy(ws: Workspace, dataset_id: int) -> bool:
    """Says whether a run is under way for the set."""
    run = run_of(ws, dataset_id)
    return run is not None and not run.progress.over


def begin(
    ws: Workspace,
    dataset_id: int,
    posts: Sequence[Post],
    place: Place,
    model: str,
    *,
    again: bool = False,
) -> Asking:
    """Starts a run over what has no suggestions yet (or over all of it, `again`).

    Where one is under way, in another tab perhaps, that one is returned. `posts` are distinct.
    """
    with _lock:
        before = run_of(ws, dataset_id)
        if before is not None and not before.progress.over:
            return before
        suggested = {} if again else suggested_for(ws, [post.text for post in posts])
        done = answered(suggested, place.profile.id, model)
        run = Asking(ws, posts, model, partial(_now, place), done=done)
        _runs()[str(ws.engine.url), dataset_id] = run
        run.start()
        return run


def _now(place: Place) -> Place | None:
    # The engine's address and token change when it restarts.
    return places.place_of(place.profile.id) if place.profile.local else place


@st.cache_resource(show_spinner=False)
def _runs() -> dict[tuple[str, int], Asking]:
    return {}
