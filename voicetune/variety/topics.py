"""The topics of a set, found by grouping examples that use the same words, and a map of them.

scikit-learn's TF-IDF, reduced to the directions that matter (TruncatedSVD) and grouped with
k-means; everything is seeded, so the same set gives the same topics. The usual subjects that a
text names count as words of it, which brings "headline" and "profile" together. Examples near no
group are kept apart instead of being forced into one. On the map, topics with like words lie near
each other; within a topic its most typical examples lie in the middle.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from voicetune.examples.example import Example
from voicetune.questions.subjects import load_subjects, mentions
from voicetune.questions.words import carries, stem
from voicetune.variety.coverage import listed
from voicetune.variety.layout import Circle, packed, spiral

if TYPE_CHECKING:
    import numpy as np

REST = "no topic of their own"
"""The name of what lies near no group."""

_FEWEST = 12  # examples from which topics can be told
_MOST_TOPICS = 12
_WORDS_IN_NAME = 3
_DIRECTIONS, _TERMS = 48, 4_000
_NEAR = 0.3  # cosine to its topic's middle below which an example belongs to none
_SMALLEST = 3  # examples in a topic
_QUESTION_WEIGHT = 3  # a question says what the answer is about, in few words
_WIDEST = 0.5  # share of the set above which a word tells nothing apart
_COMMON = 0.2  # share of a topic's examples that have a word it is named by
_SEED = 7
_WORD = re.compile(r"#?[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SUBJECT = "§"  # stands before the id of a subject among the terms


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its most telling words, its examples (most typical first), its place on the map.

    Without words it is what belongs to no topic.
    """

    words: tuple[str, ...]
    rows: tuple[int, ...]
    circle: Circle

    @property
    def name(self) -> str:
        """The topic by its words, as it can stand in a sentence after "on"."""
        return ", ".join(self.words) if self.words else REST


@dataclass(frozen=True, slots=True)
class TopicMap:
    """The topics of a set, the largest first, what has none last; and each example's place."""

    topics: tuple[Topic, ...]
    points: tuple[tuple[float, float], ...]

    @property
    def named(self) -> tuple[Topic, ...]:
        """The topics that have a name."""
        return tuple(topic for topic in self.topics if topic.words)


def find_topics(examples: Sequence[Example], most: int = _MOST_TOPICS) -> TopicMap:
    """Groups a set by topic. In a set below twelve examples, or without words, none has a topic."""
    groups = _grouped(examples, most)
    middles = [group.middle for group in groups]
    circles = packed(middles, [len(group.rows) for group in groups])
    topics = [
        Topic(group.words, group.rows, circle)
        for group, circle in zip(groups, circles, strict=True)
    ]
    placed: dict[int, tuple[float, float]] = {}
    for topic in topics:
        placed |= dict(zip(topic.rows, spiral(topic.circle, len(topic.rows)), strict=True))
    return TopicMap(tuple(topics), tuple(placed[row] for row in range(len(examples))))


