"""A thread that follows every open run, whether or not a browser is open."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from voicetune.providers.client import Place
from voicetune.providers.errors import explain
from voicetune.runs.watch import poll_run, save_samples
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.runs import Run, get_run, list_open_runs, list_runs, update_run

log = logging.getLogger(__name__)

LOCAL_SECONDS = 1.0
HOSTED_SECONDS = 10.0
"""How often a run is asked about, on this computer and elsewhere."""
IDLE_SECONDS = 30.0
"""How often to look for runs that another process launched, while none is open here."""
LONGEST_LOCAL_SECONDS = 5.0
LONGEST_HOSTED_SECONDS = 120.0
"""The longest wait between two tries at a place that does not answer."""


@dataclass
class _Turn:
    """When a run is due next (on the poller's clock) and how often in a row it failed."""

    due: float = 0.0
    failures: int = 0


class Poller:
    """Polls open runs at the pace of their places; `place_of` connects a run with its place now.

    `place_of` is asked every time, so that an engine that restarted with another address and token
    is found again; None means that the place is not connected (no engine, no key). A place that
    does not answer is asked less and less often, and the run says so.
    """

    def __init__(
        self,
        ws: Workspace,
        place_of: Callable[[Run], Place | None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ws = ws
        self._place_of = place_of
        self._clock = clock
        self._turns: dict[int, _Turn] = {}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._to_sample: queue.Queue[int | None] = queue.Queue()
        self._waiting: set[int] = set()
        self._threads = [
            threading.Thread(target=self._follow, name="runs", daemon=True),
            # Answers take seconds; the chart must not stand still meanwhile.
            threading.Thread(target=self._collect_samples, name="run samples", daemon=True),
        ]

    def start(self) -> None:
        """Starts following; runs left open by an earlier process are picked up."""
        for run in list_runs(self._ws):
            self._ask_for_samples(run.id)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Looks at every run now: after a launch, a control, or when a place is back."""
        self._wake.set()

    def stop(self, timeout: float = 10.0) -> None:
        """Stops following and waits for what is under way, `timeout` seconds at most."""
        self._stopping.set()
        self._wake.set()
        self._to_sample.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout)

    def step(self) -> float:
        """Polls the runs that are due and returns the seconds until the next one is."""
        runs = list_open_runs(self._ws)
        self._turns = {run.id: self._turns.get(run.id) or _Turn() for run in runs}
        for run in runs:
            turn = self._turns[run.id]
            if turn.due <= self._clock() and not self._stopping.is_set():
                pause = self._poll(run, turn)
                turn.due = self._clock() + pause
        due = min((turn.due for turn in self._turns.values()), default=None)
        return IDLE_SECONDS if due is None else max(0.0, due - self._clock())

    def _poll(self, run: Run, turn: _Turn) -> float:
        """Polls one run and returns the seconds until it is due again."""
        from openai import OpenAIError

        place = self._place_of(run)
        if place is None:
            return LONGEST_LOCAL_SECONDS
        pace, longest = LOCAL_SECONDS, LONGEST_LOCAL_SECONDS
        if not place.profile.local:
            pace, longest = HOSTED_SECONDS, LONGEST_HOSTED_SECONDS
        try:
            poll_run(self._ws, run, place)
        except NotFoundError:
            return pace  # deleted meanwhile
        except OpenAIError as error:
            self._say(run, f"{explain(error, place)} VoiceTune tries again by itself.")
        except Exception as error:
            # One run that cannot be followed must not hold up the others. Only the kind of error
            # is logged: its text may quote the person's examples.
            log.error("Run %s could not be followed: %s", run.id, type(error).__name__)
        else:
            turn.failures = 0
            self._ask_for_samples(run.id)
            return pace
        turn.failures += 1
        return min(longest, pace * 2.0 ** min(turn.failures, 10))

    def _say(self, run: Run, text: str) -> None:
        if run.message != text:
            with suppress(NotFoundError):
                update_run(self._ws, run.id, message=text)

    def _follow(self) -> None:
        seconds = 0.0
        while not self._stopping.is_set():
            if self._wake.wait(seconds):
                self._wake.clear()
                self._turns.clear()
            seconds = self.step()

    def _ask_for_samples(self, run_id: int) -> None:
        if run_id not in self._waiting:
            self._waiting.add(run_id)
            self._to_sample.put(run_id)

    def _collect_samples(self) -> None:
        while (run_id := self._to_sample.get()) is not None and not self._stopping.is_set():
            self._waiting.discard(run_id)
            self.sample(run_id)

    def sample(self, run_id: int) -> None:
        """Asks the run's new checkpoints the held-out question, where the place is connected."""
        from openai import OpenAIError

        with suppress(NotFoundError, OpenAIError):
            run = get_run(self._ws, run_id)
            place = self._place_of(run)
            if place is not None:
                save_samples(self._ws, run, place)
