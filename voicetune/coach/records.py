"""What the coach found, as values that JSON can hold, to be kept by what it was found in."""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from voicetune.coach.score import Coaching, Deduction, RowResult
from voicetune.examples.finding import Finding, Severity

VERSION = 1
"""Grows with every change of what the coach looks for, so that nothing older is taken for new."""


def row_record(result: RowResult) -> list[Any]:
    """Returns what was found in one example alone."""
    return [[_finding_record(f) for f in result.findings], list(result.unknown)]


def row_result(record: list[Any]) -> RowResult:
    """Reads what `row_record` wrote."""
    findings, unknown = record
    return RowResult(tuple(map(_finding, findings)), tuple(unknown))


def coaching_record(coaching: Coaching) -> list[Any]:
    """Returns the coach's word on a set."""
    return [
        coaching.score,
        [_finding_record(f) for f in coaching.findings],
        [[d.code, d.points, d.rows, d.reason, d.mend] for d in coaching.deductions],
    ]


def coaching_of(record: list[Any]) -> Coaching:
    """Reads what `coaching_record` wrote."""
    score, findings, deductions = record
    return Coaching(
        score,
        tuple(map(_finding, findings)),
        tuple(
            Deduction(code, points, tuple(rows), reason, mend)
            for code, points, rows, reason, mend in deductions
        ),
    )


def finding_records(findings: Iterable[Finding]) -> list[Any]:
    """Returns findings, such as those about the voice."""
    return [_finding_record(finding) for finding in findings]


def findings_of(records: list[Any]) -> list[Finding]:
    """Reads what `finding_records` wrote."""
    return [_finding(record) for record in records]


def digest(parts: Iterable[Collection[str] | str]) -> str:
    """Returns a short hash of texts and of lists of texts."""
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        for text in (part,) if isinstance(part, str) else sorted(part):
            whole.update(text.encode("utf-8", "surrogatepass") + b"\0")
        whole.update(b"\1")
    return whole.hexdigest()


def _finding_record(finding: Finding) -> list[Any]:
    return [finding.code, finding.severity, finding.message, finding.rows, finding.mend]


def _finding(record: list[Any]) -> Finding:
    code, severity, message, rows, mend = record
    return Finding(code, Severity(severity), message, tuple(rows), mend)
