"""How the habits of a text differ from what is usual, in a few plain words."""

from dataclasses import dataclass, fields

from voicetune.voice.habits import Habits, Portrait

_FAR = 1.5  # spreads from which a difference is worth a word
_MOST_HAVE, _FEW_HAVE = 0.6, 0.3  # parts of a set
_WRITTEN_OUT = "no one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = _WRITTEN_OUT.split()


@dataclass(frozen=True, slots=True)
class _Longer:
    """A length: "sentences twice as long"."""

    words_for_it: str  # with a place for "twice as long"

    def words(self, here: float, usual: float, shared: float) -> str:
        return self.words_for_it.format(_times(here / usual, "long")) if here and usual else ""


@dataclass(frozen=True, slots=True)
class _More:
    """Something there may be none of: "no contractions", "twice as many questions"."""

    several: str
    some: str = ""

    def words(self, here: float, usual: float, shared: float) -> str:
        if not here:
            return f"no {self.several}" if shared >= _MOST_HAVE else ""
        if not usual or shared <= _FEW_HAVE:
            return self.some or f"with {self.several}"
        return f"{_times(here / usual, 'many')} {self.several}"


@dataclass(frozen=True, slots=True)
class _Counted:
    """Something a reader could count: "three hashtags", "one link instead of two"."""

    one: str
    several: str

    def words(self, here: float, usual: float, shared: float) -> str:
        if not here and shared < _MOST_HAVE:
            return ""
        named = f"{_number(here)} {self.one if round(here) == 1 else self.several}"
        if not here or not usual:
            return named
        return f"{named} instead of {_number(usual)}" if round(here) != round(usual) else ""


@dataclass(frozen=True, slots=True)
class _Step:
    """A scale: "longer words", "harder to read by four school years"."""

    up: str
    down: str
    unit: str = ""

    def words(self, here: float, usual: float, shared: float) -> str:
        step = self.up if here > usual else self.down
        if not self.unit:
            return step
        far = round(abs(here - usual))
        return f"{step} by {_number(far)} {self.unit}{'s' if far > 1 else ''}" if far else ""


_SAID: dict[str, _Longer | _More | _Counted | _Step] = {
    "words": _Longer("{} in all"),
    "sentence_words": _Longer("sentences {}"),
    "line_breaks": _More("line breaks"),
    "paragraph_words": _Longer("paragraphs {}"),
    "first_line_words": _Longer("a first line {}"),
    "listed_lines": _More("list lines", "a list"),
    "questions": _More("questions"),
    "exclamations": _More("exclamation marks"),
    "first_person": _More("“I”"),
    "we": _More("“we”"),
    "you": _More("“you”"),
    "contractions": _More("contractions"),
    "grade": _Step("harder to read", "easier to read", "school year"),
    "letters": _Step("longer words", "shorter words"),
    "emoji": _Counted("emoji", "emoji"),
    "hashtags": _Counted("hashtag", "hashtags"),
    "handles": _Counted("@handle", "@handles"),
    "links": _Counted("link", "links"),
    "numbers": _More("numbers"),
    "commas": _More("commas"),
    "dashes": _More("dashes"),
    "ellipses": _More("“…”"),
    "quotes": _More("quotation marks"),
    "brackets": _More("brackets"),
    "colons": _More("colons"),
    "capitals": _More("words in capitals"),
}
_MINOR = frozenset(("commas", "ellipses", "quotes", "brackets", "colons", "letters"))
"""Habits that a reader notices last; they are named where nothing else differs much more."""
_SAME_THING = (
    {"line_breaks", "paragraph_words", "first_line_words"},
    {"sentence_words", "grade"},
    {"grade", "letters"},
)
"""Habits that say much the same; only the one that differs most is named."""


def differences(one: Habits, usual: Portrait, most: int = 4) -> tuple[str, ...]:
    """Returns how a text's habits differ from the usual ones, the greatest difference first.

    `one` may be the usual habits of another set: then it says how two sets differ.
    """
    distances = dict(zip((f.name for f in fields(Habits)), usual.distances(one), strict=True))
    weights = {habit: abs(d) / (2 if habit in _MINOR else 1) for habit, d in distances.items()}
    found: list[str] = []
    named: set[str] = set()
    for habit in sorted(weights, key=lambda name: -weights[name]):
        if weights[habit] < _FAR or len(found) == most:
            break
        if any(habit in same and named & same for same in _SAME_THING):
            continue
        words = _SAID[habit].words(
            getattr(one, habit), getattr(usual.usual, habit), getattr(usual.shared, habit)
        )
        if words:
            found.append(words)
            named.add(habit)
    return tuple(found)


def _times(ratio: float, what: str) -> str:
    """Returns "twice as long", "half as many", "longer"."""
    if ratio >= 5.5:
        return f"many times as {what}"
    for bound, words in ((4.5, "five times"), (3.5, "four times"), (2.5, "three times")):
        if ratio >= bound:
            return f"{words} as {what}"
    if ratio >= 1.7:
        return f"twice as {what}"
    more, less = {"long": ("longer", "shorter"), "many": ("more", "fewer")}[what]
    if ratio > 1:
        return more
    if ratio > 0.6:
        return less
    if ratio > 0.4:
        return f"half as {what}"
    return f"a third as {what}" if ratio > 0.28 else f"{'much' if what == 'long' else 'far'} {less}"


def _number(value: float) -> str:
    whole = round(value)
    return _NUMBERS[whole] if whole < len(_NUMBERS) else f"{whole:,}"
