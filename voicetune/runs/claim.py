"""A claim on one run: while it lasts nobody else launches it, in this process or another.

A claim ends by itself after CLAIM_SECONDS, so that a killed process does not block its run. Whoever
creates a job renews first and waits for the reply for less than that: a launch that lost its claim
cannot create a second job.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import claim_run, release_run

CLAIM_SECONDS = 45.0


class ClaimLostError(Exception):
    """Another process took over the run meanwhile and goes on with it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that is held; `renew` holds it for another CLAIM_SECONDS."""

    ws: Workspace
    run_id: int
    owner: str

    def renew(self) -> None:
        """Starts the claim's time anew; raises ClaimLostError where it ended and was taken over."""
        if not claim_run(self.ws, self.run_id, self.owner, seconds=CLAIM_SECONDS):
            raise ClaimLostError(f"run {self.run_id}")


@contextmanager
def claimed(ws: Workspace, run_id: int) -> Iterator[Claim | None]:
    """Holds the claim on a run, or gives None where someone else does."""
    owner = f"{os.getpid()}-{secrets.token_hex(8)}"
    if not claim_run(ws, run_id, owner, seconds=CLAIM_SECONDS):
        yield None
        return
    try:
        yield Claim(ws, run_id, owner)
    finally:
        release_run(ws, run_id, owner)
