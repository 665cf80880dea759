"""What a post is about, in its own words: the phrases that carry it, the likeliest first.

Without a grammar: words that are rare in the set and not ordinary English, and that stand where
posts name their subject (title, hook, hashtags, the question at the end) weigh most; so do the
words of the usual subjects (data/subjects.json). A post that says everything in pictures ("the
radish is up in four days") has no such words, and then the topic is a guess.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from voicetune.questions.ordinary import AFTER, BEFORE, LINKING, ORDINARY, VERBS
from voicetune.questions.person import of_the_writer
from voicetune.questions.post import Post
from voicetune.questions.prose import Prose, humps
from voicetune.questions.subjects import load_subjects, mentions
from voicetune.questions.words import DETERMINERS, carries, gerund, is_verb, plain, stem, tokens

_TITLE, _HOOK, _SECOND, _LAST_QUESTION, _HASHTAG, _SUBJECT = 5.0, 2.0, 1.5, 1.2, 4.0, 1.5
_NAME, _ACTION, _UNSURE, _SPOKEN_OF = 0.15, 0.6, 0.15, 1.3
_MOST, _FEW = 6, 10
_WIDE = 0.5
"""A hashtag that more than this share of a set has names the writer, not the post."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase that the post may be about, as it can stand after "about", and its weight."""

    text: str
    weight: float


_SPEAKS_OF = re.compile(
    r"^(?:(?:most|every|each|many|some|all|any|and|but|so) )?(.{3,60}?),? "
    r"(?:is|are|was|were|isn't|aren't|wasn't|weren't|can|can't|could|will|won't|would|wouldn't|has|"
    r"have|had|hasn't|haven't|should|shouldn't|must|may|might|never|always|usually|often|do|does|"
    r"don't|doesn't|did|didn't|means|gets|makes|takes|needs|gives|proves|tells|beats|matters|works|"
    r"starts|feels|looks|sounds|comes)\b",
    re.IGNORECASE,
)
"""What the hook says something of: all before its first plain verb."""
_NO_SUBJECT = LINKING - DETERMINERS
_SAYING = frozenset(["think", "know", "say", "believe", "want", "like", "feel", "that", "ask"])
_ANYBODY = frozenset(["people", "person", "man", "men", "woman", "women", "friend", "day", "time"])
_QUALITIES = ("ly", "ed", "ful", "ous", "ive", "able", "ible", "est", "ish")
_THINGS = ("tion", "ment", "ness", "ity", "ship", "ing", "ism", "ance", "ence", "s")


