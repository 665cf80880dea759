"""From words found in an archive to a candidate: cleaned and screened in one place."""

from datetime import datetime

from voicetune.importers.candidate import Candidate
from voicetune.importers.cleaning import clean
from voicetune.importers.screening import FEWEST_IN_POST, screen


def make(
    original: str,
    *,
    where: str,
    kind: str,
    refuse: frozenset[str],
    written_on: datetime | None = None,
    title: str = "",
    url: str = "",
    question: str = "",
    left_out: str | None = None,
    fewest: int = FEWEST_IN_POST,
    shares_link: bool = False,
) -> Candidate:
    """Returns a candidate with its mends; where `left_out` is not told, `screen` judges it."""
    text, mends = clean(original, refuse=refuse)
    if left_out is None:
        left_out = screen(text, fewest, shares_link=shares_link)
    return Candidate(
        text if text != original else original,  # one string, not two, where nothing changed
        original,
        where,
        kind,
        written_on,
        clean(title, refuse=refuse)[0],
        url,
        clean(question, refuse=refuse)[0],
        left_out,
        mends,
    )
