"""Prompts that a post may be the answer to, found offline from the post's own words.

By rules, so rough: they see words, not meaning. They take a post's title where it has one, else
the phrase its words point to (`voicetune.questions.topics`), and turn round what the writer says
("you don't have to answer" -> "Do I have to answer?"). The forms are varied across a set on
purpose. Posts in another language get the one form that cannot go wrong, or none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from voicetune.examples.characters import quotation
from voicetune.questions.forms import Form, form_of, rotated
from voicetune.questions.language import language_of
from voicetune.questions.ordinary import IRREGULAR, VERBS
from voicetune.questions.person import of_the_reader, of_the_writer
from voicetune.questions.post import Post, Suggestion
from voicetune.questions.prose import Prose, prose_of
from voicetune.questions.topics import Topic, Topics
from voicetune.questions.words import carries

ROUGH = (
    "These come from each post's own words by simple rules. They are rough: some miss the point, "
    "so read them and change what sounds wrong."
)
"""What a person must know about the suggestions before they take them."""

SUGGESTIONS = 3
"""The most prompts suggested for a post."""

_ABOUT = {
    "de": "Schreibe einen Beitrag zum Thema „{}“.",
    "fr": "Écris un post sur le thème « {} ».",
    "es": "Escribe una publicación sobre «{}».",
    "it": "Scrivi un post sul tema «{}».",
    "pt": "Escreva um post sobre “{}”.",
    "nl": "Schrijf een bericht over ‘{}’.",
}
_FRAMES = {
    Form.WRITE: (
        "Write a post about {}.",
        "Write a short post about {}.",
        "Write a LinkedIn post about {}.",
    ),
    Form.OPINION: (
        "What do you think of {}?",
        "What's your view on {}?",
        "What do you make of {}?",
    ),
    Form.HOW: ("How do I deal with {}?", "How should I approach {}?", "How do you handle {}?"),
}
_TELL = "Tell me about the time {}."

_HOW_TO = re.compile(r"\bhow to ((?:not )?\w+\b[^.?!:;,()]*)", re.IGNORECASE)
_WAYS_TO = re.compile(
    r"^(?:the |my |\d+ |\w+ ){0,3}(?:ways?|tips|steps|rules|secrets?|reasons) (to|for|not to) "
    r"(\w+\b[^.?!:;,()]*)",
    re.IGNORECASE,
)
_DECIDED = (
    (re.compile(r"^You don['’]t (?:have|need) to ([^.?!,;:]+)"), "Do I have to {}?"),
    (re.compile(r"^You (?:really )?(?:should|must|need to|have to) ([^.?!,;:]+)"), "Should I {}?"),
    (re.compile(r"^You (?:shouldn['’]t|mustn['’]t|can['’]t) ([^.?!,;:]+)"), "Should I {}?"),
    (re.compile(r"^(?:Please )?(?:Don['’]t|Do not|Never|Always) (\w+[^.?!,;:]*)"), "Should I {}?"),
    (re.compile(r"^(Stop \w+ing\b[^.?!,;:]*)"), "Should I {}?"),
)
_PAST = re.compile(r"^(?:[^,.?!]{3,40}, )?((?:I|We) (?:once |finally |also )?(\w+)\b[^.?!;:—–]*)")
_TAIL = re.compile(
    r"(?:,| (?:because|so|but|which|who'd|until|although|though|and (?:I|we|he|she|it|they))\b).*$"
)
_QUESTION_TITLE = re.compile(r"\?\s*$")
_CLAUSE_TITLE = re.compile(r"^(?:why|how|what|when|where|who)\b", re.IGNORECASE)
_MOST_WORDS, _TITLE_WORDS = 12, 14
_LIKELY = 0.4  # of the first topic's weight, below which another is not worth asking about


def one_each(suggestions: Sequence[Sequence[Suggestion]]) -> list[str]:
    """Returns one prompt a post, the first whose topic no post before it has; "" for none."""
    taken: set[str] = set()
    prompts = []
    for each in suggestions:
        best = next((s for s in each if s.topic not in taken), each[0] if each else None)
        prompts.append(best.prompt if best else "")
        taken |= {best.topic} if best else set()
    return prompts


def suggest(posts: Sequence[Post]) -> list[tuple[Suggestion, ...]]:
    """Returns up to three prompts for each post, the one to take first in front.

    None for a post that says too little, or in a language without rules. The same posts in the
    same order give the same prompts.
    """
    read = [prose_of(post.text) for post in posts]
    topics = Topics(read)
    drafts = [_draft(post, prose, topics) for post, prose in zip(posts, read, strict=True)]
    chosen = rotated([draft.forms for draft in drafts], SUGGESTIONS)
    return [
        draft.suggestions(forms, turn)
        for turn, (draft, forms) in enumerate(zip(drafts, chosen, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What can be asked for a post: prompts its own sentences give, and topics for plain ones."""

    ready: dict[Form, Suggestion]
    topics: Sequence[str] = ()

    @property
    def forms(self) -> list[Form]:
        return list(dict.fromkeys([*self.ready, *(_FRAMES if self.topics else ())]))

    def suggestions(self, forms: Sequence[Form], turn: int) -> tuple[Suggestion, ...]:
        """Returns the prompts of these forms; plain ones take the first two topics in turn."""
        made: dict[str, Suggestion] = {}
        plain = 0
        for form in forms:
            suggestion = self.ready.get(form)
            if suggestion is None:
                topic = self.topics[plain % 2 % len(self.topics)]
                frame = _FRAMES[form][turn % len(_FRAMES[form])]
                suggestion = Suggestion(frame.format(topic), form, topic)
                plain += 1
            made.setdefault(suggestion.prompt.casefold(), suggestion)
        return tuple(made.values())


