"""/v1/chat/completions over real HTTP, with a scripted generator."""

import json
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from tests.contract.running_engine import RunningEngine, eventually
from tests.contract.sdk_types import strictly

STARTER = "voicetune-starter"


def say(text: str, **options: Any) -> dict[str, Any]:
    return {"model": STARTER, "messages": [{"role": "user", "content": text}], **options}


def post(engine: RunningEngine, body: dict[str, Any]):
    return engine.request("POST", "/chat/completions", json=body)


def asked(engine: RunningEngine) -> dict[str, Any]:
    return json.loads((engine.home / "cancelled.asked").read_text().splitlines()[-1])


def cancelled(engine: RunningEngine) -> set[str]:
    file = engine.home / "cancelled"
    return set(file.read_text().split()) if file.exists() else set()


def test_an_answer_is_strictly_the_sdk_s(engine: RunningEngine):
    completion = strictly(ChatCompletion, post(engine, say("Hello 猫 🐈", n=2)).text)
    assert [choice.message.content for choice in completion.choices] == ["base: Hello 猫 🐈 "] * 2
    assert [choice.index for choice in completion.choices] == [0, 1]
    assert completion.choices[0].finish_reason == "stop"
    assert completion.model == STARTER
    assert completion.usage.to_dict() == {
        "prompt_tokens": 7,
        "completion_tokens": 8,
        "total_tokens": 15,
    }


def test_a_streamed_answer_is_strictly_the_sdk_s(engine: RunningEngine):
    body = say("Hello there", stream=True, stream_options={"include_usage": True}, max_tokens=2)
    response = post(engine, body)
    assert response.headers["content-type"].startswith("text/event-stream")
    *events, last, rest = response.text.split("\n\n")
    assert (last, rest) == ("data: [DONE]", "")
    chunks = [strictly(ChatCompletionChunk, event.removeprefix("data: ")) for event in events]
    assert chunks[0].choices[0].delta.role == "assistant"
    texts = [chunk.choices[0].delta.content for chunk in chunks[:-1]]
    assert "".join(text or "" for text in texts) == "base: Hello "
    assert chunks[-2].choices[0].finish_reason == "length"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 9
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert len({chunk.id for chunk in chunks}) == 1


