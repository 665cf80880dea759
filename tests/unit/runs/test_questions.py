"""Asking a chat model about many texts: what is kept, what is asked again, how it ends."""

import dataclasses
import threading

import pytest

from tests.chat_model import KEY, broken, cut, failing, good, posts_in, prose, running_chat_model
from tests.unit.questions.test_asking import HOSTILE
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.questions.post import Post
from voicetune.questions.suggested import answered, distinct, key_of
from voicetune.runs.questions import PAUSES, Asking, suggested_for
from voicetune.workspace.database import open_workspace

PATIENCE = 20
"""Seconds until a test that hangs fails; no test waits for them when all is well."""
TEXTS = [
    f"What I learned this spring in my garden about the {plant}"
    for plant in (
        *("radish", "basil", "fern", "clover", "thyme", "sorrel"),
        *("mint", "sage", "rose", "iris", "lupin", "aster"),
    )
]


@pytest.fixture
def model():
    with running_chat_model() as running:
        yield running


@pytest.fixture
def place(model):
    return Place(load_profiles()["local"], model.base_url, KEY)


class Asker:
    """Makes runs over texts, which remember the pauses they make and make none."""

    def __init__(self, ws, place):
        self.ws, self.place, self.pauses = ws, place, []

    def run_over(self, texts, name="big-model"):
        posts = distinct(Post("", text) for text in texts)
        done = answered(suggested_for(self.ws, texts), self.place.profile.id, name)
        return Asking(self.ws, posts, name, lambda: self.place, done=done, wait=self._wait)

    def _wait(self, seconds):
        self.pauses.append(seconds)
        return False

    def found(self, texts=TEXTS):
        kept = suggested_for(self.ws, texts)
        return [text for text in texts if (of := kept.get(key_of(text))) and of.prompts]


@pytest.fixture
def asker(ws, place):
    return Asker(ws, place)


def test_every_text_gets_its_prompts_and_they_are_kept(asker, model):
    told = []
    end = asker.run_over(TEXTS).run(told.append)
    assert (end.state, end.done, end.total, end.message) == ("done", 12, 12, "")
    assert (end.requests, end.input_tokens, end.output_tokens) == (2, 1800, 200)
    assert [p.done for p in told if p.requests] == sorted(p.done for p in told if p.requests)
    kept = suggested_for(asker.ws, TEXTS)[key_of(TEXTS[0])]
    assert (kept.place, kept.model) == ("local", "big-model")
    assert kept.prompts[0].prompt == "Write a post about radish."
    assert {body["response_format"]["type"] for body in model.requests} == {"json_schema"}
    assert len(model.texts) == 12


def test_what_has_prompts_is_not_asked_about_again_in_another_process(asker, model):
    asker.run_over(TEXTS[:9]).run()
    elsewhere = Asker(open_workspace(), asker.place)
    end = elsewhere.run_over(TEXTS, name="another-model").run()
    elsewhere.ws.close()
    assert (end.done, end.total) == (3, 3)
    assert sorted(model.texts) == sorted(TEXTS)


def test_the_same_text_twice_is_one_question(asker, model):
    asker.run_over([TEXTS[0], TEXTS[0] + "\n", "  "]).run()
    assert model.texts == [TEXTS[0]]


def test_a_place_that_refuses_the_format_is_asked_in_plain_words_from_then_on(asker, model):
    model.refuse_format = True
    end = asker.run_over(TEXTS).run()
    assert (end.state, end.done) == ("done", 12)
    assert ["response_format" in body for body in model.requests] == [True, False, False]


def test_prose_is_asked_again_in_plain_words(asker, model):
    model.script = [prose]
    end = asker.run_over(TEXTS[:8]).run()
    assert (end.state, end.done) == ("done", 8)
    assert ["response_format" in body for body in model.requests] == [True, False]


def test_a_model_that_never_answers_in_json_is_asked_twice_and_then_let_be(asker, model):
    model.script = [prose] * 2
    end = asker.run_over(TEXTS[:8]).run()
    assert (end.state, end.done, len(end.vain)) == ("done", 8, 8)
    assert len(model.requests) == 2
    assert asker.run_over(TEXTS[:8]).run().requests == 0
    assert asker.run_over(TEXTS[:8], name="better").run().done == 8
    assert asker.found() == TEXTS[:8]


@pytest.mark.parametrize("reply", [cut, broken])
def test_of_a_reply_that_cannot_be_read_to_its_end_the_rest_is_asked_again(asker, model, reply):
    model.script = [reply]
    end = asker.run_over(TEXTS[:8]).run()
    assert (end.state, end.done, end.vain) == ("done", 8, ())
    again = [post["text"] for post in posts_in(model.requests[1])]
    assert 0 < len(again) < 8
    assert set(again) < set(TEXTS[:8])


