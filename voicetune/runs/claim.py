"""A claim on one run: while it lasts nobody else launches it, in this process or another.

A claim ends by itself after CLAIM_SECONDS, so that a killed process does not block its run. Whoever
creates a job renews first and waits for the reply for less than that: a launch that lost its claim
cannot create a second job.
"""

import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import claim_run, release_run
from voicetune.workspace.schema import now

CLAIM_SECONDS = 45.0
HELD_SECONDS = 15.0
"""How often a claim is renewed while something long goes on."""


class ClaimLostError(Exception):
    """Another process took over the run meanwhile and goes on with it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that is held; `renew` holds it for another CLAIM_SECONDS."""

    ws: Workspace
    run_id: int
    owner: str
    clock: Callable[[], datetime] = now

    def renew(self) -> None:
        """Starts the claim's time anew; raises ClaimLostError where it ended and was taken over."""
        moment = self.clock()
        if not claim_run(self.ws, self.run_id, self.owner, CLAIM_SECONDS, moment=moment):
            raise ClaimLostError(f"run {self.run_id}")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Renews the claim again and again while the block runs: a large upload takes minutes."""
        self.renew()
        over = threading.Event()

        def hold() -> None:
            while not over.wait(HELD_SECONDS):
                try:
                    self.renew()
                except ClaimLostError:
                    return

        holder = threading.Thread(target=hold, name=f"claim {self.run_id}", daemon=True)
        holder.start()
        try:
            yield
        finally:
            over.set()
            holder.join()


@contextmanager
def claimed(
    ws: Workspace, run_id: int, clock: Callable[[], datetime] = now
) -> Iterator[Claim | None]:
    """Holds the claim on a run, or gives None where someone else does."""
    owner = f"{os.getpid()}-{secrets.token_hex(8)}"
    if not claim_run(ws, run_id, owner, CLAIM_SECONDS, moment=clock()):
        yield None
        return
    try:
        yield Claim(ws, run_id, owner, clock)
    finally:
        release_run(ws, run_id, owner)
