"""A model trained at Azure is deployed in the portal, named here, and then compared."""

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
