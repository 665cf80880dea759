"""Sets are made, named, counted and deleted."""

import pytest

from tests.unit.workspace.samples import filled, log_of, pair
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import (
    create_dataset,
    delete_dataset,
    get_dataset,
    list_datasets,
    rename_dataset,
    set_system_message,
)
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import update_example
from voicetune.workspace.history import revision
from voicetune.workspace.runs import create_run, get_run, run_file


def test_a_new_set_is_empty_and_aware_of_when_it_was_made(workspace: Workspace) -> None:
    dataset = get_dataset(workspace, create_dataset(workspace, "Ada’s voice 🌱", sample="nursery"))
    assert (dataset.name, dataset.sample, dataset.system) == ("Ada’s voice 🌱", "nursery", None)
    assert (dataset.examples, dataset.included, dataset.revision) == (0, 0, 0)
    assert dataset.created.utcoffset() is not None
    assert dataset.created == dataset.updated


def test_the_set_worked_on_last_comes_first(workspace: Workspace) -> None:
    one, (a, _) = filled(workspace, "a", "b")
    two, _ = filled(workspace, "c")
    assert [dataset.id for dataset in list_datasets(workspace)] == [two, one]
    update_example(workspace, a, include=False)
    first, second = list_datasets(workspace)
    assert (first.id, first.examples, first.included) == (one, 2, 1)
    assert (second.id, second.examples, second.included) == (two, 1, 1)


def test_a_set_is_renamed(workspace: Workspace) -> None:
    dataset_id = create_dataset(workspace, "Draft")
    rename_dataset(workspace, dataset_id, "Final")
    assert get_dataset(workspace, dataset_id).name == "Final"


def test_setting_the_same_system_message_again_is_no_step(workspace: Workspace) -> None:
    dataset_id = create_dataset(workspace, "My voice")
    set_system_message(workspace, dataset_id, "Be brief.")
    before = revision(workspace, dataset_id)
    set_system_message(workspace, dataset_id, "Be brief.")
    assert revision(workspace, dataset_id) == before


def test_a_deleted_set_takes_its_examples_and_history_but_not_its_runs(
    workspace: Workspace,
) -> None:
    dataset_id, (a,) = filled(workspace, "a")
    update_example(workspace, a, messages=pair("private").messages)
    run = create_run(
        workspace,
        key="k",
        dataset_id=dataset_id,
        dataset_name="My voice",
        place="local",
        model="voicetune-starter",
        files={"training": b"{}\n"},
    )
    delete_dataset(workspace, dataset_id)
    assert list_datasets(workspace) == []
    assert log_of(workspace) == ([], [])
    kept = get_run(workspace, run.id)
    assert (kept.dataset_id, kept.dataset_name) == (None, "My voice")
    assert run_file(workspace, run.id, "training") == b"{}\n"


def test_a_set_that_is_gone_is_named(workspace: Workspace) -> None:
    for ask in (
        lambda: get_dataset(workspace, 5),
        lambda: rename_dataset(workspace, 5, "x"),
        lambda: set_system_message(workspace, 5, "x"),
    ):
        with pytest.raises(NotFoundError, match="no set of examples 5"):
            ask()
