"""LangChain's ChatOpenAI against the engine: asked, streamed, and refused in its own way."""

import openai
import pytest
from langchain_openai import ChatOpenAI

from tests.contract.running_engine import PATIENCE, RunningEngine


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "false")


def chat(engine: RunningEngine, **options: object) -> ChatOpenAI:
    settings = {"model": "voicetune-starter", "max_retries": 0, "timeout": PATIENCE, **options}
    return ChatOpenAI(base_url=engine.url, api_key=engine.token, **settings)


def test_a_tuned_model_is_asked(engine: RunningEngine):
    job = engine.wait_for(engine.job(), "succeeded")
    answer = chat(engine, model=job.fine_tuned_model, temperature=0.2, max_tokens=16).invoke(
        [("system", "Be brief."), ("human", "How do I water a fern?")]
    )
    assert answer.content
    assert answer.response_metadata["model_name"] == job.fine_tuned_model
    assert answer.usage_metadata["output_tokens"] > 0


def test_an_answer_is_streamed_piece_by_piece(engine: RunningEngine):
    pieces = list(chat(engine, stream_usage=True).stream("How do I water a fern?"))
    assert len([piece for piece in pieces if piece.content]) > 1
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    assert whole.usage_metadata["total_tokens"] > 0
    assert whole.response_metadata["finish_reason"] == "stop"


def test_several_questions_are_asked_at_once(engine: RunningEngine):
    questions = [f"How do I water fern {n}?" for n in range(4)]
    answers = chat(engine).batch(questions)
    assert all(answer.content for answer in answers)


def test_what_the_engine_lacks_is_refused_by_name(engine: RunningEngine):
    tool = {
        "type": "function",
        "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}},
    }
    with pytest.raises(openai.BadRequestError, match="tools"):
        chat(engine).bind_tools([tool]).invoke("What time is it?")
