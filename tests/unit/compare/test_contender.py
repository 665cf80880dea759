from dataclasses import dataclass

from voicetune.compare.contender import Contender, base_contender, run_contenders


@dataclass
class Checkpoint:
    step_number: int
    model: str
    available: bool = True


CHECKPOINTS = [Checkpoint(step, f"ft:m:ckpt-step-{step}") for step in (10, 30, 20)]
EPOCHS = {10: 1.0, 20: 2.0, 30: 3.0}


def test_the_base_model_is_named_as_such():
    assert base_contender("voicetune-starter", "VoiceTune starter") == Contender(
        "voicetune-starter", "VoiceTune starter, before training (base model)", "base"
    )


def test_a_finished_run_offers_its_model_and_the_earlier_checkpoints():
    found = run_contenders(4, "Rose nursery", "ft:m", CHECKPOINTS, EPOCHS)
    assert [(c.model, c.name) for c in found] == [
        ("ft:m", "Rose nursery, tuned"),
        ("ft:m:ckpt-step-20", "Rose nursery, after epoch 2 (checkpoint)"),
        ("ft:m:ckpt-step-10", "Rose nursery, after epoch 1 (checkpoint)"),
    ]
    assert {c.run_id for c in found} == {4}


def test_a_running_run_offers_all_its_checkpoints():
    found = run_contenders(4, "Rose nursery", None, CHECKPOINTS, EPOCHS)
    assert [c.step for c in found] == [30, 20, 10]
    assert {c.kind for c in found} == {"checkpoint"}


def test_without_a_known_epoch_the_step_is_named():
    found = run_contenders(1, "Voice", None, CHECKPOINTS[:1])
    assert found[0].name == "Voice, after step 10 (checkpoint)"


def test_checkpoints_that_are_files_and_not_models_are_left_out():
    assert run_contenders(1, "Voice", None, [Checkpoint(5, "")]) == []


def test_checkpoints_that_their_place_no_longer_has_are_left_out():
    assert run_contenders(1, "Voice", None, [Checkpoint(5, "ft:m:5", available=False)]) == []


def test_a_run_that_has_nothing_yet_offers_nothing():
    assert run_contenders(1, "Voice", None) == []
