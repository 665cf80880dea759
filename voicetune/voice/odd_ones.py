"""The posts of a set that do not sound like the rest, found without any labels.

Four looks, each a number a post that is compared with what is usual in the set (median and median
deviation, which a few strangers hardly move):

- habits: how far the surface habits are from the usual ones, on average;
- signature: how many of the phrases that most of the posts share are missing;
- middle: how unlike the character n-grams are to those of all other posts together;
- company: the strangest posts so far against the rest, by a logistic regression that never saw the
  post it judges. Strangers by one hand sound like each other, a writer's own odd days do not.

`python -m benchmarks.odd_voices` measures it: with 5 % strangers among the sample voices it finds
nine of ten and more at 0-3 % false alarms. On plain essays, where layout tells nothing, it finds
only a third at 5 % (AUC 0.84), so its findings are advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicetune.examples.codes import ADVICE, Code
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding
from voicetune.examples.grams import gram_vectors
from voicetune.voice.differences import differences
from voicetune.voice.habits import Habits, Portrait, habits, portrait
from voicetune.voice.marks import ai_marks, press_marks
from voicetune.voice.model import ENOUGH, held_out, plain, separation, tokens

if TYPE_CHECKING:
    import numpy as np

ODD = 3.0
"""Score, in median deviations from the usual, from which a post is odd."""
_WEIGHTS = {"habits": 1.0, "signature": 0.8, "middle": 0.5, "company": 0.6}
_LEAST, _MOST = -2.0, 6.0  # deviations that one look can add
_FAREST = 4.0  # spreads that one habit can add
_SHARED_BY = 0.5  # part of the posts that have a phrase of the signature
_PHRASE = 3  # words of the longest such phrase
_SUSPECTS, _FEWEST_SUSPECTS = 0.08, 4
_COMPARED = 1_500  # posts that the company is learned from
_MARKS = {"voice-ai": (3, 1), "voice-press": (3, 2)}
"""Turns of phrase that give a text away: by themselves, and when it is odd anyway."""
_IN_PERSON = 1.0  # "I" and "my" in 100 words: no press release

VOICE_CODES: dict[str, Code] = {
    "voice-odd": Code(ADVICE, "Another voice?"),
    "voice-ai": Code(ADVICE, "Sounds like AI"),
    "voice-press": Code(ADVICE, "Press release?"),
}
"""The codes of findings about one voice, with what a badge shows."""
_MESSAGES = {
    "voice-odd": "This post does not sound like the rest",
    "voice-ai": "This post sounds like an AI chat, the rest does not",
    "voice-press": "This post sounds like a press release, the rest does not",
}


@dataclass(frozen=True, slots=True)
class OddVoice:
    """A post that stands out: its position, how far, why, and which kind of finding it is.

    `score` counts deviations from the usual post; `habits` says in words what differs, `quoted`
    which turns of phrase gave it away.
    """

    row: int
    score: float
    habits: tuple[str, ...]
    code: str = "voice-odd"
    quoted: tuple[str, ...] = ()


def odd_voices(examples: Sequence[Example]) -> list[OddVoice]:
    """Returns the included examples whose answers do not sound like the others, oddest first.

    A set of fewer than ENOUGH answers is not judged.
    """
    rows = [row for row, e in enumerate(examples) if e.include and plain(e.answer)]
    if len(rows) < ENOUGH:
        return []
    texts = [examples[row].answer for row in rows]
    each = [habits(text) for text in texts]
    usual = portrait(each)
    marks = _telling_marks(texts, each)
    found = []
    for number, score in enumerate(oddness(texts, each, usual)):
        odd = bool(score >= ODD)
        code, quoted = max(
            (
                (code, of_texts[number])
                for code, of_texts in marks.items()
                if len(of_texts[number]) >= _MARKS[code][odd]
            ),
            key=lambda given_away: len(given_away[1]),
            default=("voice-odd", ()),
        )
        if odd or quoted:
            words = differences(each[number], usual)
            found.append(OddVoice(rows[number], float(score), words, code, quoted))
    return sorted(found, key=lambda odd: -odd.score)


def listen(example: Example) -> None:
    """Measures one answer ahead of `odd_voices`, which then has the smaller part left to do.

    So the work on a large set can be told as it goes, and stopped. 20,000 answers are remembered.
    """
    if plain(example.answer):
        habits(example.answer)
        ai_marks(example.answer)


def findings(odd: Iterable[OddVoice]) -> list[Finding]:
    """Returns advice for each odd voice, with the habits that differ in words."""
    made = []
    for voice in odd:
        why = [", ".join(voice.habits)] if voice.habits else []
        if voice.quoted:
            why.append(" and ".join(f"“{phrase}”" for phrase in voice.quoted[:3]))
        because = f": {'; '.join(why)}" if why else ""
        made.append(
            Finding(
                voice.code,
                VOICE_CODES[voice.code].severity,
                f"{_MESSAGES[voice.code]}{because}. Leave it out if it is not yours.",
                (voice.row,),
            )
        )
    return made


def oddness(texts: Sequence[str], each: Sequence[Habits], usual: Portrait) -> np.ndarray:
    """Returns how odd each text is, in deviations from the usual text.

    Takes at least two texts with words, their habits and the portrait of these.
    """
    import numpy as np

    distances = np.array([usual.distances(one) for one in each])
    vectors = gram_vectors([plain(text) for text in texts])
    looks = {
        "habits": np.minimum(np.abs(distances), _FAREST).mean(axis=1),
        "signature": _missing_signature([tokens(text) for text in texts]),
        "middle": _from_the_middle(vectors),
    }
    total = sum(_WEIGHTS[name] * _deviations(look) for name, look in looks.items())
    total = _deviations(total, clip=False)
    company = _deviations(_company(vectors, total))
    return _deviations(total + _WEIGHTS["company"] * company, clip=False)


def _deviations(values: Any, *, clip: bool = True) -> np.ndarray:
    """Returns how far each value is from the median, in median deviations as standard ones."""
    import numpy as np

    from_median = values - np.median(values)
    deviation = 1.4826 * np.median(np.abs(from_median))
    if deviation < 1e-9:  # most are the same: what differs cannot be measured by the others
        return np.zeros(len(values))
    scaled: np.ndarray = from_median / deviation
    return np.clip(scaled, _LEAST, _MOST) if clip else scaled


def _missing_signature(texts: Sequence[list[str]]) -> np.ndarray:
    """Returns how much of what most texts share each text lacks: phrases of one to three tokens."""
    import numpy as np

    needed = _SHARED_BY * len(texts)
    missing = np.zeros(len(texts))
    before: set[tuple[str, ...]] = set()  # shared phrases one token shorter
    for size in range(1, _PHRASE + 1):
        texts_with: dict[tuple[str, ...], list[int]] = {}
        for number, text in enumerate(texts):
            phrases = set(zip(*(text[start:] for start in range(size)), strict=False))
            for phrase in phrases:
                if size == 1 or (phrase[:-1] in before and phrase[1:] in before):
                    texts_with.setdefault(phrase, []).append(number)
        shared = {phrase: who for phrase, who in texts_with.items() if len(who) >= needed}
        for who in shared.values():
            part = (len(who) + 1) / (len(texts) + 2)
            weight = np.log(part / (1 - part))
            missing += weight * part
            missing[who] -= weight
        before = set(shared)
    return missing


def _from_the_middle(vectors: Any) -> np.ndarray:
    """Returns 1 - the cosine of each row with the sum of all others."""
    import numpy as np

    whole = np.asarray(vectors.sum(axis=0)).ravel()
    with_all = vectors @ whole
    others = np.sqrt(np.maximum(whole @ whole - 2 * with_all + 1, 1e-9))
    unlike: np.ndarray = 1 - (with_all - 1) / others
    return unlike


def _company(vectors: Any, strangeness: np.ndarray) -> np.ndarray:
    """Returns how much each row sounds like the strangest ones, judged without itself."""
    import numpy as np

    order = np.argsort(-strangeness, kind="stable")
    suspects = np.zeros(len(order), bool)
    suspects[order[: max(_FEWEST_SUSPECTS, round(_SUSPECTS * len(order)))]] = True

    def fit(rows: Any, labels: np.ndarray) -> Any:
        step = max(1, len(labels) // _COMPARED)
        return separation(rows[::step], labels[::step])

    ranked = held_out(vectors[order], suspects[order], fit=fit)
    company = np.empty(len(order))
    company[order] = ranked
    return company


def _telling_marks(
    texts: Sequence[str], each: Sequence[Habits]
) -> dict[str, list[tuple[str, ...]]]:
    """Returns for each code what each text has of its turns of phrase; none that are usual here."""
    ai = [ai_marks(text) for text in texts]
    press = [
        press_marks(text) if one.first_person <= _IN_PERSON else ()
        for text, one in zip(texts, each, strict=True)
    ]
    return {
        code: marks if 2 * sum(map(bool, marks)) <= len(texts) else [()] * len(texts)
        for code, marks in (("voice-ai", ai), ("voice-press", press))
    }
