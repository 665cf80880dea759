"""The tables of the workspace, the same in SQLite and PostgreSQL, and the types of columns."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Json(TypeDecorator[Any]):
    """JSON in a text column, written in ASCII.

    The databases' own JSON and text refuse NUL, lone surrogates or NaN, and an imported file may
    hold any of them. People's text is kept as a JSON string for the same reason.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encodes; None becomes NULL."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decodes."""
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """A moment in time: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Moves an aware moment to UTC; SQLite keeps it without the zone."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Returns the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """Returns this moment, aware, in UTC."""
    return datetime.now(UTC)


metadata = MetaData()

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, nullable=False),
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Json, nullable=False),
    Column("sample", String),
    Column("system", Json),
    # Counts everything that happened to the set: edits, undo and redo.
    Column("revision", Integer, nullable=False),
    # The edit that undo takes back next; 0 before the first.
    Column("head", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    sqlite_autoincrement=True,
)

examples = Table(
    "examples",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False),
    # Ordered by position, then id: what is put in after an example takes that example's position,
    # so that nothing is ever renumbered.
    Column("position", Integer, nullable=False),
    Column("messages", Json, nullable=False),
    Column("include", Boolean, nullable=False),
    Column("split", String, nullable=False),
    Column("split_pinned", Boolean, nullable=False),
    Column("origin", Json, nullable=False),
    Column("extra", Json, nullable=False),
    Column("written_on", Date),
    # The messages' text, folded for searching.
    Column("folded", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Index("examples_in_order", "dataset_id", "position", "id"),
    Index("examples_by_side", "dataset_id", "include", "split"),
    sqlite_autoincrement=True,
)

edits = Table(
    "edits",
    metadata,
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The edit it was made on top of. Edits form a tree; what was undone and then left stays in it.
    Column("parent", Integer, nullable=False),
    Column("label", Json, nullable=False),
    Column("created", Moment, nullable=False),
    Index("edits_by_parent", "dataset_id", "parent", "number"),
)

edit_changes = Table(
    "edit_changes",
    metadata,
    Column("dataset_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # 0: the set itself.
    Column("example_id", Integer, primary_key=True, autoincrement=False),
    # The columns that changed, as they were and as they became; NULL: the example was not there.
    Column("before", Json),
    Column("after", Json),
    ForeignKeyConstraint(
        ["dataset_id", "number"], ["edits.dataset_id", "edits.number"], ondelete="CASCADE"
    ),
)

refusals = Table(
    "refusals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False),
    Column("source", Json, nullable=False),
    Column("line", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("reason", Json, nullable=False),
    Column("text", Json, nullable=False),
    # The example it was mended into. Undoing the mend removes that example and the line is back.
    Column("example_id", Integer),
    Column("created", Moment, nullable=False),
    Index("refusals_by_dataset", "dataset_id", "id"),
    sqlite_autoincrement=True,
)

# An example that was deleted keeps its row here: undo brings the example back under its id.
originals = Table(
    "originals",
    metadata,
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("example_id", Integer, primary_key=True, autoincrement=False),
    Column("text", Json, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="SET NULL")),
    Column("dataset_name", Json, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("place", String, nullable=False),
    Column("base_url", String, nullable=False),
    Column("model", String, nullable=False),
    Column("suffix", Json, nullable=False),
    Column("seed", BigInteger),
    Column("hyperparameters", Json, nullable=False),
    Column("settings", Json, nullable=False),
    Column("system", Json),
    Column("question", Json, nullable=False),
    Column("training_examples", Integer, nullable=False),
    Column("validation_examples", Integer, nullable=False),
    Column("estimate", Json, nullable=False),
    Column("status", String, nullable=False),
    Column("message", Json, nullable=False),
    Column("file_id", String),
    Column("validation_file_id", String),
    Column("job_id", String),
    Column("fine_tuned_model", String),
    Column("trained_tokens", BigInteger),
    Column("estimated_finish", Moment),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("started", Moment),
    Column("finished", Moment),
    # Who is sending it to its place or asking about it, and until when nobody else does.
    Column("claimed_by", String),
    Column("claimed_until", Moment),
    Column("rehearsal", Boolean, nullable=False),
    # How often sending it has failed, when it is tried again, and until when at most.
    Column("tries", Integer, nullable=False),
    Column("try_again", Moment),
    Column("launch_until", Moment),
    # Where its model answers and under which name, when that is not where it was trained.
    Column("answers_at", String),
    Column("answers_as", Json),
    # Another server that it is asked at instead, until that is taken back.
    Column("served_at", String),
    Column("served_url", String),
    Column("served_as", Json),
    Index("runs_by_dataset", "dataset_id"),
    Index("runs_by_status", "status"),
    sqlite_autoincrement=True,
)

run_files = Table(
    "run_files",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("split", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

run_events = Table(
    "run_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("level", String, nullable=False),
    Column("type", String, nullable=False),
    Column("message", Json, nullable=False),
    Column("data", Json, nullable=False),
    UniqueConstraint("run_id", "event_id"),
    Index("run_events_in_order", "run_id", "created_at", "id"),
)

run_checkpoints = Table(
    "run_checkpoints",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("checkpoint_id", String, primary_key=True),
    Column("step_number", Integer, nullable=False),
    Column("model", String, nullable=False),
    Column("metrics", Json, nullable=False),
    Column("available", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

run_samples = Table(
    "run_samples",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("question", Json, nullable=False),
    Column("answer", Json, nullable=False),
    Column("model", String, nullable=False),
    Column("created", Moment, nullable=False),
)

chat_turns = Table(
    "chat_turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE")),
    Column("question", Json, nullable=False),
    Column("system", Json),
    Column("created", Moment, nullable=False),
    # Asked with what was said before, which was not the same on both sides.
    Column("follow_up", Boolean, nullable=False),
    Index("chat_turns_by_run", "run_id", "id"),
    sqlite_autoincrement=True,
)

chat_answers = Table(
    "chat_answers",
    metadata,
    Column("turn_id", ForeignKey("chat_turns.id", ondelete="CASCADE"), primary_key=True),
    Column("side", String, primary_key=True),
    Column("model", String, nullable=False),
    Column("answer", Json, nullable=False),
    Column("state", String, nullable=False),
    Column("message", Json, nullable=False),
    Column("tokens", Integer),
    Column("seconds", Float),
    Column("first_token_seconds", Float),
    Column("updated", Moment, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Json),
)

# What was worked out once about a text, a pair or a set, by what it was worked out from. Nothing
# in it is the person's own: it can be worked out again.
kept = Table(
    "kept",
    metadata,
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Json),
)
