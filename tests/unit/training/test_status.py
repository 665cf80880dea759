import pytest

from voicetune.training.status import FINAL, NOT_STARTED, is_final, stage_of

KNOWN = [
    "prepared",
    "uploading",
    "creating",
    "not_started",
    "validating_files",
    "queued",
    "running",
    "paused",
    "succeeded",
    "failed",
    "cancelled",
]


@pytest.mark.parametrize("status", KNOWN)
def test_every_known_state_has_words_of_its_own_and_keeps_its_term(status):
    stage = stage_of(status)
    assert stage.term == status
    assert stage.words
    assert status not in stage.words
    assert not stage.words.startswith("The place says")


def test_states_do_not_share_words():
    assert len({stage_of(status).words for status in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled", NOT_STARTED])
def test_a_run_that_is_over_is_final(status):
    assert is_final(status)
    assert stage_of(status).final


@pytest.mark.parametrize("status", ["running", "queued", "paused", "validating_files", "uploading"])
def test_a_run_that_goes_on_is_not_final(status):
    assert not is_final(status)


def test_an_unknown_state_is_shown_as_it_is_and_is_not_final():
    stage = stage_of("cancel_requested")
    assert stage.words == "The place says: cancel requested"
    assert stage.term == "cancel_requested"
    assert not stage.final
    assert "cancel_requested" not in FINAL
