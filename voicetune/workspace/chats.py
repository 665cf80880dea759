"""Conversations of Compare: one question, an answer a side, kept as they stream in."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from voicetune.workspace.database import Workspace
from voicetune.workspace.schema import chat_answers, chat_turns, now

STATES = ("streaming", "done", "stopped", "failed")


@dataclass(frozen=True, slots=True)
class Answer:
    """One side's answer.

    `state` is one of STATES, `message` what to tell the person when it failed. Times are seconds
    from the question; `tokens` counts the answer's. They are None until known.
    """

    side: str
    model: str
    answer: str
    state: str
    message: str
    tokens: int | None
    seconds: float | None
    first_token_seconds: float | None
    updated: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with the system message that went with it, and the answers by side.

    `follow_up`: it was asked together with what each side had answered before.
    """

    id: int
    run_id: int | None
    question: str
    system: str | None
    created: datetime
    follow_up: bool
    answers: dict[str, Answer]


_ANSWER_COLUMNS = [chat_answers.c[field.name] for field in fields(Answer)]


def add_turn(
    ws: Workspace,
    run_id: int | None,
    question: str,
    models: Mapping[str, str],
    *,
    system: str | None = None,
    follow_up: bool = False,
) -> int:
    """Keeps a question before it is asked and returns the turn's id.

    `models` has the model of each side; each side's answer is empty and "streaming" at first.
    """
    moment = now()
    with ws.write() as connection:
        turn_id: int = connection.execute(
            insert(chat_turns)
            .values(
                run_id=run_id,
                question=question,
                system=system,
                created=moment,
                follow_up=follow_up,
            )
            .returning(chat_turns.c.id)
        ).scalar_one()
        connection.execute(
            insert(chat_answers),
            [
                {
                    "turn_id": turn_id,
                    "side": side,
                    "model": model,
                    "answer": "",
                    "state": "streaming",
                    "message": "",
                    "updated": moment,
                }
                for side, model in models.items()
            ],
        )
    return turn_id


def save_answer(
    ws: Workspace,
    turn_id: int,
    side: str,
    answer: str,
    *,
    state: str = "streaming",
    message: str = "",
    tokens: int | None = None,
    seconds: float | None = None,
    first_token_seconds: float | None = None,
) -> None:
    """Keeps a side's answer as far as it has come."""
    with ws.write() as connection:
        connection.execute(
            update(chat_answers)
            .where(chat_answers.c.turn_id == turn_id, chat_answers.c.side == side)
            .values(
                answer=answer,
                state=state,
                message=message,
                tokens=tokens,
                seconds=seconds,
                first_token_seconds=first_token_seconds,
                updated=now(),
            )
        )


def list_turns(ws: Workspace, run_id: int | None) -> list[Turn]:
    """Returns the turns of a run's chat (None: the chat that belongs to no run), oldest first."""
    turns = select(chat_turns).where(chat_turns.c.run_id.is_not_distinct_from(run_id))
    ids = select(chat_turns.c.id).where(chat_turns.c.run_id.is_not_distinct_from(run_id))
    with ws.read() as connection:
        rows = connection.execute(turns.order_by(chat_turns.c.id)).all()
        answers: dict[int, dict[str, Answer]] = defaultdict(dict)
        for row in connection.execute(
            select(chat_answers.c.turn_id, *_ANSWER_COLUMNS)
            .where(chat_answers.c.turn_id.in_(ids))
            .order_by(chat_answers.c.side)
        ):
            turn_id, *values = row
            answers[turn_id][row.side] = Answer(*values)
    return [Turn(**row._mapping, answers=answers[row.id]) for row in rows]


def clear(ws: Workspace, run_id: int | None) -> None:
    """Deletes the turns of a run's chat, for good."""
    with ws.write() as connection:
        connection.execute(
            delete(chat_turns).where(chat_turns.c.run_id.is_not_distinct_from(run_id))
        )
