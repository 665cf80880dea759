"""A model that does not answer where it was trained: deployed and named, or fetched from there."""

import pytest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.run_states import seed_run
from tests.ui.test_train_page import shown
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import get_run

__all__ = ["engine", "tokenizer_folder"]


def test_a_model_at_azure_is_compared_once_its_deployment_is_named(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = add_sample(ws, "hiring_manager")
    run = seed_run(
        ws, voice, "succeeded", epochs_done=2, place="azure", model="gpt-4.1-mini-2025-04-14"
    )
    at = open_page("progress", voice=voice, run=run.id)
    assert not at.exception
    said = shown(at)
    assert "One step is left: deploy it." in said
    assert "Deleted after 24 hours" in said
    assert "As of 19 March 2026" in said
    assert "to_compare" not in {button.key for button in at.button}
    assert at.code[0].value == run.fine_tuned_model

    at.text_input(key=f"deployment_{run.id}").set_value(" my-voice ").run()
    assert not at.exception
    assert get_run(ws, run.id).answers_as == "my-voice"
    assert at.button(key="to_compare")

    at.text_input(key=f"deployment_{run.id}").set_value("").run()
    assert get_run(ws, run.id).answers_as is None


def test_a_model_that_is_not_deployed_is_not_offered_in_compare(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = add_sample(ws, "hiring_manager")
    seed_run(ws, voice, "succeeded", epochs_done=2, place="azure", model="gpt-4.1-mini-2025-04-14")
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "No tuned model of this voice yet" in shown(at)
    seed_run(
        ws,
        voice,
        "succeeded",
        epochs_done=2,
        place="azure",
        model="gpt-4.1-mini-2025-04-14",
        answers_as="my-voice",
    )
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "No tuned model of this voice yet" not in shown(at)


def test_a_model_at_nebius_is_to_be_fetched_once_its_base_model_is_here(
    open_page: OpenPage, ws: Workspace, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEBIUS_API_KEY", "a-key-that-is-not-used")
    voice = add_sample(ws, "hiring_manager")
    run = seed_run(ws, voice, "succeeded", epochs_done=2, place="nebius", model="Qwen/Qwen3-0.6B")
    at = open_page("progress", voice=voice, run=run.id)
    assert not at.exception
    assert "is not on this computer" in shown(at)
    assert "fetch" not in {button.key for button in at.button}
    engine.models.append({**engine.models[0], "id": "Qwen/Qwen3-0.6B", "name": "Qwen3"})
    at = open_page("progress", voice=voice, run=run.id)
    assert at.button(key="fetch").label == "Fetch it and open it here"
    assert "to_compare" not in {button.key for button in at.button}


def test_a_fetched_model_is_compared_at_this_computer(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = add_sample(ws, "hiring_manager")
    run = seed_run(
        ws,
        voice,
        "succeeded",
        epochs_done=2,
        place="nebius",
        model="Qwen/Qwen3-0.6B",
        fine_tuned_model=None,
        answers_at="local",
        answers_as="ft:Qwen/Qwen3-0.6B:elsewhere::0a1b",
    )
    at = open_page("progress", voice=voice, run=run.id)
    assert not at.exception
    assert "open on this computer" in shown(at)
    at.button(key="to_compare").click().run()
    assert not at.exception
    assert at.title[0].value == "Compare"
    assert "ft:Qwen/Qwen3-0.6B:elsewhere::0a1b" in at.selectbox(key="corner_right").value
