"""From candidates to examples: the person's text as the answer, the question where there is one."""

from collections.abc import Iterable

from voicetune.examples.example import Example
from voicetune.importers.candidate import Candidate


def is_chosen(candidate: Candidate, keep: frozenset[str] = frozenset()) -> bool:
    """Tells whether a candidate is added: it has words and is not left out.

    `keep` are codes of LEFT_OUT whose candidates are added too.
    """
    return bool(candidate.text) and (candidate.left_out is None or candidate.left_out in keep)


def chosen(candidates: Iterable[Candidate], keep: frozenset[str] = frozenset()) -> list[Candidate]:
    """Returns the candidates that are added; `keep` as in `is_chosen`."""
    return [candidate for candidate in candidates if is_chosen(candidate, keep)]


def to_examples(candidates: Iterable[Candidate]) -> list[Example]:
    """Returns one example a candidate; the user turn is empty where the source has no question."""
    return [
        Example(
            [
                {"role": "user", "content": candidate.question},
                {"role": "assistant", "content": candidate.text},
            ],
            origin=candidate.where,
            written_on=candidate.written_on.date() if candidate.written_on else None,
        )
        for candidate in candidates
    ]
