"""A set as the page shows it: every example with its tokens and findings, kept up to date.

One edit rechecks one example. The checks of the whole set take time in a large one (half a second
for 10,000 examples); there they run in a thread, and the findings of before stand until they end.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from voicetune.examples.checks import check_example
from voicetune.examples.codes import CODES
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.mends import usual_system
from voicetune.examples.set_checks import (
    check_duplicates,
    check_questions,
    check_size,
    check_system,
)
from voicetune.ui.examples.coaching import Coach
from voicetune.ui.examples.noticed import Noticed, noticed_about, noticed_in
from voicetune.ui.examples.row import Row
from voicetune.ui.examples.ruler import Ruler
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import list_examples
from voicetune.workspace.history import revision

log = logging.getLogger(__name__)

AT_ONCE = 1000
"""Sets up to this size are compared example by example while the page waits (some 50 ms)."""
_GRAVE = list(Severity)
BREATH = 0.5
"""Seconds before a larger set is compared: the page that asks for it is drawn first."""


@dataclass(frozen=True, slots=True)
class SetFinding:
    """A finding about several examples, named by their ids, or about the set as such."""

    finding: Finding
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Compared:
    """What comparing the examples with each other showed, in the order of the set."""

    findings: tuple[SetFinding, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Sequence[int]]:
        """The examples of each code."""
        found: dict[str, dict[int, None]] = {}
        for each in self.findings:
            found.setdefault(each.finding.code, {}).update(dict.fromkeys(each.ids))
        return {code: list(ids) for code, ids in found.items()}

    @cached_property
    def by_id(self) -> Mapping[int, Sequence[str]]:
        """The codes of each example."""
        found: dict[int, list[str]] = {}
        for code, ids in self.by_code.items():
            for id_ in ids:
                found.setdefault(id_, []).append(code)
        return found


@dataclass(frozen=True)
class Snapshot:
    """A set at one moment: its rows in order, its findings, its usual system message.

    `settled`: the comparison of examples with each other is of this very state. Findings count for
    included examples only; what is left out stops nobody.
    """

    rows: Mapping[int, Row]
    quick: tuple[SetFinding, ...]
    compared: "Compared"
    system: str | None
    settled: bool

    @cached_property
    def set_findings(self) -> tuple[SetFinding, ...]:
        """What was found about several examples, or about the set as such."""
        return (*self.quick, *self.compared.findings)

    @cached_property
    def by_code(self) -> dict[str, list[int]]:
        """The examples by code, in the order of `CODES`; codes of the set as such have none."""
        found: dict[str, list[int]] = {}
        for id_, row in self.rows.items():
            if row.findings and row.example.include:
                for code in dict.fromkeys(finding.code for finding in row.findings):
                    found.setdefault(code, []).append(id_)
        for each in self.quick:
            found.setdefault(each.finding.code, []).extend(each.ids)
        for code, ids in self.compared.by_code.items():
            found[code] = [id_ for id_ in ids if id_ in self.rows]
        return {code: found[code] for code in CODES if code in found}

    def codes_of(self, example_id: int) -> list[str]:
        """Returns the codes of what was found in one example, its own first, the gravest first."""
        row = self.rows[example_id]
        own = sorted(row.findings, key=lambda f: _GRAVE.index(f.severity))
        codes = [finding.code for finding in own if row.example.include]
        codes += [each.finding.code for each in self.quick if example_id in each.ids]
        return list(dict.fromkeys([*codes, *self.compared.by_id.get(example_id, ())]))

    @cached_property
    def blocking(self) -> list[int]:
        """The included examples that no place would train on as they are."""
        return [
            id_
            for id_, row in self.rows.items()
            if row.example.include and any(f.severity is Severity.ERROR for f in row.findings)
        ]

    @cached_property
    def blocks(self) -> list[Finding]:
        """What stops training about the set as such."""
        return [s.finding for s in self.set_findings if s.finding.severity is Severity.ERROR]

    @cached_property
    def sides(self) -> dict[str, int]:
        """How many included examples are on each side."""
        included = (row.example for row in self.rows.values() if row.example.include)
        counts = Counter(example.split for example in included)
        return {"training": counts["training"], "validation": counts["validation"]}

    def findings_of(self, example_id: int) -> Iterator[Finding]:
        """Yields all findings about one example: its own, then those it shares with others."""
        yield from self.rows[example_id].findings
        for each in self.set_findings:
            if example_id in each.ids:
                yield each.finding


class Board:
    """The rows of one set; any number of sessions may look at it at once."""

    def __init__(self, ws: Workspace, dataset_id: int, ruler: Ruler) -> None:
        self.ws = ws
        self.dataset_id = dataset_id
        self.ruler = ruler
        self.coach = Coach(ws, dataset_id, ruler.id)
        self._lock = threading.RLock()
        self._revision = -1
        self._rows: dict[int, Row] = {}
        self._noticed: Noticed = {}
        self._compared = Compared()
        self._compared_at = -1
        self._version = 0
        self._snapshot: Snapshot | None = None
        self._comparing = False

    def note(self, example: Example) -> None:
        """Takes in one example that was just edited, by checking it again and nothing else.

        Where somebody else edits too, nothing is taken in, and the next look reads the set again.
        """
        with self._lock:
            row = self._rows.get(example.id)
            if row is None or _same(row, example):
                return
            now = revision(self.ws, self.dataset_id)
            if now == self._revision + 1:
                self._rows[example.id] = self._examined([example])[0]
                self._revision = now
                self._changed()

    def look(self) -> Snapshot:
        """Returns the set as it is now."""
        with self._lock:
            while (now := revision(self.ws, self.dataset_id)) != self._revision:
                self._read(now)
            if self._compared_at != self._version:
                if len(self._rows) <= AT_ONCE:
                    examples = [row.example for row in self._rows.values()]
                    self._compared, self._compared_at = _compared(examples), self._version
                    self._snapshot = None
                elif not self._comparing:
                    self._comparing = True
                    threading.Thread(target=self._compare, name="compare", daemon=True).start()
            if self._snapshot is None:
                self._snapshot = self._taken()
            return self._snapshot

    def _changed(self) -> None:
        self._version += 1
        self._snapshot = None

    def _read(self, now: int) -> None:
        """Reads the whole set; examples that are as they were are not checked again."""
        self._noticed = noticed_in(self.ws, self.dataset_id)
        examples = list_examples(self.ws, self.dataset_id)
        kept = {e.id: self._rows[e.id] for e in examples if _same(self._rows.get(e.id), e)}
        changed = [e for e in examples if e.id not in kept]
        fresh = {row.example.id: row for row in self._examined(changed)}
        self._rows = {e.id: kept.get(e.id) or fresh[e.id] for e in examples}
        self._revision = now
        self._changed()

    def _examined(self, examples: Sequence[Example]) -> list[Row]:
        rows = []
        for example, tokens in zip(examples, self.ruler.counts(examples), strict=True):
            found = check_example(
                example,
                limit=self.ruler.limit,
                count=lambda e, it=example, n=tokens: n if e is it else self.ruler.count(e),  # type: ignore[misc]
            )
            found += noticed_about(example, self._noticed)
            rows.append(Row(example, tokens, tuple(found)))
        return rows

    def _taken(self) -> Snapshot:
        rows = dict(self._rows)
        examples = [row.example for row in rows.values()]
        ids = list(rows)
        found = [*check_size(examples), *check_system(examples)]
        quick = tuple(SetFinding(f, tuple(ids[row] for row in f.rows)) for f in found)
        settled = self._compared_at == self._version
        return Snapshot(rows, quick, self._compared, usual_system(examples), settled)

    def _compare(self) -> None:
        try:
            while True:
                time.sleep(BREATH)
                with self._lock:
                    version = self._version
                    examples = [row.example for row in self._rows.values()]
                compared = _compared(examples)
                _ = compared.by_id  # worked out here, not while a page waits
                with self._lock:
                    self._compared, self._compared_at = compared, version
                    self._snapshot = None
                    if version == self._version:
                        self._comparing = False
                        return
        except Exception:
            log.exception("Comparing the examples of set %s failed", self.dataset_id)
            with self._lock:
                self._compared_at, self._comparing = self._version, False


def _compared(examples: Sequence[Example]) -> Compared:
    duplicates = check_duplicates(examples)
    found = [*duplicates, *check_questions(examples, duplicates)]
    return Compared(tuple(SetFinding(f, tuple(examples[row].id for row in f.rows)) for f in found))


def _same(row: Row | None, example: Example) -> bool:
    if row is None or row.example != example:
        return False
    # Python finds 1 and True equal, a training file does not.
    return _is_all_text(example.messages) or repr(row.example.messages) == repr(example.messages)


def _is_all_text(messages: list[Any]) -> bool:
    return all(
        isinstance(message, dict) and all(isinstance(value, str) for value in message.values())
        for message in messages
    )
