"""Examples that say the same: exact duplicates, and questions that ask nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from voicetune.examples.characters import composed, same_text
from voicetune.examples.example import Example, role_of, text_of
from voicetune.examples.frames import stripped, subject, wants_text, without_shared_openings
from voicetune.examples.grams import gram_vectors

if TYPE_CHECKING:
    import numpy as np

THRESHOLD = 0.7
"""Cosine of character 3-5-grams from which two questions count as nearly the same.

Chosen on the tuning half of `benchmarks.near_duplicates`. On the other half, 157 hard paraphrases
and 152 look-alikes among 100 to 5,000 unrelated questions, 7 of 10 pairs shown are right, and 4 of
10 paraphrases are found. Too imprecise to delete anything by itself; a person looks at the pairs.
"""

_BLOCK = 256  # texts compared with all later ones at a time
_FIRST_WORDS = 6
_PAIRS = 10_000  # pairs whose exact cosine is computed at a time
_TAIL, _LIKELY = 0.55, 0.35
"""A pair is looked at when its rare parts (see `_rare_part`) have _LIKELY of the threshold.

Found all pairs above the threshold: 11,696 among 6,000 questions mixed from the samples, 114 among
5,600 of the benchmark. A tail of 0.4, which is sure to find them, takes about twice the time.
"""


def exact_duplicates(examples: Sequence[Example]) -> list[list[int]]:
    """Returns groups of positions whose conversations are the same but for spacing."""

    def opening(example: Example) -> Hashable:
        return tuple(
            [
                composed(" ".join(text_of(m).split(None, _FIRST_WORDS)[:_FIRST_WORDS]))
                for m in example.messages[-2:]
            ]
        )

    def conversation(example: Example) -> Hashable:
        return tuple([(str(role_of(m)), same_text(text_of(m))) for m in example.messages])

    groups: list[list[int]] = []
    # Whole texts are compared only where the first words of the last turns agree: that is four
    # times as fast.
    for alike in _groups(map(opening, examples)):
        same = _groups(conversation(examples[position]) for position in alike)
        groups += [[alike[i] for i in group] for group in same]
    return sorted(groups)


def near_duplicate_questions(
    examples: Sequence[Example], threshold: float = THRESHOLD
) -> list[list[int]]:
    """Returns groups of positions whose first questions ask nearly the same.

    Two questions do when, without their request frames, the words that tell their subject are the
    same, stemmed and synonyms taken as one, or the TF-IDF cosine of these words' character
    3-5-grams reaches the threshold; and when both ask for a text ("Write a post about hiring") or
    both for an answer ("How do I hire?"). Each group is its first question and those near to it.
    Empty questions are in no group.
    """
    same: defaultdict[tuple[bool, frozenset[str]], list[int]] = defaultdict(list)
    firsts: list[str] = []
    abouts: dict[str, str] = {}
    for position, question in enumerate([example.question for example in examples]):
        if text := stripped(question):
            about = abouts.get(text) or subject(text)
            abouts[text] = about
            key = wants_text(question), frozenset(about.split())
            if key not in same:
                firsts.append(text)
            same[key].append(position)
    members = list(same.values())
    subjects = [abouts.get(text) or subject(text) for text in without_shared_openings(firsts)]
    near = _near_texts(subjects, [wanted for wanted, _ in same], threshold)
    groups = [sorted(p for i in group for p in members[i]) for group in near]
    return sorted(group for group in groups if len(group) > 1)


def _groups(keys: Iterable[Hashable]) -> list[list[int]]:
    positions: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        positions[key].append(position)
    return [group for group in positions.values() if len(group) > 1]


def _near_texts(texts: Sequence[str], kinds: Sequence[bool], threshold: float) -> list[list[int]]:
    """Groups all the texts: a text starts a group with every later free one of its kind near to it.

    Texts that are in a group are compared no more, so the more questions repeat, the less there is
    to do.
    """
    if len(texts) < 2:
        return [[i] for i in range(len(texts))]
    import numpy as np

    vectors = _rare_first(gram_vectors(texts))
    rare = _rare_part(vectors, _TAIL)
    kind = np.array(kinds)
    free = np.arange(len(texts))  # positions of the texts in no group yet
    groups: list[list[int]] = []
    while len(free):
        others = rare[free]
        products = others[:_BLOCK] @ others.T
        likely = np.flatnonzero(products.data >= threshold * _LIKELY)
        first = np.searchsorted(products.indptr, likely, side="right") - 1
        second = products.indices[likely]
        later = (second > first) & (kind[free[first]] == kind[free[second]])
        first, second = free[first[later]], free[second[later]]
        sure = products.data[likely[later]] >= threshold  # the common parts only add to it
        sure[~sure] = _cosines(vectors, first[~sure], second[~sure]) >= threshold
        near: defaultdict[int, list[int]] = defaultdict(list)
        for i, j in zip(first[sure].tolist(), second[sure].tolist(), strict=True):
            near[i].append(j)
        taken: set[int] = set()
        for i in free[:_BLOCK].tolist():
            if i not in taken:
                group = [i, *(j for j in near[i] if j not in taken)]
                taken.update(group)
                groups.append(group)
        free = free[~np.isin(free, list(taken))]
    return groups


def _rare_first(vectors: Any) -> Any:
    """Returns the columns that two rows share, ordered from the rarest gram to the commonest."""
    import numpy as np

    rows_with = np.bincount(vectors.indices, minlength=vectors.shape[1])
    order = np.argsort(rows_with, kind="stable")
    ordered = vectors[:, order[np.count_nonzero(rows_with < 2) :]]
    ordered.sort_indices()
    return ordered


def _rare_part(vectors: Any, tail: float) -> Any:
    """Returns each unit row without its commonest grams, as many as have a norm below `tail`.

    What two rows share is either in both rare parts or in the tail of one of them, which adds
    less than `tail` to their cosine. So the product of the rare parts alone tells which pairs can
    reach a threshold, without the common grams, which cost the most.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    sums = np.concatenate([[0.0], np.cumsum(np.square(vectors.data, dtype=np.float64))])
    starts = vectors.indptr
    row_ends = np.repeat(sums[starts[1:]], np.diff(starts))
    kept = row_ends - sums[:-1] >= tail * tail
    counts = np.concatenate([[0], np.cumsum(kept)])
    return csr_matrix(
        (vectors.data[kept], vectors.indices[kept], counts[starts]), shape=vectors.shape
    )


def _cosines(vectors: Any, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Returns the cosine of each pair of rows; `first` repeats a few rows many times."""
    import numpy as np

    rows, at = np.unique(first, return_inverse=True)
    whole = vectors[rows].toarray()
    found = [np.zeros(0, np.float32)]
    for start in range(0, len(first), _PAIRS):
        others = vectors[second[start : start + _PAIRS]]
        beside = np.repeat(at[start : start + _PAIRS], np.diff(others.indptr))
        products = whole[beside, others.indices] * others.data
        found.append(np.add.reduceat(products, others.indptr[:-1]))
    return np.concatenate(found)
