"""Turns of phrase that give away where a text comes from: an AI chat, or a press office.

One alone proves nothing, people write them too; several in one text, where the writer's other
texts have none, are worth a look. English.
"""

import re
from functools import lru_cache

from voicetune.voice.habits import normalised

_AI = re.compile(
    r"\bin (?:today's|this|the) (?:fast-paced|ever-(?:changing|evolving)|digital|competitive|"
    r"modern) (?:world|age|landscape|era|environment|market(?:place)?)"
    r"|\b(?:ever-evolving|ever-changing|fast-paced) (?:world|landscape|environment)"
    r"|\bdelv(?:e|es|ing) (?:in|into|deeper)\b|\blet's (?:dive|delve|unpack|break it down)\b"
    r"|\bdive (?:deep|deeper) into\b|\brich tapestry\b|\btestament to\b|\bgame[- ]changer\b"
    r"|\bnavigat(?:e|es|ing) (?:the )?(?:complexit|challenge|landscape|nuance)"
    r"|\bunlock(?:s|ing)? (?:the|your|their|new|its) (?:full |true )?"
    r"(?:potential|power|secrets?|success|value)"
    r"|\belevat(?:e|es|ing) (?:your|their|our|the)\b|\bembark(?:s|ing)? on (?:a|this|your)\b"
    r"|\bharness(?:es|ing)? the (?:power|potential)|\bfoster(?:s|ing)? (?:a|an|trust|collaboration|"
    r"innovation|growth|strong|meaningful|genuine|open)\b"
    r"|\bleverag(?:e|es|ing) (?:your|the|their|our|ai|data|these)\b"
    r"|\b(?:seamless(?:ly)?|multifaceted|pivotal|paramount|invaluable|holistic(?:ally)?|"
    r"meticulous(?:ly)?|transformative|cutting-edge|unwavering)\b"
    r"|\b(?:a )?(?:crucial|vital|key|pivotal) role in\b"
    r"|\bit(?:'s| is) (?:important|essential|crucial|worth|vital) (?:to (?:note|remember|"
    r"recogni[sz]e)|noting)\b"
    r"|\bnot (?:just|only|merely) (?:about )?[^.!?\n]{3,60}?"
    r"(?:[;,.—–-]+ ?it(?:'s| is)|\bbut also)\b"
    r"|\bwhether you(?:'re| are) (?:a|an|just)\b[^.!?\n]{3,60}\bor (?:a|an)\b"
    r"|\bhere(?:'s| are| is) (?:the kicker|the thing|why it matters|some tips|a (?:few|simple)"
    r" (?:tips|steps|ways))\b"
    r"|(?:^|(?<=[.!?:] ))(?:in conclusion|in summary|to summari[sz]e|overall|additionally|"
    r"furthermore|moreover|remember|ultimately|in addition|firstly|secondly|finally),"
    r"|\bthe (?:result|key|secret|takeaway|bottom line)\? "
    r"|\bi hope this (?:helps|message finds you)\b|\bfeel free to\b"
    r"|^\W*\*\*[^*\n]{3,60}:?\*\*",
    re.IGNORECASE | re.MULTILINE,
)
_PRESS = re.compile(
    r"\bfor immediate release\b|\b(?:media|press) contact\b|^about [A-Z][\w&. -]{2,40}\n"
    r"|\b(?:today|has|have|is pleased to|is proud to|is thrilled to|is excited to|is delighted to) "
    r"announced?\b|\bannounced (?:today|that it|the (?:launch|appointment|opening|acquisition))\b"
    r"|\b(?:a|the) (?:leading|global|premier|award-winning) (?:provider|supplier|leader|company|"
    r"platform|firm)\b"
    r'|"[,.]? (?:said|says|stated|added|commented) (?-i:[A-Z])[\w.-]+ (?-i:[A-Z])[\w-]+'
    r'|,"? (?:said|stated|commented) (?-i:[A-Z])[\w.-]+ (?-i:[A-Z])[\w-]+, (?:the )?'
    r"(?:ceo|cto|cfo|chief|head|president|founder|director|vice|managing)"
    r"|\b(?:the company|the organi[sz]ation) (?:will|has|is|also|continues|plans|expects)\b"
    r"|\bfor more information,? (?:please )?(?:visit|contact|see)\b",
    re.IGNORECASE | re.MULTILINE,
)


def ai_marks(text: str) -> tuple[str, ...]:
    """Returns the different turns of phrase in a text that AI chats overuse, in lower case."""
    return _found(_AI, text)


def press_marks(text: str) -> tuple[str, ...]:
    """Returns the different turns of phrase in a text that press releases use, in lower case."""
    return _found(_PRESS, text)


@lru_cache(maxsize=40_000)
def _found(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    matches = (match.group().lower().strip() for match in pattern.finditer(normalised(text)))
    return tuple(dict.fromkeys(matches))
