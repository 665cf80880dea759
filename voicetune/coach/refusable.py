"""What a provider's moderation would probably refuse, by words alone and without a network.

Short and careful on purpose. It looks for phrases that are hardly ever harmless, so "killer
feature", "we nailed it" or a post about depression pass. English only. It replaces no provider's
own check; it finds the rows that would stop a whole file.
"""

import codecs
import re
import unicodedata
from typing import NamedTuple

CATEGORIES: dict[str, str] = {
    "hate": "hateful words about a group of people",
    "threat": "a threat against somebody",
    "self-harm": "harm to oneself",
    "minors": "children and sex",
    "sexual": "explicit sexual content",
    "violence": "instructions for violence",
    "drugs": "making or selling illegal drugs",
}
"""The categories, worst first after what they are called at the providers, each in words."""

_WHOM = r"(?:you|him|her|them|u|your (?:whole )?family|your (?:kids|wife|husband|children))"
# In rot13, so that nobody has to read the words to work on this file.
_SLURS = codecs.decode(
    "avttref?|snttbgf?|xvxrf|fcvpf|puvaxf|jrgonpxf?|genaavrf|entururnqf?|fnaqavttref?", "rot13"
)
_EXPLICIT = codecs.decode(
    "oybjwbof?|unaqwbof?|phzfubgf?|tnatonatf?|qrrcguebng(?:vat)?|ohxxnxr|snpr ?shpx|phz va "
    "(?:ure|zl)",
    "rot13",
)
_PHRASES: dict[str, str] = {
    "hate": rf"\b(?:{_SLURS})\b|\bheil hitler\b|\bgas the (?:jews|muslims|blacks|gays)\b"
    r"|\bwhite power\b(?= (?:now|forever|!))"
    r"|\b(?:jews|muslims|blacks|whites|gays|immigrants|women|christians) "
    r"(?:are (?:vermin|subhuman)|should be (?:exterminated|shot|hanged|gassed))\b",
    "threat": rf"\b(?:i['’]?ll|i will|i['’]?m going to|i['’]?m gonna|we['’]?ll|we will) "
    rf"(?:kill|murder|stab|shoot|rape|strangle) {_WHOM}\b(?! (?:with kindness|an? (?:email"
    rf"|e-mail|message|"
    r"text|note|line|dm))|,? (?:laughing|softly))"
    r"|\bkill yourself\b(?! (?:trying|working|over|to (?:get|please|impress|make|hit)|for))"
    r"|\byou (?:deserve|ought) to (?:die|be killed|be raped)\b",
    "self-harm": r"\b(?:i want|i['’]?m going|i plan|i['’]?m planning|how) to (?:kill|hang|cut"
    r"|hurt) myself\b"
    r"|\bhow to (?:commit suicide|kill yourself|hang yourself|overdose on)\b"
    r"|\b(?:best|painless|easy) (?:way|ways|method|methods) (?:to|of) (?:commit|committing) "
    r"suicide\b"
    r"|\b(?:pro-ana|thinspo)\b",
    "minors": r"\bchild (?:porn|pornography|erotica)\b|\b(?:sexy|nude|naked) (?:teen|underage"
    r"|child|kid)s?"
    r" (?:pics?|photos?|pictures?|videos?)\b|\bunderage sex\b|\bjailbait\b",
    "sexual": rf"\b(?:{_EXPLICIT})\b|\b(?:free|live|hardcore|xxx) porn\b|\bporn (?:videos?"
    r"|sites?|clips?)\b"
    r"|\bsend (?:me )?nudes\b|\bnude (?:pics|selfies|videos)\b",
    "violence": r"\bhow to (?:make|build|construct|assemble) (?:an? )?(?:pipe |nail "
    r"|fertili[sz]er |car |"
    r"home-?made )?(?:bombs?|explosives?|molotov cocktails?|nerve gas|ghost guns?)\b"
    r"(?! (?:of|in the|under))|\bshoot up (?:an?|the|my|our) (?:school|church|mosque|synagogue"
    r"|office|mall)\b"
    r"|\bhow to (?:poison|dismember|torture) (?:someone|somebody|a person|people)\b",
    "drugs": r"\bhow to (?:cook|make|synthesi[sz]e) (?:crystal )?(?:meth|heroin|crack|lsd|mdma"
    r"|fentanyl)\b"
    r"|\b(?:buy|order|sell|selling) (?:cocaine|heroin|crystal meth|fentanyl|mdma) (?:online"
    r"|here|now)\b",
}
_PATTERNS = {category: re.compile(phrases, re.IGNORECASE) for category, phrases in _PHRASES.items()}
# Every phrase of a category holds one of these; looking for them first is many times faster.
_HINTS: dict[str, tuple[str, ...]] = {
    "hate": (
        *codecs.decode("avtt snttbg xvxrf fcvpf puvax jrgonpx genaavrf entururnq", "rot13").split(),
        "heil hitler",
        "gas the",
        "white power",
        "vermin",
        "subhuman",
        "exterminated",
        "be shot",
        "be hanged",
        "be gassed",
    ),
    "threat": (
        " kill",
        "kill yourself",
        " murder",
        " stab",
        " shoot",
        " rape",
        " strangle",
        "deserve to",
        "ought to",
    ),
    "self-harm": ("myself", "suicide", "yourself", "overdose", "pro-ana", "thinspo"),
    "minors": (
        *("child porn", "child erotica", "sexy ", "nude ", "naked ", "underage", "jailbait"),
    ),
    "sexual": (
        *codecs.decode(
            "oybjwbo unaqwbo phzfubg tnatonat qrrcguebng ohxxnxr shpx phz", "rot13"
        ).split(),
        "porn",
        "nude",
    ),
    "violence": ("how to ", "shoot up"),
    "drugs": (" meth", "heroin", "crack", "lsd", "mdma", "fentanyl", "cocaine"),
}


class Refusable(NamedTuple):
    """A phrase that may be refused: its category (a key of CATEGORIES) and its words."""

    category: str
    phrase: str


def refusable(text: str) -> list[Refusable]:
    """Returns the phrases of a text that a provider's moderation would probably refuse."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    low = " " + text.lower().replace("\n", " ")
    return [
        Refusable(category, match.group())
        for category, pattern in _PATTERNS.items()
        if any(hint in low for hint in _HINTS[category])
        for match in pattern.finditer(text)
    ]
