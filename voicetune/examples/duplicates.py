"""Examples that say the same: exact duplicates, and questions that ask nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from voicetune.examples.characters import same_text
from voicetune.examples.example import Example, role_of, text_of
from voicetune.examples.frames import content_words, stripped, without_shared_openings

if TYPE_CHECKING:
    import numpy as np

THRESHOLD = 0.52
"""Cosine of character 3-5-grams from which two questions count as nearly the same.

Best F1 on planted Quora duplicates: precision 0.96, recall 0.72 among 100 questions, 0.64 and
0.79 among 1,000. Too imprecise to delete anything by itself; a person looks at the pairs.
"""

_BLOCK = 512  # rows of the similarity matrix held at a time
_PAIRS = 50_000  # pairs whose exact cosine is computed at a time
_TAIL = 0.4  # see `_rare_part`; fastest of 0.2 to 0.52 on 10,000 questions


def exact_duplicates(examples: Sequence[Example]) -> list[list[int]]:
    """Returns groups of positions whose conversations are the same but for spacing."""

    def key(example: Example) -> Hashable:
        return tuple((str(role_of(m)), same_text(text_of(m))) for m in example.messages)

    return _groups(key(example) for example in examples)


def near_duplicate_questions(
    examples: Sequence[Example], threshold: float = THRESHOLD
) -> list[list[int]]:
    """Returns groups of positions whose first questions ask nearly the same.

    Two questions do when, without their request frames, their content words are equal or the
    TF-IDF cosine of their character 3-5-grams reaches the threshold. Each group is its first
    question and those near to it. Empty questions are in no group.
    """
    asked = [(position, stripped(example.question)) for position, example in enumerate(examples)]
    asked = [(position, text) for position, text in asked if text]
    same: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    firsts: list[str] = []
    for position, text in asked:
        words = content_words(text)
        if words not in same:
            firsts.append(text)
        same[words].append(position)
    members = list(same.values())
    near = _near_texts(without_shared_openings(firsts), threshold)
    groups = [sorted(p for i in group for p in members[i]) for group in near]
    return sorted(group for group in groups if len(group) > 1)


def _groups(keys: Iterable[Hashable]) -> list[list[int]]:
    positions: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        positions[key].append(position)
    return [group for group in positions.values() if len(group) > 1]


def _near_texts(texts: Sequence[str], threshold: float) -> list[list[int]]:
    """Groups all the texts: a text starts a group with every later free one near to it."""
    if len(texts) < 2:
        return [[i] for i in range(len(texts))]
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32)
    vectors = _rare_first(grams.fit_transform(texts))
    rare = _rare_part(vectors, _TAIL)
    free = np.ones(len(texts), dtype=bool)
    groups: list[list[int]] = []
    for start in range(0, len(texts), _BLOCK):
        rows = start + np.flatnonzero(free[start : start + _BLOCK])
        products = (rare[rows] @ rare[start:].T).tocoo()
        first, second = rows[products.row], start + products.col
        likely = (products.data >= threshold - _TAIL) & (second > first) & free[second]
        first, second = _at_least(vectors, first[likely], second[likely], threshold)
        near: defaultdict[int, list[int]] = defaultdict(list)
        for i, j in zip(first.tolist(), second.tolist(), strict=True):
            near[i].append(j)
        for i in rows.tolist():
            if free[i]:
                group = [i, *(j for j in near[i] if free[j])]
                free[group] = False
                groups.append(group)
    return groups


def _rare_first(vectors: Any) -> Any:
    """Returns the sparse matrix with its columns ordered from the rarest gram to the commonest."""
    import numpy as np
    from scipy.sparse import csr_matrix

    order = np.argsort(np.bincount(vectors.indices, minlength=vectors.shape[1]), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    columns = rank[vectors.indices].astype(np.int32)
    ordered = csr_matrix((vectors.data, columns, vectors.indptr), shape=vectors.shape)
    ordered.sort_indices()
    return ordered


def _rare_part(vectors: Any, tail: float) -> Any:
    """Returns each unit row without its commonest grams, as many as have a norm below `tail`.

    What two rows share is either in both rare parts or in the tail of one of them, which adds
    less than `tail` to their cosine. So rows whose rare parts have a product below
    threshold - tail cannot reach the threshold, and the costly common grams need no product.
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


def _at_least(
    vectors: Any, first: np.ndarray, second: np.ndarray, threshold: float
) -> tuple[np.ndarray, np.ndarray]:
    """Returns those of the pairs whose cosine reaches the threshold."""
    import numpy as np

    kept = [np.zeros(0, dtype=bool)]
    for start in range(0, len(first), _PAIRS):
        a, b = first[start : start + _PAIRS], second[start : start + _PAIRS]
        cosines = np.asarray(vectors[a].multiply(vectors[b]).sum(axis=1)).ravel()
        kept.append(cosines >= threshold)
    near = np.concatenate(kept)
    return first[near], second[near]
