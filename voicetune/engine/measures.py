"""What a running engine counts, for whoever watches it: Prometheus' text format at /metrics.

Numbers alone: no name, id or word of a person's is in a label.
"""

import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from voicetune import __version__
from voicetune.engine.generator_process import GeneratorProcess
from voicetune.engine.job_store import FINAL, WAITING, jobs_with
from voicetune.engine.store import Store

_STATES = sorted({*FINAL, *WAITING, "paused"})
_SECONDS = (0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """Counters since the engine began, and what its store holds at the moment of asking."""

    def __init__(self, store: Store, generator: GeneratorProcess) -> None:
        self._store, self._generator = store, generator
        self._began = time.time()
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "voicetune_requests",
            "HTTP requests answered, by operation and status.",
            ("operation", "status"),
            registry=self._registry,
        )
        self._first_token = Histogram(
            "voicetune_chat_first_token_seconds",
            "Seconds from a chat request to its first token.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._tokens = Counter(
            "voicetune_chat_tokens",
            "Tokens of finished chat requests, read (prompt) and written (completion).",
            ("kind",),
            registry=self._registry,
        )
        self._registry.register(_Standing(self))

    def text(self) -> bytes:
        """Returns everything in Prometheus' text format."""
        return generate_latest(self._registry)

    async def follow(
        self, events: AsyncGenerator[dict[str, Any], None]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Yields a chat's events as they are, and counts them."""
        asked, waiting = time.monotonic(), True
        async with aclosing(events):
            async for event in events:
                if event["event"] == "token" and waiting:
                    waiting = False
                    self._first_token.observe(time.monotonic() - asked)
                elif event["event"] == "usage":
                    for kind in ("prompt", "completion"):
                        self._tokens.labels(kind).inc(event[f"{kind}_tokens"])
                yield event

    def standing(self) -> Iterator[Metric]:
        """Yields the gauges: jobs by state, whether chat is ready, version, start."""
        jobs = GaugeMetricFamily("voicetune_jobs", "Fine-tuning jobs by state.", labels=["status"])
        for state in _STATES:
            jobs.add_metric([state], len(jobs_with(self._store, state)))
        yield jobs
        ready = GaugeMetricFamily("voicetune_chat_ready", "1 when chat answers at once.")
        ready.add_metric([], float(self._generator.state == "ready"))
        yield ready
        version = GaugeMetricFamily("voicetune_version", "Always 1.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        began = GaugeMetricFamily("voicetune_start_time_seconds", "When the engine began (Unix).")
        began.add_metric([], self._began)
        yield began


class _Standing:
    """Asks for the gauges when they are wanted, as Prometheus' client wants its collectors."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def collect(self) -> Sequence[Metric]:
        return list(self._measures.standing())
