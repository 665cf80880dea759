import threading

import pytest

from voicetune.compare.streams import Answer, Chunk, Merged, merge

PATIENCE = 10
"""Seconds until a test that hangs fails; no test waits for them when all is well."""


class Scripted:
    """A stream that gives its chunks; a gate in the script is waited for, an error is raised."""

    def __init__(self, *script):
        self.script = script
        self.closed = threading.Event()

    def __iter__(self):
        for item in self.script:
            if isinstance(item, threading.Event):
                while not (item.wait(0.005) or self.closed.is_set()):
                    pass
                if self.closed.is_set():
                    raise ConnectionError("closed while reading")
            elif isinstance(item, Exception):
                raise item
            else:
                yield item

    def close(self):
        self.closed.set()


class Clock:
    """A clock that a test sets; every reading is what it says."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def words(*texts):
    return Scripted(*(Chunk(text) for text in texts))


def run(**streams):
    merged = merge({side: lambda s=stream: s for side, stream in streams.items()})
    return list(merged), merged.answers


def test_both_answers_come_whole_and_in_order():
    got, answers = run(base=words("One ", "two"), tuned=words("Eins ", "zwei ", "drei"))
    assert [chunk.text for side, chunk in got if side == "base"] == ["One ", "two"]
    assert [chunk.text for side, chunk in got if side == "tuned"] == ["Eins ", "zwei ", "drei"]
    assert answers["base"].text == "One two"
    assert answers["tuned"].text == "Eins zwei drei"
    assert {answer.state for answer in answers.values()} == {"done"}


def test_neither_side_waits_for_the_other():
    """Each side's next word comes only after the other's: one after the other would hang."""
    a_came, b_came = threading.Event(), threading.Event()
    base = Scripted(Chunk("a1"), b_came, Chunk("a2"))
    tuned = Scripted(a_came, Chunk("b1"))
    seen = []
    for side, chunk in merge({"base": lambda: base, "tuned": lambda: tuned}):
        seen.append((side, chunk.text))
        if chunk.text == "a1":
            a_came.set()
        if chunk.text == "b1":
            b_came.set()
    assert seen == [("base", "a1"), ("tuned", "b1"), ("base", "a2")]


def test_three_sides_stream_as_well():
    _, answers = run(a=words("1"), b=words("2"), c=words("3"))
    assert {side: answer.text for side, answer in answers.items()} == {"a": "1", "b": "2", "c": "3"}


def test_no_streams_are_over_at_once():
    assert list(merge({})) == []


def test_a_side_that_fails_keeps_its_text_and_leaves_the_other_alone():
    broken = Scripted(Chunk("half a sen"), ValueError("connection lost"))
    _, answers = run(base=broken, tuned=words("whole"))
    assert answers["base"].state == "failed"
    assert answers["base"].text == "half a sen"
    assert str(answers["base"].error) == "connection lost"
    assert answers["tuned"].state == "done"
    assert answers["tuned"].error is None


def test_a_stream_that_cannot_be_opened_fails_on_its_side():
    def refuse():
        raise PermissionError("no key")

    merged = merge({"base": refuse, "tuned": lambda: words("ok")})
    list(merged)
    assert merged.answers["base"].state == "failed"
    assert isinstance(merged.answers["base"].error, PermissionError)
    assert merged.answers["tuned"].text == "ok"


def test_time_to_first_text_and_seconds_are_measured_a_side():
    clock = Clock()
    gate, second_gate = threading.Event(), threading.Event()
    stream = Scripted(Chunk(), gate, Chunk("first"), second_gate, Chunk("second"))
    merged = Merged({"base": lambda: stream}, clock=clock)
    for _, chunk in merged:
        answer = merged.answers["base"]
        if chunk.text == "":
            assert answer.state == "waiting"
            assert answer.first_after is None
            clock.now = 101.5
            gate.set()
        elif chunk.text == "first":
            assert answer.state == "streaming"
            clock.now = 104.0
            second_gate.set()
    assert merged.answers["base"].first_after == 1.5
    assert merged.answers["base"].seconds == 4.0


def test_tokens_and_the_finish_reason_are_kept():
    last = Chunk(finish_reason="length", prompt_tokens=12, completion_tokens=2)
    _, answers = run(base=Scripted(Chunk("Hello "), Chunk("you"), last, Chunk()))
    answer = answers["base"]
    assert (answer.prompt_tokens, answer.completion_tokens) == (12, 2)
    assert answer.finish_reason == "length"


def test_closing_stops_every_stream_and_keeps_what_came():
    never = threading.Event()
    base, tuned = Scripted(Chunk("kept"), never), Scripted(never)
    merged = merge({"base": lambda: base, "tuned": lambda: tuned})
    with merged:
        next(iter(merged))
    assert base.closed.wait(PATIENCE)
    assert tuned.closed.wait(PATIENCE)
    assert merged.answers["base"].text == "kept"
    assert merged.answers["base"].state == "stopped"
    assert merged.answers["base"].error is None
    assert merged.answers["tuned"] == Answer(state="stopped")
    assert list(merged) == []


def test_text_that_had_come_when_stop_was_pressed_is_kept():
    end = threading.Event()
    both_queued = threading.Event()

    class Noticing(Scripted):
        def __iter__(self):
            yield from (Chunk("one "), Chunk("two"))
            both_queued.set()
            end.wait(PATIENCE)

        def close(self):
            end.set()

    merged = merge({"base": Noticing})
    assert both_queued.wait(PATIENCE)
    merged.close()
    assert merged.answers["base"].text == "one two"


def test_an_error_in_the_page_closes_the_streams():
    never = threading.Event()
    stream = Scripted(Chunk("x"), never)
    with pytest.raises(ZeroDivisionError), merge({"base": lambda: stream}) as merged:
        len(next(iter(merged))) / 0
    assert stream.closed.wait(PATIENCE)


def test_closing_a_finished_answer_leaves_it_done():
    merged = merge({"base": lambda: words("done")})
    list(merged)
    merged.close()
    assert merged.answers["base"].state == "done"


def test_a_stream_opened_after_stop_is_closed_at_once():
    opening, opened = threading.Event(), threading.Event()
    stream = Scripted(Chunk("late"))

    def slow():
        opening.set()
        opened.wait(PATIENCE)
        return stream

    merged = merge({"base": slow})
    assert opening.wait(PATIENCE)
    merged.close()
    opened.set()
    assert stream.closed.wait(PATIENCE)
    assert merged.answers["base"].text == ""


def test_a_pulse_comes_while_nothing_else_does():
    gate = threading.Event()
    stream = Scripted(gate, Chunk("at last"))
    texts = []
    for _, chunk in merge({"base": lambda: stream}, pulse=0.001):
        texts.append(chunk.text)
        gate.set()
    assert texts[0] == ""
    assert texts[-1] == "at last"


@pytest.mark.parametrize("text", ["Zażółć gęślą jaźń", "👩🏽‍🌾 مرحبا", "e\u0301", "日本語"])
def test_text_of_every_script_comes_through_unchanged(text):
    _, answers = run(base=words(*text))
    assert answers["base"].text == text
