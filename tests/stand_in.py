"""The scripted place of `voicetune.rehearsal` as tests run it: with a key, without a clock."""

import contextlib
from collections.abc import Iterator

from voicetune.rehearsal.dialect import LOCAL, Dialect
from voicetune.rehearsal.place import START, ScriptedPlace
from voicetune.rehearsal.serving import serving

__all__ = ["KEY", "START", "StandIn", "running_stand_in"]

KEY = "vt-test-key-not-a-secret"
StandIn = ScriptedPlace


@contextlib.contextmanager
def running_stand_in(dialect: Dialect = LOCAL) -> Iterator[StandIn]:
    """Runs a stand-in on a free loopback port in a thread; its `base_url` says where."""
    with serving(ScriptedPlace(KEY, dialect)) as place:
        yield place
