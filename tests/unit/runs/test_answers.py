import threading

import openai
import pytest

from voicetune.compare.streams import merge
from voicetune.runs.answers import AnswerStream

PATIENCE = 20
"""Seconds until a test that hangs fails; no test waits for them when all is well."""
ASK = [{"role": "user", "content": "How do I water roses?"}]


def test_an_answer_comes_in_pieces_with_its_tokens_at_the_end(place, stand_in):
    chunks = list(AnswerStream(place, "tiny", ASK, temperature=0.5))
    assert [chunk.text for chunk in chunks if chunk.text] == stand_in.answer
    assert chunks[-1].prompt_tokens == 9
    assert chunks[-1].completion_tokens == 3
    assert [chunk.finish_reason for chunk in chunks if chunk.finish_reason] == ["stop"]
    assert stand_in.chats[0]["temperature"] == 0.5
    assert stand_in.chats[0]["messages"] == ASK


def test_closing_from_another_thread_ends_a_silent_answer_and_the_place_notices(place, stand_in):
    stand_in.gate, left = threading.Event(), threading.Event()
    stand_in.when_client_leaves = left.set
    answer = AnswerStream(place, "tiny", ASK)
    with merge({"base": lambda: answer}) as merged:
        assert next(iter(merged))[1].text == "Start small. "
    assert left.wait(PATIENCE)
    assert merged.answers["base"].text == "Start small. "
    assert merged.answers["base"].state == "stopped"


def test_both_columns_stream_at_once_from_one_place(place, stand_in):
    """Neither answer can end before both have begun."""
    stand_in.gate = threading.Event()
    merged = merge({side: lambda: AnswerStream(place, "tiny", ASK) for side in ("base", "tuned")})
    begun = set()
    for side, _ in merged:
        begun.add(side)
        if len(begun) == 2:
            stand_in.gate.set()
    assert merged.answers["base"].text == merged.answers["tuned"].text == "".join(stand_in.answer)


def test_an_answer_that_was_closed_before_it_began_sends_nothing_on(place):
    answer = AnswerStream(place, "tiny", ASK)
    answer.close()
    assert list(answer) == []


def test_a_refusal_is_an_error_of_its_side(place, stand_in):
    stand_in.fail("POST /chat/completions", 404, "model_not_found", "No such model")
    merged = merge({"base": lambda: AnswerStream(place, "gone", ASK)})
    list(merged)
    assert isinstance(merged.answers["base"].error, openai.NotFoundError)


def test_a_place_that_is_away_is_an_error_of_its_side(gone):
    with pytest.raises(openai.APIConnectionError):
        list(AnswerStream(gone, "tiny", ASK))
