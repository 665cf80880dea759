"""A finding: one thing the checks noticed, in words a person can act on."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops training, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a stable code, the rows it is about (positions from 0) and its one-click mend.

    `mend` is the label of the mend ("Rename the role to assistant") or None where a person decides.
    """

    code: str
    severity: Severity
    message: str
    rows: tuple[int, ...] = ()
    mend: str | None = None
