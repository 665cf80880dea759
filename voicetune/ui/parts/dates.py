"""Days and moments in words, the same on every operating system."""

from datetime import date, datetime


def day_in_words(day: date) -> str:
    """Returns "6 January 2027"."""
    return f"{day.day} {day:%B %Y}"


def moment_in_words(moment: datetime) -> str:
    """Returns "6 January, 14:05" in the person's own time; `moment` is aware."""
    local = moment.astimezone()
    return f"{local.day} {local:%B, %H:%M}"
