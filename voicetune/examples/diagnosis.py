"""Why a line is not JSON, in words a person can act on, and a mended line where one is certain."""

import ast
import json
import re
from collections.abc import Iterator

MARKER = re.compile(r"(<{7}|={7}|>{7}|\|{7})(?=\s|$)")
"""A line that git leaves in a file when two versions clash."""

BREAKS_OFF = "The line breaks off before its end: a bracket or a quote is not closed."
CURLY = "“”„‟«»"
_LONGEST_REPAIR = 200_000
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_OPENING = re.compile(r"(?<=[{\[,:])(\s*)[“”„‟«»]")
_CLOSING = re.compile(r"[“”„‟«»](?=\s*[:,\]}])")
_BAD_ESCAPE = re.compile(r'(\\[\\"/bfnrt]|\\u[0-9a-fA-F]{4})|\\')


def explain(text: str, message: str, at: int) -> str:
    """Returns why `text` is not JSON, from the parser's message and position in it."""
    marker = MARKER.match(text)
    if marker:
        return (
            f"This is a mark that git left where two versions clash ({marker.group()}). Delete "
            "this line, and of the lines around it keep the version you want."
        )
    if text.startswith(("#", "//", "/*")):
        return "This line is a comment. JSON has no comments: delete the line."
    down = text.count("\n", 0, at)
    where = f"at character {at - text.rfind(chr(10), 0, at)}"
    if down:
        where = f"{down} line{'s'[: down > 1]} further down, {where}"
    here = text[at : at + 1]
    if (here and here in CURLY) or (has_curly_quotes(text) and here not in ("\n", "\t")):
        return (
            f"There are curly quotes ({_first_curly(text)}) from a word processor where JSON needs "
            'straight ones ("). Replace them, or type the line in a plain text editor.'
        )
    if message.startswith("Invalid control character"):
        if here == "\n":
            return (
                f"The line breaks off inside a quoted text, {where}. If the text goes on in the "
                "next line, write the line break as \\n; otherwise add what is missing."
            )
        mend = "Write it as \\t." if here == "\t" else "Delete it."
        return f"There is {_control_name(here)} inside a quoted text, {where}. {mend}"
    if message.startswith("Invalid \\"):
        return (
            f"A backslash stands alone {where} ({text[at : at + 2]}). Write two of them (\\\\) for "
            "one backslash, or delete it."
        )
    if message.startswith("Unterminated string"):
        return f"A quoted text opens {where} and never closes. Add the closing quote."
    if at >= len(text.rstrip()):
        return BREAKS_OFF
    return _explain_grammar(text, message, at, where)


def _explain_grammar(text: str, message: str, at: int, where: str) -> str:
    rest = text[at:]
    before = text[:at].rstrip()
    if "trailing comma" in message or (rest[:1] in ("}", "]") and before.endswith(",")):
        return f"There is a comma too many {where}. Delete it."
    if rest.startswith("'"):
        return f"There are single quotes (') {where} where JSON needs double ones (\")."
    word = re.match(r"True|False|None", rest)
    if word:
        right = {"True": "true", "False": "false", "None": "null"}[word.group()]
        return f"{word.group()} {where} is how Python writes it; JSON writes {right}."
    if message.startswith("Expecting ',' delimiter"):
        return (
            f"A comma is missing {where}, or a quote inside the text has no backslash before it "
            '(write \\" for a quote inside a text).'
        )
    if message.startswith("Expecting ':' delimiter"):
        return f"A colon is missing {where}, between a name and its value."
    if message.startswith("Expecting property name"):
        return f"A name in double quotes is missing {where}."
    if not text.startswith(("{", "[")):
        return (
            'This is not JSON: an example is a line that starts with {"messages": and ends with }.'
        )
    return f"This is not JSON: {_near(rest)} {where} is out of place."


def has_curly_quotes(text: str) -> bool:
    """Returns whether curly quotes stand where JSON needs straight ones."""
    return any(mark in CURLY for mark in _STRING.sub("", text))


def _first_curly(text: str) -> str:
    outside = _STRING.sub("", text)
    return next((mark for mark in outside if mark in CURLY), "“")


def _control_name(character: str) -> str:
    names = {"\t": "a tab", "\0": "a NUL character"}
    return names.get(character) or f"an invisible control character (U+{ord(character or ' '):04X})"


def _near(text: str) -> str:
    piece = text[:20].split("\n")[0]
    return f"“{piece}”" if piece else "the line's end"


def suggest_repair(text: str) -> str | None:
    """Returns `text` mended to a JSON object on one line; None where it needs or allows none.

    It straightens curly quotes, drops commas before a closing bracket, turns Python's way of
    writing into JSON's, and escapes raw line breaks, tabs and lone backslashes. What it returns
    parses; a person should still look at it.
    """
    if len(text) > _LONGEST_REPAIR or _is_json(text):
        return None
    for candidate in _candidates(text.strip().rstrip(",")):
        try:
            value = json.loads(candidate, strict=False)
            line = json.dumps(value, ensure_ascii=False, allow_nan=False)
            line.encode()
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return line
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def _candidates(text: str) -> Iterator[str]:
    for straight in (text, straighten(text), _all_straight(text)):
        yield straight
        no_comma = _outside_strings(straight)
        yield no_comma
        yield _BAD_ESCAPE.sub(lambda match: match.group(1) or r"\\", no_comma)
    try:
        yield json.dumps(ast.literal_eval(text), ensure_ascii=False, allow_nan=False)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return


def straighten(text: str) -> str:
    """Returns `text` with straight quotes in place of the curly ones beside JSON's punctuation."""
    return _CLOSING.sub('"', _OPENING.sub(r'\1"', text))


def _all_straight(text: str) -> str:
    return re.sub(f"[{CURLY}]", '"', text)


def _outside_strings(text: str) -> str:
    """Returns `text` without commas before a closing bracket, quoted texts left as they are."""
    pieces: list[str] = []
    done = 0
    for string in _STRING.finditer(text):
        pieces += [text[done : string.start()], string.group()]
        done = string.end()
    pieces.append(text[done:])
    return "".join(
        _TRAILING_COMMA.sub(r"\1", piece) if place % 2 == 0 else piece
        for place, piece in enumerate(pieces)
    )