class Topics:
    """Finds the topics of posts of one set; what most posts share counts little."""

    def __init__(self, prose: Sequence[Prose]) -> None:
        self._total = len(prose)
        self._posts_with: Counter[str] = Counter()
        self._vocabulary: Counter[str] = Counter()
        self._hook = _HOOK * _plainness(prose)
        for each in prose:
            words = {w for s in each.sentences for w in tokens(s) if w[0].isalnum()}
            self._vocabulary.update(w.lower() for w in words)
            self._posts_with.update({stem(w) for w in words})
            self._posts_with.update({f"#{tag.lower()}" for tag in each.hashtags})

    def of(self, post: Post, prose: Prose) -> list[Topic]:
        """Returns up to six topics of a post, the weightiest first; no two share their words."""
        tags = [self._split(tag) for tag in prose.hashtags if not self._is_wide(tag)]
        sentences = [tokens(post.title), *tags, *map(tokens, prose.sentences)]
        first = 1 + len(tags)
        placed = self._placed(sentences, first)
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        names: Counter[str] = Counter()
        for number, sentence in enumerate(sentences):
            for place, word in enumerate(sentence):
                if carries(word):
                    found[stem(word)].append((number, place))
                    if word[0].islower():
                        names[stem(word)] -= 1
                    elif number >= first and place > 0 and not word[1:].isupper():
                        names[stem(word)] += 1  # a capital within a sentence
        weights = {
            each: self._rarity(each)
            * (1 + math.log(len(places)))
            * placed[each]
            * (_NAME if names[each] > 0 else 1.0)
            * max(_subject(plain(sentences[n][p])) for n, p in places)
            for each, places in found.items()
        }
        phrases = [
            (weights[each] * worth, text)
            for each, places in found.items()
            for text, worth in [_best_phrase(places, sentences, first)]
            if text
        ]
        if said := _spoken_of(prose.hook):
            most = max((weights.get(stem(w), 0.0) for w in tokens(said)), default=0.0)
            phrases.append((_SPOKEN_OF * max(most, self._hook), of_the_writer(said)))
        phrases.sort(key=lambda p: (-p[0], p[1]))
        return list(_apart(phrases))

    def _rarity(self, each: str) -> float:
        posts = self._posts_with[each]
        return max(0.05, math.log((self._total + 2) / (posts + 1)) / math.log(self._total + 2))

    def _placed(self, sentences: Sequence[Sequence[str]], first: int) -> defaultdict[str, float]:
        """Returns the factor that a word's places give it: 1 within the post."""
        factors: defaultdict[str, float] = defaultdict(lambda: 1.0)
        questions = [s for s in sentences[first:] if "?" in s[-2:]]
        tags = [word for tag in sentences[1:first] for word in tag]
        for words, factor in (
            (sentences[0], _TITLE),
            (tags, _HASHTAG),
            ([w for s in sentences[first : first + 1] for w in s], self._hook),
            ([w for s in sentences[first + 1 : first + 2] for w in s], _SECOND),
            ([w for s in questions[-1:] for w in s], _LAST_QUESTION),
        ):
            for each in {stem(word) for word in words}:
                factors[each] *= factor
        return factors

    def _is_wide(self, hashtag: str) -> bool:
        posts = self._posts_with[f"#{hashtag.lower()}"]
        return self._total >= _FEW and posts > _WIDE * self._total

    def _split(self, hashtag: str) -> list[str]:
        """Returns a hashtag's words, found by its capitals or, without any, among known words."""
        words = humps(hashtag)
        if len(words) > 1 or not hashtag.islower() or self._knows(hashtag):
            return words
        cuts = [(hashtag[:i], hashtag[i:]) for i in range(3, len(hashtag) - 2)]
        known = [cut for cut in cuts if all(map(self._knows, cut))]
        return list(max(known, key=lambda cut: min(map(len, cut)))) if known else words

    def _knows(self, word: str) -> bool:
        return bool(self._vocabulary[word]) or not _common_words().isdisjoint(
            (word, word.removesuffix("s"))
        )


@cache
def _common_words() -> frozenset[str]:
    usual = {w.rstrip("*") for s in load_subjects() for phrase in s.words for w in phrase.split()}
    return frozenset(usual) | ORDINARY | VERBS


def _plainness(prose: Sequence[Prose]) -> float:
    """Returns how much more (or less) the hooks of a set name the usual subjects than its rest.

    Some writers open with the subject, others with a picture for it. Between 0.3 and 1; 1 for
    sets too small to tell.
    """
    if len(prose) < _FEW:
        return 1.0
    rates = []
    for texts in (
        [each.hook for each in prose],
        [sentence for each in prose for sentence in each.sentences[1:]],
    ):
        words = sum(len(text.split()) for text in texts)
        rates.append(sum(mentions(text).total() for text in texts) / max(1, words))
    return 1.0 if not rates[1] else min(1.0, max(0.3, rates[0] / rates[1]))


@lru_cache(maxsize=50_000)
def _subject(word: str) -> float:
    return _SUBJECT if mentions(word) else 1.0


def _apart(phrases: Sequence[tuple[float, str]]) -> Iterator[Topic]:
    """Yields the first phrases that share no carrying word with one before."""
    seen: set[str] = set()
    for count, (weight, text) in enumerate(phrases):
        stems = {stem(word) for word in tokens(text) if plain(word) not in LINKING}
        if not stems & seen:
            yield Topic(text, weight)
        seen |= stems
        if count == 4 * _MOST:
            return


