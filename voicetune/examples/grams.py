"""Texts as vectors of the characters in their words."""

from collections.abc import Sequence
from itertools import chain
from typing import Any


def gram_vectors(texts: Sequence[str], *, damped: bool = False) -> Any:
    """Returns a unit row a text: TF-IDF of the character 3-5-grams within its words.

    With `damped`, a gram that a text repeats counts 1 + log(times), which suits long texts. No text
    may be without words. The cosines are those of scikit-learn's TfidfVectorizer(lowercase=False,
    analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=damped), but the grams of a word are found
    once, however many texts it stands in, grams that stand in the very same words share one column,
    and nothing waits a second for scikit-learn's import.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array

    def counts(rows: list[list[str]]) -> tuple[list[str], Any]:
        parts = {part: i for i, part in enumerate(dict.fromkeys(chain.from_iterable(rows)))}
        ends = np.cumsum([0, *map(len, rows)])
        columns = np.fromiter(map(parts.__getitem__, chain.from_iterable(rows)), np.int32, ends[-1])
        ones = np.ones(len(columns), np.float32)
        return list(parts), csr_matrix((ones, columns, ends), shape=(len(rows), len(parts)))

    words, in_texts = counts([text.split() for text in texts])
    _, in_words = counts([_grams(word) for word in words])
    # Grams that stand in the same words, equally often, have the same sum of random numbers.
    marks = np.random.default_rng(0).integers(2**63, size=len(words), dtype=np.int64)
    _, one_each, alike = np.unique(
        in_words.T.astype(np.int64) @ marks, return_index=True, return_counts=True
    )
    vectors = in_texts @ in_words[:, one_each]
    if damped:
        vectors.data = np.log(vectors.data) + 1
    texts_with = np.bincount(vectors.indices, minlength=len(alike))
    weights = (np.log((1 + len(texts)) / (1 + texts_with)) + 1) * np.sqrt(alike)
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
