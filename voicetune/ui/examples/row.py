"""One example as the page shows it."""

from dataclasses import dataclass

from voicetune.examples.example import Example
from voicetune.examples.finding import Finding


@dataclass(frozen=True, slots=True)
class Row:
    """One example, its tokens, and what is worth saying about it alone."""

    example: Example
    tokens: int
    findings: tuple[Finding, ...]
