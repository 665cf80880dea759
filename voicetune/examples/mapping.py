"""Rows of a table as examples, once a person has said which column is which."""

from dataclasses import replace

from voicetune.examples.example import Example
from voicetune.examples.intake import Reading, Refusal, Table, counted
from voicetune.examples.lines import read_line
from voicetune.examples.tables import iso_date, row_messages, unguarded


def map_columns(
    table: Table,
    question: str,
    answer: str,
    system: str | None = None,
    *,
    written_on: str | None = None,
) -> Reading:
    """Makes an example of each row, given the columns that a person confirmed.

    A row with more cells than columns is refused, for a comma inside a text is then the likely
    cause. A row of a table that `to_csv` wrote gets back its side of the split, and the whole
    conversation from its messages column.
    """
    examples: list[Example] = []
    lines: list[int] = []
    refusals: list[Refusal] = []
    for row, line in zip(table.rows, table.lines, strict=True):
        cells = [unguarded(cell) for cell in row] if table.guarded else row
        named = dict(zip(table.columns, [*cells, *[""] * len(table.columns)], strict=False))
        asked, answered = named[question], named[answer]
        if len(cells) > len(table.columns):
            made = _too_wide(asked, answered, cells, table, line)
        elif not asked.strip() and not answered.strip():
            reason = "This row has neither a question nor an answer."
            made = Refusal(line, "row", reason, "Q: \nA: ")
        else:
            made = Example(
                row_messages(asked, answered, named[system] if system else ""),
                origin=f"{table.name} line {line}",
                written_on=iso_date(named[written_on]) if written_on else None,
            )
            if table.guarded:
                made = _as_written(made, named, line)
        if isinstance(made, Refusal):
            refusals.append(made)
        else:
            examples.append(made)
            lines.append(line)
    explanation = f"{counted(len(examples), 'example')} from {counted(len(table.rows), 'row')}."
    if refusals:
        explanation += f" {counted(len(refusals), 'row')} did not come in."
    return Reading("table", examples, lines, refusals, [], "utf-8", explanation, table)


def _too_wide(
    asked: str, answered: str, cells: list[str], table: Table, line: int
) -> Example | Refusal:
    width = len(table.columns)
    reason = (
        f"This row has {len(cells)} cells for {width} columns: most often a text with a comma in "
        "it has no quotes around it. Check the text here."
    )
    rest = table.delimiter.join(["", *cells[width:]])
    return Refusal(line, "row", reason, f"Q: {asked}\nA: {answered}{rest}")


def _as_written(row: Example, named: dict[str, str], line: int) -> Example | Refusal:
    """A row that `to_csv` wrote, with what its other columns say."""
    split = "validation" if named["split"] == "validation" else "training"
    row = replace(row, split=split)
    if not named["messages"]:
        return row
    whole = read_line(named["messages"], line)
    if isinstance(whole, Refusal):
        return whole
    if _told(whole) != _told(row):
        reason = (
            "The question or the answer of this row was changed, but its messages column still has "
            "the old conversation. Change the text here, or empty that cell in the table."
        )
        return Refusal(line, "row", reason, named["messages"])
    return replace(row, messages=whole.messages, extra=whole.extra)


def _told(example: Example) -> tuple[str, str, str]:
    return example.question, example.answer, (example.system or "").strip()
