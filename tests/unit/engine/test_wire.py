"""What requests may ask for."""

import pytest

from voicetune.engine.chat_wire import plain_messages
from voicetune.engine.errors import ApiError
from voicetune.engine.wire import JobRequest, parse, plain_suffix

LEAST = {"model": "m", "training_file": "file-1"}


@pytest.mark.parametrize(
    ("suffix", "plain"),
    [
        (None, ""),
        ("", ""),
        ("garden", "garden"),
        ("My voice: v2/final", "My-voice-v2-final"),
        ("  🐈  ", ""),
        ("猫の声", "猫の声"),
        ("e\u0301te\u0301", "été"),
        ("صوت", "صوت"),
    ],
)
def test_a_suffix_becomes_part_of_a_model_id(suffix: str | None, plain: str):
    assert plain_suffix(suffix) == plain


def test_the_method_s_hyperparameters_come_before_the_older_ones():
    method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}}
    request = parse(JobRequest, {**LEAST, "method": method, "hyperparameters": {"n_epochs": 5}})
    assert request.chosen.n_epochs == 2
    assert parse(JobRequest, {**LEAST, "hyperparameters": {"n_epochs": 5}}).chosen.n_epochs == 5
    assert parse(JobRequest, LEAST).chosen.n_epochs == "auto"


def test_the_reason_names_the_parameter_and_what_it_may_be():
    with pytest.raises(ApiError) as error:
        parse(JobRequest, {**LEAST, "hyperparameters": {"n_epochs": 51}})
    assert error.value.param == "hyperparameters.n_epochs"
    assert error.value.message == (
        "'hyperparameters.n_epochs': should be 'auto' or less than or equal to 50."
    )
    with pytest.raises(ApiError, match="This request needs 'training_file'"):
        parse(JobRequest, {"model": "m"})


def test_early_stopping_needs_validation_examples():
    assert parse(JobRequest, LEAST).early_stopping is None
    parse(JobRequest, {**LEAST, "early_stopping": False}).refuse_unsupported()
    with_both = {**LEAST, "early_stopping": True, "validation_file": "file-2"}
    parse(JobRequest, with_both).refuse_unsupported()
    with pytest.raises(ApiError, match="needs a validation_file") as error:
        parse(JobRequest, {**LEAST, "early_stopping": True}).refuse_unsupported()
    assert (error.value.status, error.value.param) == (400, "early_stopping")


@pytest.mark.parametrize("value", ["yes", 1, {"patience": 2}])
def test_early_stopping_is_yes_or_no(value: object):
    with pytest.raises(ApiError) as error:
        parse(JobRequest, {**LEAST, "validation_file": "file-2", "early_stopping": value})
    assert error.value.param == "early_stopping"


def test_messages_are_plain_whatever_form_they_came_in():
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "é 猫"}]
    messages = [
        {"role": "developer", "content": "x", "name": "y"},
        {"role": "assistant", "content": parts, "refusal": None},
    ]
    assert plain_messages(messages) == [
        {"role": "system", "content": "x"},
        {"role": "assistant", "content": "a\né 猫"},
    ]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"role": "tool", "content": "x"},
        {"role": ["user"], "content": "x"},
        {"role": "user"},
        {"role": "user", "content": 3},
        {"role": "user", "content": ["x"]},
        {"role": "user", "content": [{"type": "input_audio"}]},
        {"role": "assistant", "content": "x", "tool_calls": [{"id": "1"}]},
    ],
)
def test_messages_that_hold_more_than_text_are_refused_by_place(message: dict):
    with pytest.raises(ApiError) as error:
        plain_messages([{"role": "user", "content": "fine"}, message])
    assert error.value.param.startswith("messages[1].")
