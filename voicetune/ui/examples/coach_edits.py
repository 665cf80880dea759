"""What a person does about the coach's findings, each one step that undo takes back; no Streamlit.

Dismissing is no edit: it is taken back by `bring_back`.
"""

from collections import Counter
from collections.abc import Sequence

from voicetune.coach.dismissals import dismissal_key
from voicetune.coach.excerpts import Excerpt, excerpts
from voicetune.coach.mends import mend_all
from voicetune.coach.privacy import PLACEHOLDER, Placeholders, find_private, restore
from voicetune.examples.example import Example, text_of
from voicetune.examples.finding import Finding, Severity
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.coach_memory import (
    dismissed_in,
    keep_dismissed,
    keep_placeholders,
    own_names,
    placeholders_in,
)
from voicetune.ui.examples.word import Word
from voicetune.workspace.examples import update_examples


def mend(board: Board, word: Word, findings: Sequence[Finding]) -> int:
    """Mends what the findings are about and returns how many examples that changed."""
    spelling = any(finding.code == "typo" for finding in findings)
    with board.ws.write():
        placeholders = _placeholders(board, word.examples)
        changed = mend_all(
            word.examples,
            findings,
            placeholders=placeholders,
            own=own_names(board.ws, board.dataset_id),
            unknown=board.coach.unknown_words(word.examples) if spelling else None,
        )
        keep_placeholders(board.ws, board.dataset_id, placeholders.values)
        label = next((f.mend for f in findings if f.mend), None) or "Mend"
        by_id = {word.examples[row].id: example for row, example in changed.items()}
        return update_examples(board.ws, board.dataset_id, by_id, label)


def dismiss(board: Board, word: Word, findings: Sequence[Finding]) -> None:
    """Has the findings said no more until one of their examples changes."""
    keys = {dismissal_key(finding, word.examples) for finding in findings}
    held = dismissed_in(board.ws, board.dataset_id)
    keep_dismissed(board.ws, board.dataset_id, keys | set(held))


def can_dismiss(findings: Sequence[Finding]) -> bool:
    """Says whether looking away helps: nobody can train past an error."""
    return all(finding.severity is not Severity.ERROR for finding in findings)


def bring_back(board: Board) -> None:
    """Has everything that was dismissed said again."""
    keep_dismissed(board.ws, board.dataset_id, [])


def to_replace(board: Board, word: Word, finding: Finding) -> list[Excerpt]:
    """Returns every piece that the mend of a private finding would replace; nothing changes."""
    return list(
        excerpts(
            word.examples,
            finding.rows,
            _placeholders(board, word.examples),
            kinds=(finding.code,),
            own=own_names(board.ws, board.dataset_id),
        )
    )


def values_found(word: Word, rows: Sequence[int], code: str) -> dict[str, int]:
    """Returns the names, handles or addresses in some rows: value -> times, the most first.

    Those that the person has called their own are among them.
    """
    times: Counter[str] = Counter()
    for row in rows:
        for message in word.examples[row].messages:
            found = find_private(text_of(message), kinds=(code,))
            times.update(private.value for private in found)
    return dict(sorted(times.items(), key=lambda item: (-item[1], item[0])))


def replaced(board: Board, examples: Sequence[Example]) -> dict[str, str]:
    """Returns the placeholders that stand in the set's texts, with what each stands for."""
    values = placeholders_in(board.ws, board.dataset_id)
    if not values:
        return {}
    texts = (text_of(message) for example in examples for message in example.messages)
    standing = {m.group() for text in texts if "[" in text for m in PLACEHOLDER.finditer(text)}
    return {placeholder: value for placeholder, value in values.items() if placeholder in standing}


def put_back(board: Board, examples: Sequence[Example]) -> int:
    """Puts every value back in place of its placeholder; returns how many examples that changed."""
    values = placeholders_in(board.ws, board.dataset_id)
    back = {example.id: restore(example, values) for example in examples}
    return update_examples(board.ws, board.dataset_id, back, "Put what was replaced back")


def _placeholders(board: Board, examples: Sequence[Example]) -> Placeholders:
    placeholders = Placeholders(placeholders_in(board.ws, board.dataset_id))
    placeholders.reserve(examples)
    return placeholders