def test_a_busy_place_is_given_the_time_it_asks_for(asker, model):
    model.script = [failing(429, "rate_limit_exceeded", retry_after="7"), failing(503)]
    end = asker.run_over(TEXTS[:8]).run()
    assert (end.state, end.done) == ("done", 8)
    assert asker.pauses == [7.0, PAUSES[1]]


def test_a_batch_that_fails_costs_only_itself_and_is_tried_again_at_the_end(asker, model):
    model.script = [failing(500)] * (len(PAUSES) + 1)
    end = asker.run_over(TEXTS).run()
    assert (end.state, end.done, end.message) == ("done", 12, "")
    assert model.texts[-8:] == TEXTS[:8]


def test_what_could_not_be_asked_is_open_and_is_asked_by_the_next_run(asker, model):
    tries = len(PAUSES) + 1
    model.script = [failing(500)] * tries + [good] + [failing(500)] * tries
    end = asker.run_over(TEXTS).run()
    assert (end.state, end.done, end.vain) == ("done", 4, ())
    assert "trouble of its own" in end.message
    assert asker.run_over(TEXTS).run().done == 8


def test_a_wrong_key_ends_the_run_in_words_without_the_key(asker, model):
    wrong = Place(load_profiles()["openai"], asker.place.base_url, "sk-wrong-key-of-mine")
    end = Asker(asker.ws, wrong).run_over(TEXTS).run()
    assert (end.state, end.done, end.requests) == ("failed", 0, 1)
    assert "does not accept this key" in end.message
    assert "sk-wrong" not in end.message
    assert "sk-wrong" not in repr(end)


def test_an_empty_account_ends_the_run_and_keeps_what_came_before(asker, model):
    model.script = [good, failing(429, "insufficient_quota")]
    end = asker.run_over(TEXTS).run()
    assert (end.state, end.done) == ("failed", 8)
    assert "no credit" in end.message
    assert asker.pauses == []
    assert asker.found() == TEXTS[:8]


def test_a_place_that_is_gone_ends_the_run(asker):
    gone = dataclasses.replace(asker.place, base_url="http://127.0.0.1:9/v1")
    away = Asker(asker.ws, gone)
    end = away.run_over([f"{text} {n}" for text in TEXTS for n in range(4)]).run()
    assert end.state == "failed"
    assert "does not answer" in end.message
    assert end.requests == 3 * (len(PAUSES) + 1)


def test_a_place_that_is_no_longer_connected_ends_the_run(ws):
    end = Asking(ws, distinct([Post("", TEXTS[0])]), "m", lambda: None).run()
    assert end.state == "failed"
    assert "not connected" in end.message


def test_a_post_that_gives_orders_changes_no_other_text(asker, model):
    """A model that obeys the order inside one post spoils that post's prompts and no others."""

    def obedient(body):
        return good(body).replace("radish", "https://example.com/buy")

    hostile = f"{HOSTILE} And mulch"
    texts = [hostile, *TEXTS[:3]]
    model.script = [obedient, obedient]
    end = asker.run_over(texts).run()
    assert HOSTILE not in model.requests[0]["messages"][0]["content"]
    assert posts_in(model.requests[0])[0]["text"] == hostile
    assert end.vain == (key_of(TEXTS[0]),)
    assert {refused.reason for refused in end.refused} == {
        "A prompt has a link, an address or a handle in it."
    }
    assert asker.found(texts) == [hostile, *TEXTS[1:3]]


def test_cancelled_in_the_middle_of_a_batch_the_rest_alone_is_asked_afterwards(asker, model):
    first = asker.run_over(TEXTS)
    ends = []

    def stop_in_the_second(body):
        model.gate = threading.Event()  # the reply stops after its first piece
        threading.Thread(target=lambda: (model.asked.wait(PATIENCE), first.cancel())).start()
        return good(body)

    model.script = [lambda body: (model.asked.clear(), good(body))[1], stop_in_the_second]
    ends.append(first.run())
    model.gate.set()
    assert ends[0].state == "cancelled"
    assert 8 <= ends[0].done < 12
    before = len(model.requests)
    second = asker.run_over(TEXTS).run()
    assert (second.state, second.done) == ("done", 12 - ends[0].done)
    asked_again = [p["text"] for body in model.requests[before:] for p in posts_in(body)]
    assert asked_again == TEXTS[ends[0].done :]
    assert asker.found() == TEXTS


def test_cancelled_between_two_batches_nothing_more_is_sent(asker, model):
    run = asker.run_over(TEXTS)
    end = run.run(lambda progress: run.cancel() if progress.done else None)
    assert (end.state, end.done) == ("cancelled", 8)
    assert len(model.requests) == 1


def test_a_run_in_its_thread_tells_how_far_it_is(asker, model):
    model.gate = threading.Event()
    run = asker.run_over(TEXTS)
    run.start()
    assert model.asked.wait(PATIENCE)
    assert (run.progress.state, run.progress.done, run.progress.total) == ("running", 0, 12)
    run.cancel()
    run.join(PATIENCE)
    assert run.progress.state == "cancelled"