def _draft(post: Post, prose: Prose, topics: Topics) -> _Draft:
    language = language_of(f"{post.title}\n{post.text}")
    if language is None:
        return _Draft({})
    if language != "en":
        return _Draft(_foreign(post, prose, language))
    found = topics.of(post, prose)
    ready = _from_clauses(prose, found) | (_from_title(post.title) if post.title else {})
    named = ready.get(Form.WRITE)
    whole = [named.topic] if named and not _CLAUSE_TITLE.match(named.topic) else []
    likely = [t.text for t in found if t.weight >= _LIKELY * found[0].weight]
    return _Draft(ready, [*whole, *likely])


def _from_title(title: str) -> dict[Form, Suggestion]:
    title = " ".join(prose_of(title).sentences)
    if not title or len(title.split()) > _TITLE_WORDS:
        return {}
    offers = {}
    if _QUESTION_TITLE.search(title):
        asked = of_the_reader(title)
        return {form_of(asked): Suggestion(asked, form_of(asked), title)}
    if clause := _how_to(title):
        offers[Form.HOW] = Suggestion(f"How do I {clause}?", Form.HOW, title)
    topic = of_the_writer(_uncapitalised(title.rstrip(".!…")))
    if _CLAUSE_TITLE.match(topic) or not offers:
        offers[Form.WRITE] = Suggestion(f"Write a post about {topic}.", Form.WRITE, topic)
    return offers


def _from_clauses(prose: Prose, topics: Sequence[Topic]) -> dict[Form, Suggestion]:
    """Returns the prompts that sentences of the post itself give, where they are near its topic."""
    offers: dict[Form, Suggestion] = {}
    near = {word for topic in topics[:3] for word in topic.text.casefold().split()}
    for place, sentence in enumerate(prose.sentences):
        if '"' in sentence or "“" in sentence or sentence.endswith(("?", '?"')):
            continue
        on_topic = any(w in near and carries(w) for w in re.findall(r"\w+", sentence.casefold()))
        if place > 2 and not on_topic:
            continue
        if (clause := _how_to(sentence)) and Form.HOW not in offers:
            offers[Form.HOW] = Suggestion(f"How do I {clause}?", Form.HOW, clause)
        if Form.SHOULD not in offers and (asked := _decision(sentence)):
            offers[Form.SHOULD] = asked
        if Form.TIME not in offers and on_topic and (told := _memory(sentence)):
            offers[Form.TIME] = told
    return offers


def _how_to(text: str) -> str | None:
    """Returns what "how to" or "five ways to" is about, said by the person who asks."""
    match = _HOW_TO.search(text)
    clause = match.group(1) if match else None
    if clause is None and (ways := _WAYS_TO.match(text)) and ways.group(1) == "to":
        clause = ways.group(2)
    if clause is None:
        return None
    words = clause.split()
    if not 2 <= len(words) <= _MOST_WORDS:
        return None
    return of_the_reader(_uncapitalised(clause.strip()))


def _decision(sentence: str) -> Suggestion | None:
    for pattern, frame in _DECIDED:
        if match := pattern.match(sentence):
            clause = match.group(1).strip()
            words = clause.split()
            verb = words[0].casefold()
            if 2 <= len(words) <= _MOST_WORDS and (verb in VERBS or verb == "stop"):
                said = of_the_reader(_uncapitalised(clause))
                return Suggestion(frame.format(said), Form.SHOULD, said)
    return None


def _memory(sentence: str) -> Suggestion | None:
    match = _PAST.match(sentence)
    if not match:
        return None
    verb = match.group(2).casefold()
    if not (verb in IRREGULAR or (verb.endswith("ed") and len(verb) > 4)):
        return None
    clause = _TAIL.sub("", match.group(1)).strip()
    words = clause.split()
    if verb in ("was", "were") and not " ".join(words[2:3]).endswith("ing"):
        return None
    if not 4 <= len(words) <= _MOST_WORDS or not any(map(carries, words)):
        return None
    if any(word[0].isupper() and carries(word) and not word.isupper() for word in words[1:]):
        return None  # somebody's name, most likely
    said = of_the_writer(clause)
    said = said[0].lower() + said[1:]
    return Suggestion(_TELL.format(said), Form.TIME, said)


def _uncapitalised(text: str) -> str:
    """Returns the text without the capital of its first word, or of all where most have one."""
    words = text.split()
    capital = [w[0].isupper() and w[1:] == w[1:].lower() for w in words]
    titled = len(words) > 2 and sum(capital) > len(words) / 2
    return " ".join(
        word[0].lower() + word[1:] if c and word != "I" and (titled or place == 0) else word
        for place, (word, c) in enumerate(zip(words, capital, strict=True))
    )


def _foreign(post: Post, prose: Prose, language: str) -> dict[Form, Suggestion]:
    """Returns one request to write about the post's title, or the beginning of its hook."""
    topic = post.title.strip() or prose.hook.rstrip(".!?…")
    topic = quotation(" ".join(topic.split()[:_MOST_WORDS]), 80)
    if not topic:
        return {}
    return {Form.WRITE: Suggestion(_ABOUT[language].format(topic), Form.WRITE, topic)}
