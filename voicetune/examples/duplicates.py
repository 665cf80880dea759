"""Examples that say the same: exact duplicates, and questions that ask nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
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

_BLOCK = 1024  # rows of the similarity matrix held at a time
_FIRST_WORDS, _ALL_WORDS = 6, 10**9
_PAIRS = 50_000  # pairs whose exact cosine is computed at a time
_TAIL, _LIKELY = 0.55, 0.29
"""A pair is looked at when its rare parts (see `_rare_part`) have _LIKELY of the threshold.

Finds 99.9 % of the pairs above the threshold in a third of the time of a tail of 0.4, which is
sure to find all of them (18,000 and 30,000 pairs among 10,000 questions).
"""


def exact_duplicates(examples: Sequence[Example]) -> list[list[int]]:
    """Returns groups of positions whose conversations are the same but for spacing."""

    def conversation(example: Example, words: int) -> Hashable:
        return tuple(
            (str(role_of(m)), same_text(" ".join(text_of(m).split(None, words)[:words])))
            for m in example.messages
        )

    groups: list[list[int]] = []
    # Whole texts are compared only where the first words agree: that is three times as fast.
    for alike in _groups(conversation(example, _FIRST_WORDS) for example in examples):
        same = _groups(conversation(examples[position], _ALL_WORDS) for position in alike)
        groups += [[alike[i] for i in group] for group in same]
    return sorted(groups)


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

    vectors = _rare_first(_gram_vectors(texts))
    rare = _rare_part(vectors, _TAIL)
    free = np.ones(len(texts), dtype=bool)
    groups: list[list[int]] = []
    for start in range(0, len(texts), _BLOCK):
        rows = start + np.flatnonzero(free[start : start + _BLOCK])
        products = rare[rows] @ rare[start:].T
        likely = np.flatnonzero(products.data >= threshold * _LIKELY)
        first = rows[np.searchsorted(products.indptr, likely, side="right") - 1]
        second = start + products.indices[likely]
        later = (second > first) & free[second]
        first, second = _at_least(vectors, first[later], second[later], threshold)
        near: defaultdict[int, list[int]] = defaultdict(list)
        for i, j in zip(first.tolist(), second.tolist(), strict=True):
            near[i].append(j)
        for i in rows.tolist():
            if free[i]:
                group = [i, *(j for j in near[i] if free[j])]
                free[group] = False
                groups.append(group)
    return groups


def _gram_vectors(texts: Sequence[str]) -> Any:
    """Returns a unit row a text: TF-IDF of the character 3-5-grams within its words.

    Equal to scikit-learn's TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)), but the grams
    of a word are found once, however many texts it stands in, and nothing waits a second for
    scikit-learn's import.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array

    def counts(rows: list[list[int]], width: int) -> Any:
        ends = np.cumsum([0, *map(len, rows)])
        columns = np.fromiter(chain.from_iterable(rows), np.int32, ends[-1])
        ones = np.ones(len(columns), np.float32)
        return csr_matrix((ones, columns, ends), shape=(len(rows), width))

    words: dict[str, int] = {}
    in_texts = [[words.setdefault(w, len(words)) for w in text.split()] for text in texts]
    grams: dict[str, int] = {}
    in_words = [[grams.setdefault(g, len(grams)) for g in _grams(word)] for word in words]
    vectors = counts(in_texts, len(words)) @ counts(in_words, len(grams))
    texts_with = np.bincount(vectors.indices, minlength=len(grams))
    weights = np.log((1 + len(texts)) / (1 + texts_with)) + 1
    vectors.data *= weights[vectors.indices].astype(np.float32)
    lengths = np.sqrt(vectors.multiply(vectors).sum(axis=1)).A1
    return diags_array(1 / lengths.astype(np.float32)) @ vectors


def _grams(word: str) -> list[str]:
    padded, grams = f" {word} ", []
    for size in (3, 4, 5):
        grams += [padded[i : i + size] for i in range(max(1, len(padded) - size + 1))]
        if len(padded) <= size:
            break
    return grams


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
