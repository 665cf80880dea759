"""What the coach found in single examples: each is looked at once, however often it is shown."""

from collections.abc import Iterable, Sequence

from voicetune.coach.check import content_hash
from voicetune.coach.codes import PRIVATE
from voicetune.coach.records import VERSION, digest, row_record, row_result
from voicetune.coach.score import RowResult, look_at
from voicetune.examples.example import Example
from voicetune.workspace.database import Workspace
from voicetune.workspace.kept import keep_results, kept_results, kind_of

Own = tuple[str, ...]
"""The person's own names, handles and addresses."""


class Known:
    """Results by the content they were found in; those of before are read from the workspace."""

    def __init__(self, ws: Workspace, dataset_id: int) -> None:
        self._ws = ws
        self._kind = kind_of(dataset_id, f"coach-row-{VERSION}")
        self._results: dict[str, RowResult] = {}
        self._new: dict[str, RowResult] = {}
        self._hashes: dict[int, tuple[Example, str]] = {}

    def hash_of(self, example: Example) -> str:
        """Returns the hash of an example's content, found once for each stored example."""
        held = self._hashes.get(example.id)
        if held is None or held[0] is not example:
            held = self._hashes[example.id] = (example, content_hash(example))
        return held[1]

    def get(self, example: Example, own: Own) -> RowResult | None:
        """Returns what is known of an example; None where it was not looked at yet."""
        held = self._hashes.get(example.id)
        if held is None or held[0] is not example:
            return None
        result = self._results.get(held[1])
        if result is None or not own or not _names_somebody(result):
            return result
        return self._results.get(_with(held[1], own))

    def look(self, example: Example, own: Own) -> RowResult:
        """Returns what there is to say of an example, looking at it where it is new.

        The person's own names matter only where something private was found without them, so that
        giving one more name has few examples looked at again.
        """
        key = self.hash_of(example)
        result = self._results.get(key) or self._found(key, look_at(example))
        if not own or not _names_somebody(result):
            return result
        key = _with(key, own)
        return self._results.get(key) or self._found(key, look_at(example, own=own))

    def read(self, examples: Iterable[Example], own: Own) -> None:
        """Reads what the workspace knows of the examples."""
        hashes = {self.hash_of(example) for example in examples}
        self._read(hashes)
        if own:
            found = (key for key in hashes if key in self._results)
            self._read({_with(key, own) for key in found if _names_somebody(self._results[key])})

    def keep(self) -> None:
        """Writes what was found since the last time into the workspace."""
        new, self._new = self._new, {}
        keep_results(self._ws, self._kind, {key: row_record(new[key]) for key in list(new)})

    def by_hash(self, examples: Sequence[Example], own: Own) -> dict[str, RowResult]:
        """Returns what is known of these examples, as `coach` takes it."""
        found = {self.hash_of(example): self.get(example, own) for example in examples}
        return {key: result for key, result in found.items() if result is not None}

    def unknown_words(self, examples: Iterable[Example], own: Own) -> dict[int, Sequence[str]]:
        """Returns the words that no dictionary knows, by the id of the example."""
        results = ((example.id, self.get(example, own)) for example in examples)
        return {id_: result.unknown for id_, result in results if result and result.unknown}

    def _read(self, keys: set[str]) -> None:
        missing = [key for key in keys if key not in self._results]
        for key, record in kept_results(self._ws, self._kind, missing).items():
            self._results[key] = row_result(record)

    def _found(self, key: str, result: RowResult) -> RowResult:
        self._results[key] = self._new[key] = result
        return result


def _names_somebody(result: RowResult) -> bool:
    return any(finding.code in PRIVATE for finding in result.findings)


def _with(key: str, own: Own) -> str:
    return f"{key}.{digest([own])}"
