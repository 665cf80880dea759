"""Training runs: what was sent, frozen; where they stand; what their place reported."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, or_, select, update

from voicetune.training.status import FINAL, PREPARED
from voicetune.workspace.database import Workspace, insert_into
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.schema import now, run_files, runs


@dataclass(frozen=True, slots=True)
class Run:
    """One training run.

    `key` makes the launch idempotent: one key, one run. `place` is the profile's id, `base_url` the
    address it had. `status` is "prepared", "uploading", "not_started" or the job's own state.
    `message` is what to tell the person about it. `system` and `question` (held out, asked after
    each epoch) are as they were at launch, like the files. `estimate` and `settings` are JSON, so
    money in them is written as text. `dataset_id` is None once the set is deleted.

    `rehearsal`: it ran at a scripted place, so nothing of it is a result. `tries` counts failed
    tries to send it; the next is at `try_again`, the last before `launch_until`. `answers_at` (a
    profile's id) and `answers_as` say where its model answers, where that is not under
    `fine_tuned_model` at `place`: a deployment's name, or a model on this computer. `served_at` (a
    profile's id), `served_url` and `served_as` name the server that is asked instead of all these.
    """

    id: int
    dataset_id: int | None
    dataset_name: str
    key: str
    place: str
    base_url: str
    model: str
    suffix: str
    seed: int | None
    hyperparameters: dict[str, Any]
    settings: dict[str, Any]
    system: str | None
    question: str
    training_examples: int
    validation_examples: int
    estimate: dict[str, Any]
    status: str
    message: str
    file_id: str | None
    validation_file_id: str | None
    job_id: str | None
    fine_tuned_model: str | None
    trained_tokens: int | None
    estimated_finish: datetime | None
    created: datetime
    updated: datetime
    started: datetime | None
    finished: datetime | None
    rehearsal: bool
    tries: int
    try_again: datetime | None
    launch_until: datetime | None
    answers_at: str | None
    answers_as: str | None
    served_at: str | None
    served_url: str | None
    served_as: str | None

    @property
    def on_pairs(self) -> bool:
        """Whether it learns from preference pairs; its examples are such then."""
        return self.settings.get("method") == "dpo"

    @property
    def stops_early(self) -> bool:
        """Whether it is to end once its validation loss no longer falls, at its best epoch."""
        return bool(self.settings.get("early_stopping"))

    @property
    def starts_from(self) -> str:
        """The model that it goes on from: a tuned one, or the base model itself."""
        return self.settings.get("goes_on_from") or self.model


_COLUMNS = [runs.c[field.name] for field in fields(Run)]


def create_run(
    ws: Workspace,
    *,
    key: str,
    dataset_id: int,
    dataset_name: str,
    place: str,
    model: str,
    files: Mapping[str, bytes],
    base_url: str = "",
    suffix: str = "",
    seed: int | None = None,
    hyperparameters: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    system: str | None = None,
    question: str = "",
    training_examples: int = 0,
    validation_examples: int = 0,
    estimate: dict[str, Any] | None = None,
    status: str = PREPARED,
    rehearsal: bool = False,
) -> Run:
    """Freezes a run and returns it, or returns the run that has this key already, as it is.

    `files` are the exact training and, where there is one, validation file, by split.
    """
    moment = now()
    with ws.write() as connection:
        run_id = connection.execute(
            insert_into(connection, runs)
            .values(
                dataset_id=dataset_id,
                dataset_name=dataset_name,
                key=key,
                place=place,
                base_url=base_url,
                model=model,
                suffix=suffix,
                seed=seed,
                hyperparameters=hyperparameters or {},
                settings=settings or {},
                system=system,
                question=question,
                training_examples=training_examples,
                validation_examples=validation_examples,
                estimate=estimate or {},
                status=status,
                message="",
                created=moment,
                updated=moment,
                rehearsal=rehearsal,
                tries=0,
            )
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(runs.c.id)
        ).scalar()
        if run_id is not None:
            connection.execute(
                insert(run_files),
                [
                    {"run_id": run_id, "split": split, "content": content}
                    for split, content in files.items()
                ],
            )
        return Run(**connection.execute(_query().where(runs.c.key == key)).one()._mapping)


def get_run(ws: Workspace, run_id: int) -> Run:
    """Returns one run, or raises NotFoundError."""
    with ws.read() as connection:
        row = connection.execute(_query().where(runs.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no run {run_id}.")
    return Run(**row._mapping)


def find_run(ws: Workspace, key: str) -> Run | None:
    """Returns the run with this key, if it was made."""
    with ws.read() as connection:
        row = connection.execute(_query().where(runs.c.key == key)).one_or_none()
    return None if row is None else Run(**row._mapping)


def list_runs(
    ws: Workspace, dataset_id: int | None = None, *, rehearsals: bool = True, on_pairs: bool = True
) -> list[Run]:
    """Returns the runs of a set, or all, the newest first.

    Without `rehearsals` they are real ones only, without `on_pairs` those on whole examples.
    """
    query = _query().order_by(runs.c.id.desc())
    if not rehearsals:
        query = query.where(runs.c.rehearsal.is_(False))
    if dataset_id is not None:
        query = query.where(runs.c.dataset_id == dataset_id)
    with ws.read() as connection:
        found = [Run(**row._mapping) for row in connection.execute(query)]
    return [run for run in found if on_pairs or not run.on_pairs]


def list_open_runs(ws: Workspace) -> list[Run]:
    """Returns the runs that are not over, the oldest first."""
    query = _query().where(runs.c.status.not_in(FINAL)).order_by(runs.c.id)
    with ws.read() as connection:
        return [Run(**row._mapping) for row in connection.execute(query)]


def update_run(
    ws: Workspace, run_id: int, *, expected: Collection[str] | None = None, **changes: Any
) -> Run:
    """Sets fields of a run and returns it as it is now.

    With `expected` the change is made only while the run's status is one of these, so that an
    answer that comes late does not overwrite a newer state; otherwise nothing changes. What is as
    it was is not written: a run is asked about every second.
    """
    change = update(runs).where(runs.c.id == run_id).values(updated=now(), **changes)
    if expected is not None:
        change = change.where(runs.c.status.in_(expected))
    with ws.read() as connection:
        row = connection.execute(select(runs).where(runs.c.id == run_id)).one_or_none()
    if row is not None and all(row._mapping[name] == value for name, value in changes.items()):
        return get_run(ws, run_id)
    with ws.write() as connection:
        connection.execute(change)
        return get_run(ws, run_id)


def advance_run(ws: Workspace, run_id: int, expected: str, **changes: Any) -> bool:
    """Sets fields of a run if its status is `expected`, and says whether it was.

    Of several that try the same step at the same time, one is told True.
    """
    change = update(runs).where(runs.c.id == run_id, runs.c.status == expected)
    with ws.write() as connection:
        return connection.execute(change.values(updated=now(), **changes)).rowcount == 1


def claim_run(
    ws: Workspace, run_id: int, owner: str, seconds: float = 60, *, moment: datetime | None = None
) -> bool:
    """Takes a run for oneself (to launch it, to ask about it), and says whether that worked.

    The claim ends with `release_run` or by itself after `seconds`, as when the owner was killed.
    The owner may claim again to hold it longer. `moment` is now, unless given.
    """
    moment = moment or now()
    free = or_(
        runs.c.claimed_until.is_(None),
        runs.c.claimed_until <= moment,
        runs.c.claimed_by == owner,
    )
    change = update(runs).where(runs.c.id == run_id, free)
    until = moment + timedelta(seconds=seconds)
    with ws.write() as connection:
        return (
            connection.execute(change.values(claimed_by=owner, claimed_until=until)).rowcount == 1
        )


def release_run(ws: Workspace, run_id: int, owner: str) -> None:
    """Ends the owner's claim."""
    change = update(runs).where(runs.c.id == run_id, runs.c.claimed_by == owner)
    with ws.write() as connection:
        connection.execute(change.values(claimed_by=None, claimed_until=None))


def delete_run(ws: Workspace, run_id: int) -> None:
    """Removes a run with its files, reports and chats, for good; its place keeps the model."""
    with ws.write() as connection:
        connection.execute(delete(runs).where(runs.c.id == run_id))


def run_file(ws: Workspace, run_id: int, split: str) -> bytes | None:
    """Returns the exact file of one split that the run trains on, or None where it has none."""
    query = select(run_files.c.content).where(
        run_files.c.run_id == run_id, run_files.c.split == split
    )
    with ws.read() as connection:
        content: bytes | None = connection.execute(query).scalar()
    return content


def _query() -> Select[Any]:
    return select(*_COLUMNS)