def _best_phrase(
    places: Sequence[tuple[int, int]], sentences: Sequence[Sequence[str]], first: int
) -> tuple[str, float]:
    """Returns the phrase around a word that says most, and how far it can be trusted (0 to 1).

    Title and hashtags, which stand before sentence number `first`, are trusted.
    """
    actions: list[str] = []
    best, worth, sure = "", 0.0, False
    for number, place in places:
        sentence = sentences[number]
        before = sentence[place - 1] if place else ""
        if is_verb(before, sentence[place]):
            if ing := gerund(sentence[place]):
                actions.append(ing)
            continue
        phrase = _phrase(sentence, place)
        value = len([w for w in phrase if carries(w)])
        if value > worth:
            best, worth = " ".join(phrase), value
        sure = sure or number < first or _is_thing(sentence, place)
    if best:
        return best, 1.0 if sure else _UNSURE
    return (actions[0], _ACTION) if actions else ("", 0.0)


def _phrase(sentence: Sequence[str], place: int) -> list[str]:
    """Returns the words around a noun that belong to it, with an article where it has one.

    Empty where only a quality stands there ("a failed one").
    """
    begin, end = place, place + 1
    while end < len(sentence) and end - place < 3 and _joins(sentence, end, AFTER):
        end += 1
    while begin and place - begin < 2 and _joins(sentence, begin - 1, BEFORE):
        begin -= 1
    words = [_small(word) for word in sentence[begin:end]]
    if plain(words[-1]).endswith(_QUALITIES):
        return []
    article = plain(sentence[begin - 1]) if begin else ""
    if article in ("my", "our"):
        return ["your", *words]
    if article in ("a", "an", "the"):
        return [article, *words]
    if words[0] in ("first", "last") or words[0].endswith("est"):
        return ["the", *words]
    if article in DETERMINERS and not words[-1].endswith("s"):
        return ["an" if words[0][0] in "aeiou" else "a", *words]
    return words


def _is_thing(sentence: Sequence[str], place: int) -> bool:
    """Tells whether something shows that a word names a thing: its ending, or an article before."""
    word = plain(sentence[place])
    if word.endswith(_QUALITIES):
        return False
    if word.endswith(_THINGS) or mentions(word):
        return True
    return any(plain(w) in DETERMINERS for w in sentence[max(0, place - 2) : place])


def _spoken_of(hook: str) -> str | None:
    """Returns what the hook says something of, where that is short and no mere pronoun."""
    match = _SPEAKS_OF.match(hook.replace("’", "'"))
    if match is None:
        return None
    words = tokens(match.group(1))
    if len(words) > 7 or not all(w[0].isalnum() for w in words) or plain(words[0]) in _NO_SUBJECT:
        return None
    if not _SAYING.isdisjoint(map(plain, words)):
        return None
    if not any(_names(before, word) for before, word in pairwise(["", *words])):
        return None
    return " ".join([_small(words[0]), *words[1:]])


def _names(before: str, word: str) -> bool:
    word = plain(word)
    return word not in LINKING and word not in _ANYBODY and not is_verb(before, word)


def _joins(sentence: Sequence[str], place: int, ordinary: frozenset[str]) -> bool:
    """Tells whether the word there belongs to the noun beside it."""
    word = sentence[place]
    before = sentence[place - 1] if place else ""
    if place and word[0].isupper() and word[1:].islower():
        return False  # a name, most likely
    if plain(word) in ordinary:
        return True
    return carries(word) and not is_verb(before, word) and not plain(word).endswith("ly")


def _small(word: str) -> str:
    """Returns a word without its capital; AI, CV and LinkedIn keep theirs."""
    return word if word == "I" or word[1:] != word[1:].lower() else word.lower()
