"""Findings a person looked at and does not want to see again."""

from collections.abc import Callable, Collection, Sequence

from voicetune.coach.check import content_hash
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity


def dismissal_key(
    finding: Finding,
    examples: Sequence[Example],
    hash_of: Callable[[Example], str] = content_hash,
) -> str:
    """Returns what a dismissal is stored under: the code and the content of its rows.

    Order and position do not matter; once one of the rows is edited, the finding is a new one. One
    without rows is about the set, and its key is its code.
    """
    hashes = sorted(hash_of(examples[row]) for row in finding.rows)
    return ":".join([finding.code, *hashes])


def not_dismissed(
    findings: Sequence[Finding],
    examples: Sequence[Example],
    dismissed: Collection[str],
    hash_of: Callable[[Example], str] = content_hash,
) -> list[Finding]:
    """Returns the findings without the dismissed ones.

    Errors stay: nobody can train past them by looking away.
    """
    if not dismissed:
        return list(findings)
    codes = {key.partition(":")[0] for key in dismissed}
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR
        or finding.code not in codes
        or dismissal_key(finding, examples, hash_of) not in dismissed
    ]
