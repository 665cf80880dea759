"""Phrases that were never meant to be learned: template slots and leftovers of an AI chat."""

import re

_SLOT_WORDS = (
    "address|amount|audience|brand|business|city|client|colleague|company|competitor|country|"
    "customer|date|department|email|event|field|first|goal|industry|insert|job|last|link|location|"
    "manager|month|name|niche|number|organi[sz]ation|person|phone|place|platform|position|price|"
    "product|profession|project|recipient|result|role|sender|service|skill|surname|team|"
    "time|title|tool|topic|url|username|website|year|your"
)
_SLOT = re.compile(
    r"\{\{[^{}\n]{1,60}\}\}"  # {{name}}
    r"|\{%[^%\n]{1,60}%\}|<%[^%\n]{1,60}%>"
    rf"|\$?\{{(?i:[a-z]+_[a-z_]+|(?:{_SLOT_WORDS})s?)\}}"  # {first_name}, ${company}
    rf"|\[(?=[^\]\n]{{0,50}}\b(?i:{_SLOT_WORDS})s?\b)"  # [Company], [your name], [role]
    r"(?:[A-Z]|(?:your|insert|add)\b|[\w'’-]+(?: [\w'’-]+)?\])[^\[\]\n]{0,60}\]?(?<=\])(?![(\[:])"
    r"|\[[A-Z]{2,}(?:[ _][A-Z]{2,})+\](?![(\[:])"  # [MAIN_POINT]
    rf"|<(?=[^>\n]{{0,50}}\b(?i:{_SLOT_WORDS})s?\b)[A-Za-z][A-Za-z _-]{{1,40}}>"  # <your name>
    rf"|%(?i:[a-z]+_[a-z_]+|(?:{_SLOT_WORDS}))%"  # %NAME%
)
_MARKS = "{[<%"

_OPENING = re.compile(
    r"\W{0,3}(?:(?:certainly|absolutely|sure(?: thing)?|of course|great question|no problem)"
    r"\s?[!,.:]\s{0,3})?(?:"
    r"here(?:['’]s| is| are) (?:a|an|the|your|my|some|one)\b[^\n]{0,90}"
    r"\b(?:post|draft|version|caption|article|rewrite|revision|example|option)s?\b[^\n]{0,60}"
    r":[ *]*(?:\n|$)"
    r"|i(?:['’]d| would) be (?:happy|glad|delighted) to (?:help|assist)\b"
    r")"
    r"|\W{0,3}(?:certainly|absolutely|great question)!",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"let me know if you(?:['’]d| would) like (?:me to|any|it)\b"
    r"|let me know if you (?:want|need) (?:me to|any (?:changes|adjustments|edits))\b"
    r"|would you like me to (?:adjust|change|make|rewrite|create|add|tweak|turn|draft|write)\b"
    r"|feel free to (?:adjust|customi[sz]e|tweak|modify|personali[sz]e)\b"
    r"|i hope this helps\b|is there anything else (?:i can|you)\b",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    r"\bas an? (?:ai|a\.i\.|artificial intelligence|(?:large )?language model)\b(?!-)(?! (?:"
    r"architect|company|consultant|developer|engineer|enthusiast|expert|founder|lead|leader|"
    r"professional|product|researcher|scientist|sceptic|skeptic|start-?up|strategist|student|team))"
    r"|\bi(?:['’]m| am) (?:just |only )?an (?:ai\b(?!-)(?! [a-z]+(?:er|ist|or)\b)|(?:large )?"
    r"language model\b)"
    r"|\bmy (?:knowledge cut-?off|training data)\b|\bas of my last (?:knowledge )?update\b"
    r"|\bi (?:cannot|can['’]t) (?:fulfil|fulfill|assist with|help with) (?:that|this) request\b"
    r"|contentreference\[oaicite|utm_source=chatgpt|turn\d(?:search|view|news)\d"
    r"|\bregenerate response\b",
    re.IGNORECASE,
)
# Plain pieces that every match contains; looking for them first is many times faster.
_ANYWHERE_HINTS = (
    "an ai",
    "an a.i.",
    "language model",
    "artificial int",
    "my knowledge cut",
    "my training data",
    "my last ",
    "this request",
    "that request",
    "oaicite",
    "=chatgpt",
    "turn0",
    "turn1",
    "regenerate r",
)
_CLOSING_HINTS = (
    "let me know if",
    "would you like me",
    "feel free to",
    "hope this",
    "there anything",
)
_OPENING_REACH, _CLOSING_REACH = 200, 300


def template_slot(text: str) -> str | None:
    """Returns the first slot of a template that was never filled in, such as {{name}}."""
    if not any(mark in text for mark in _MARKS):
        return None
    match = _SLOT.search(text)
    return match.group() if match else None


def ai_leftover(answer: str) -> str | None:
    """Returns the first phrase of an answer that an AI chat wrote around or instead of it."""
    low = answer.lower()
    match = None
    if any(hint in low for hint in _ANYWHERE_HINTS):
        match = _ANYWHERE.search(answer)
    if not match:
        match = _OPENING.match(answer, 0, _OPENING_REACH)
    if not match:
        end = low[-_CLOSING_REACH:]
        if any(hint in end for hint in _CLOSING_HINTS):
            match = _CLOSING.search(answer, max(0, len(answer) - _CLOSING_REACH))
    return match.group().strip() if match else None
