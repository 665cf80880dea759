"""Numbers that belong to somebody: phones, bank accounts, cards, each with its digits checked."""

import re
from collections.abc import Iterator

Span = tuple[str, int, int]
"""A code of `codes.PRIVATE` and where in the text it stands: from, to."""

REGIONS = ("US", "GB", "DE", "FR", "AU", "IN", "ES", "IT", "NL")
"""Countries of which a phone number is known without its country code."""

_DIGITS = re.compile(r"\d")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_LENGTHS = """
AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22
DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28
IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27
MD:24 ME:22 MK:19 MR:27 MT:31 MU:30 NL:18 NO:15 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 SA:24
SC:31 SE:24 SI:19 SK:24 SM:27 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20
"""
_IBAN_LENGTHS = dict(item.split(":") for item in _LENGTHS.split())
_ACCOUNT = re.compile(
    r"\b(?:account|acct|a/c|routing|sort code|kontonummer|konto-?nr)\b\.?(?: (?:number|no\.?|nr\.?|"
    r"#))?(?: is)?[ :#]{1,3}(\d[\d -]{4,18}\d)\b",
    re.IGNORECASE,
)
_ACCOUNT_HINTS = ("account", "acct", "a/c", "routing", "sort code", "konto")
_CARD = re.compile(
    r"(?<![\w.-])(?:[2-6]\d{3}(?P<gap>[ -]?)\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?:(?P=gap)\d{3})?"
    r"|3[47]\d\d(?P<step>[ -]?)\d{6}(?P=step)\d{5})(?![\w-]| \d)"
)
_PHONE = re.compile(
    r"(?<![\w.,/#$€£%@=&+-])(?:\+|\(|00)?\d(?:[\d()]|[./](?=\d)"
    r"|[ \u00a0](?=[\d(/-])|[/\u2010-\u2013-](?=[\d( ])){5,22}\d"
    r"(?![\w%$€£])(?!,\d)"
)
_CALL = re.compile(
    r"(?:tel|phone|mobile|cell|call|text|dial|ring|whatsapp|fax|telefon|handy|number)\b"
    r"[^\d\n]{0,15}$",
    re.IGNORECASE,
)
_GROUPED = re.compile(
    r"\(\d{2,5}\)[ -]?\d|\d{3}[-. ]\d{3}[-. ]\d{4}$|1[-. ]\d{3}[-. ]\d{3}[-. ]\d{4}$"
    r"|0\d{1,5}[ /-]\d|0\d{9,11}$"
)
_NO_PHONE = re.compile(r"(?:19|20)\d\d[-./ ]\d\d|\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d\d\b")


def numbers_in(text: str) -> Iterator[Span]:
    """Yields the account, card and phone numbers of a text; one that is two things comes first."""
    if not _DIGITS.search(text):
        return
    for match in _IBAN.finditer(text):
        if end := _iban_end(match.group()):
            yield "private-account", match.start(), match.start() + end
    low = text.lower()
    if any(hint in low for hint in _ACCOUNT_HINTS):
        for match in _ACCOUNT.finditer(text):
            yield "private-account", match.start(1), match.end(1)
    for match in _CARD.finditer(text):
        if is_card(match.group()):
            yield "private-card", match.start(), match.end()
    start = 0
    while phone := _PHONE.search(text, start):
        begin, start = phone.span()
        if length := _phone_length(phone.group(), text[max(0, begin - 40) : begin]):
            start = begin + length
            yield "private-phone", begin, start


def _iban_end(found: str) -> int:
    """Returns where in the found text an account number ends whose check digits are right, or 0."""
    length = int(_IBAN_LENGTHS.get(found[:2], "0"))
    seen = 0
    for position, character in enumerate(found):
        seen += character != " "
        if seen == length and length:
            rest = found[position + 1 : position + 2]
            return position + 1 if rest in ("", " ") and is_iban(found[: position + 1]) else 0
    return 0


def is_iban(text: str) -> bool:
    """Tells whether a text is an international account number: length and check digits (mod 97)."""
    plain = text.replace(" ", "").upper()
    if str(len(plain)) != _IBAN_LENGTHS.get(plain[:2]) or not (plain.isascii() and plain.isalnum()):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """Tells whether a text is a payment card number: 13 to 19 digits, Luhn's sum."""
    digits = [int(c) for c in text if c.isdecimal()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _phone_length(found: str, before: str) -> int:
    """Returns how much of the found text is a phone number: two may stand side by side."""
    while len(found) > 6:
        if _is_phone(found, before):
            return len(found)
        found = found.rpartition(" ")[0].rstrip(" -/")
    return 0


def _is_phone(found: str, before: str) -> bool:
    digits = sum(c.isdecimal() for c in found)
    if not 7 <= digits <= 16:
        return False
    abroad = found.startswith(("+", "00"))
    looks = bool(_GROUPED.match(found)) and not _NO_PHONE.match(found)
    if not (abroad or looks or _CALL.search(before)):
        return False
    import phonenumbers

    number = "+" + found[2:] if found.startswith("00") else found
    for region in (None,) if abroad else REGIONS:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False