def explain(found: TopicMap) -> str:
    """Says in a sentence what the set is mostly about; empty where no topic was found."""
    if not found.named:
        return ""
    total = len(found.points)
    first, *others = ((len(topic.rows), topic.words[0]) for topic in found.named[:3])
    verb = "is" if first[0] == 1 else "are"
    counts = [f"{first[0]:,} {verb} on {first[1]}", *(f"{n:,} on {name}" for n, name in others)]
    told = f"Of {total:,} examples, {listed(counts, 'and')}."
    rest = sum(len(topic.rows) for topic in found.topics if not topic.words)
    if not rest:
        return told
    return f"{told} {rest:,} {'has no topic of its own' if rest == 1 else f'have {REST}'}."


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that belong together, the most typical first; `middle` is None for the rest."""

    words: tuple[str, ...]
    rows: tuple[int, ...]
    middle: np.ndarray[Any, Any] | None


def _terms(example: Example) -> list[str]:
    """Returns the stems of an example and the subjects it names; those of its question count more.

    A question says in few words what the answer is about.
    """
    terms: list[str] = []
    for text, weight in ((example.question, _QUESTION_WEIGHT), (example.answer, 1)):
        found = [term for term in map(_term, _WORD.findall(text)) if term]
        subjects = [_SUBJECT + subject for subject in mentions(text).elements()]
        terms += (found + subjects) * weight
    return terms


@lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    """Returns the stem of a word or hashtag, empty where it carries no topic."""
    bare = word.removeprefix("#")
    return stem(bare) if carries(bare) else ""


def _grouped(examples: Sequence[Example], most: int) -> list[_Group]:
    everything = tuple(range(len(examples)))
    if len(examples) < _FEWEST:
        return [_Group((), everything, None)] if examples else []
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    vectorizer = TfidfVectorizer(
        analyzer=_terms,
        min_df=2 if len(examples) < 1_000 else 4,
        max_df=_WIDEST,
        max_features=_TERMS,
        sublinear_tf=True,
        dtype=np.float32,
    )
    try:
        weights = vectorizer.fit_transform(examples)
    except ValueError:  # no word is in two texts, or every word in all
        return [_Group((), everything, None)]
    terms = vectorizer.get_feature_names_out()
    directions = min(_DIRECTIONS, len(terms) - 1, len(examples) - 1)
    if directions < 2:
        return [_Group((), everything, None)]
    reduced = normalize(TruncatedSVD(directions, random_state=_SEED).fit_transform(weights))
    number = max(2, min(most, round(math.sqrt(len(examples) / 2.5))))
    means = KMeans(number, n_init=4, random_state=_SEED).fit(reduced)
    middles = normalize(means.cluster_centers_)
    likeness = np.einsum("ij,ij->i", reduced, middles[means.labels_])
    words = _words(examples)
    groups, rest = [], []
    for label in range(number):
        rows = np.flatnonzero((means.labels_ == label) & (likeness >= _NEAR))
        rest += np.flatnonzero((means.labels_ == label) & (likeness < _NEAR)).tolist()
        if len(rows) < _SMALLEST:
            rest += rows.tolist()
            continue
        ordered = rows[np.argsort(-likeness[rows], kind="stable")]
        outside = np.setdiff1d(np.arange(len(examples)), rows)
        telling = _mean(weights, rows) - (_mean(weights, outside) if len(outside) else 0)
        common = _mean(weights > 0, rows) >= _COMMON
        telling[~common] = 0
        best = [terms[t] for t in np.argsort(-telling, kind="stable") if telling[t] > 0]
        name = _name(best[: 3 * _WORDS_IN_NAME], words)
        groups.append(_Group(name, tuple(ordered.tolist()), middles[label]))
    groups = [group for group in groups if group.words]
    taken = {row for group in groups for row in group.rows}
    left = tuple(row for row in everything if row not in taken)
    groups.sort(key=lambda group: (-len(group.rows), group.rows))
    return [*groups, *([_Group((), left, None)] if left else [])]


def _mean(weights: Any, rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    import numpy as np

    return np.asarray(weights[rows].mean(axis=0)).ravel()


def _name(terms: Sequence[str], words: dict[str, str]) -> tuple[str, ...]:
    """Returns up to three words for a topic: at most one subject by its name, then its words."""
    names = {subject.id: subject.name for subject in load_subjects()}
    chosen: list[str] = []
    subjects: set[str] = set()
    for term in terms:
        if term.startswith(_SUBJECT):
            if not subjects:
                chosen.append(names[term.removeprefix(_SUBJECT)])
            subjects.add(term.removeprefix(_SUBJECT))
    for term in terms:
        if not term.startswith(_SUBJECT) and subjects.isdisjoint(mentions(words[term])):
            chosen.append(words[term])
    return tuple(chosen[:_WORDS_IN_NAME])


def _words(examples: Sequence[Example]) -> dict[str, str]:
    """Returns each stem's most frequent word, to name topics by; hashtags keep their mark."""
    written: Counter[str] = Counter()
    for example in examples:
        written.update(_WORD.findall(f"{example.question}\n{example.answer}"))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, times in written.items():
        if term := _term(word):
            short = len(word) < 4 and word.isupper()  # AI, HR
            counts[term][word if short else word.lower()] += times
    return {term: min(of, key=lambda w: (-of[w], w)) for term, of in counts.items()}
