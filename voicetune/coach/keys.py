"""Keys, tokens and passwords: whoever reads them can use them."""

import re
from collections.abc import Iterator

from voicetune.coach.numbers import Span

# The forms in which services hand out keys, from their own documentation.
_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,30}KEY-----|$)"
    r"|\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{16,}"
    r"|\bsk-(?:proj-|ant-|or-|svcacct-)?[A-Za-z0-9_-]{20,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[A-Za-z0-9_-]{20,}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bAIza[0-9A-Za-z_-]{35}|\bya29\.[0-9A-Za-z_-]{20,}"
    r"|\bhf_[A-Za-z0-9]{30,}|\bnpm_[A-Za-z0-9]{36}|\bpypi-[A-Za-z0-9_-]{40,}"
    r"|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bkey-[0-9a-f]{32}\b"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
)
_KEY_HINTS = (
    "-----BEGIN",
    "_live_",
    "_test_",
    "sk-",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xox",
    "AIza",
    "ya29.",
    "hf_",
    "npm_",
    "pypi-",
    "SG.",
    "key-",
    "eyJ",
)
_NAMED = re.compile(
    r"\b(?:api[ _-]?key|access[ _-]?(?:key|token)|secret(?:[ _-]?key)?|auth[ _-]?token|bearer|token"
    r"|password|passwd|pwd|passwort)\b[\"']?(?: is)? ?(?:[:=] ?|(?<=bearer) )[\"'`“]?"
    r"(?P<key>(?=[^\s\"'`”]*\d)(?=[^\s\"'`”]*[A-Za-z])[^\s\"'`”,;]{8,})",
    re.IGNORECASE,
)
_NAMED_HINTS = ("key", "token", "secret", "bearer", "passw", "pwd")


def keys_in(text: str) -> Iterator[Span]:
    """Yields keys by their known forms, and what stands after "password:" and its like."""
    if any(hint in text for hint in _KEY_HINTS):
        for match in _KEY.finditer(text):
            yield "private-key", match.start(), match.end()
    low = text.lower()
    if any(hint in low for hint in _NAMED_HINTS):
        for match in _NAMED.finditer(text):
            if not match["key"].lower().startswith(("http://", "https://", "[")):
                yield "private-key", match.start("key"), match.end("key")