def test_usage_is_not_streamed_unless_asked_for(engine: RunningEngine):
    chunks = list(engine.sdk.chat.completions.create(**say("Hi", stream=True)))
    assert all(chunk.choices for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_every_setting_reaches_the_generator(engine: RunningEngine):
    engine.sdk.chat.completions.create(
        **say(
            "Hi",
            n=2,
            temperature=0,
            top_p=0.5,
            seed=-3,
            stop="END",
            max_completion_tokens=5,
            presence_penalty=-1.5,
            frequency_penalty=2,
            user="me",
            response_format={"type": "text"},
        )
    )
    request = asked(engine)
    assert request.pop("id").startswith("chatcmpl-")
    assert request == {
        "op": "chat",
        "model": str(engine.starter),
        "adapter": None,
        "messages": [{"role": "user", "content": "Hi"}],
        "n": 2,
        "temperature": 0.0,
        "top_p": 0.5,
        "seed": -3,
        "stop": ["END"],
        "max_tokens": 5,
        "presence_penalty": -1.5,
        "frequency_penalty": 2.0,
    }


def test_what_is_left_out_has_openai_s_defaults(engine: RunningEngine):
    post(engine, say("Hi", temperature=None, stop=None, n=None))
    request = asked(engine)
    assert (request["temperature"], request["top_p"], request["n"]) == (1.0, 1.0, 1)
    assert (request["stop"], request["seed"], request["max_tokens"]) == ([], None, None)


def test_text_parts_and_the_developer_role_are_understood(engine: RunningEngine):
    parts = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    messages = [{"role": "developer", "content": "Be kind."}, {"role": "user", "content": parts}]
    post(engine, {"model": STARTER, "messages": messages})
    assert asked(engine)["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "one\ntwo"},
    ]


def test_a_tuned_model_and_its_checkpoint_answer_with_their_adapters(engine: RunningEngine):
    model = engine.wait_for(engine.job(), "succeeded").fine_tuned_model
    for name, folder in ((model, "checkpoint-4"), (f"{model}:ckpt-step-2", "checkpoint-2")):
        completion = engine.sdk.chat.completions.create(**say("Hi") | {"model": name})
        assert completion.choices[0].message.content == "tuned: Hi "
        assert asked(engine)["adapter"].endswith(folder)


def test_two_answers_are_written_at_the_same_time(engine: RunningEngine):
    with engine.sdk.chat.completions.create(**say("wait", stream=True)) as waiting:
        chunks = iter(waiting)
        next(chunks)
        assert next(chunks).choices[0].delta.content == "waiting "
        other = engine.sdk.chat.completions.create(**say("go on"))
        assert other.choices[0].message.content == "base: go on "
        rest = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert rest == "base: wait "


def test_a_client_that_leaves_a_stream_ends_its_generation(engine: RunningEngine):
    with engine.sdk.chat.completions.create(**say("for ever", stream=True)) as stream:
        name = next(iter(stream)).id
    eventually(lambda: name in cancelled(engine))


def test_a_client_that_gives_up_waiting_ends_its_generation(engine: RunningEngine):
    before = cancelled(engine)
    with pytest.raises(openai.APITimeoutError):
        engine.sdk.with_options(timeout=0.5).chat.completions.create(**say("for ever"))
    eventually(lambda: cancelled(engine) - before)


@pytest.mark.parametrize("stream", [False, True])
def test_a_conversation_that_is_too_long_is_a_400(engine: RunningEngine, stream: bool):
    with pytest.raises(openai.BadRequestError) as error:
        engine.sdk.chat.completions.create(**say("too long", stream=stream))
    assert error.value.code == "context_length_exceeded"
    assert error.value.param == "messages"


@pytest.mark.parametrize("stream", [False, True])
def test_a_generator_that_dies_is_told_and_comes_back(engine: RunningEngine, stream: bool):
    with pytest.raises(openai.InternalServerError) as error:
        engine.sdk.chat.completions.create(**say("die", stream=stream))
    assert error.value.status_code == 503
    assert error.value.code == "generator_stopped"
    patient = engine.sdk.with_options(max_retries=20)
    assert patient.chat.completions.create(**say("Hi")).choices[0].message.content == "base: Hi "


def test_a_generator_that_dies_in_the_middle_of_a_stream_is_told(engine: RunningEngine):
    with engine.sdk.chat.completions.create(**say("for ever", stream=True)) as stream:
        chunks = iter(stream)
        next(chunks)
        next(chunks)
        post(engine, say("die"))
        with pytest.raises(openai.APIError, match="starting again"):
            list(chunks)


def test_an_unknown_model_is_a_404(engine: RunningEngine):
    with pytest.raises(openai.NotFoundError) as error:
        engine.sdk.chat.completions.create(**say("Hi") | {"model": "gpt-4.1"})
    assert error.value.code == "model_not_found"


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"logprobs": True}, "logprobs"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"logit_bias": {"5": 1}}, "logit_bias"),
        ({"modalities": ["text", "audio"]}, "modalities"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": "1"}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"n": 0}, "n"),
        ({"n": 17}, "n"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stop": ""}, "stop"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, "max_tokens"),
        ({"presence_penalty": 3}, "presence_penalty"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"temprature": 1}, "temprature"),
        ({"messages": []}, "messages"),
        ({"messages": "Hi"}, "messages"),
        ({"messages": [{"role": "bot", "content": "Hi"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": None}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "\ud83d"}]}, "messages[0].content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "messages[0].content",
        ),
        ({"model": ""}, "model"),
        ({"seed": 2**63}, "seed"),
    ],
)
def test_what_cannot_be_met_is_refused_by_name(
    engine: RunningEngine, options: dict[str, Any], param: str
):
    body = json.dumps({**say("Hi"), **options})
    response = engine.request("POST", "/chat/completions", content=body)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param


def test_a_body_over_the_limit_is_refused(engine: RunningEngine):
    assert post(engine, say("x" * (9 * 2**20))).status_code == 413


def test_nothing_people_write_is_in_the_log(engine: RunningEngine):
    for text in ("a very private sentence", "die"):
        post(engine, say(text))
    for log in (engine.home / "logs").iterdir():
        assert "private" not in log.read_text()
