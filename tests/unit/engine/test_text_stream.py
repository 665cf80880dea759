import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.engine.tiny import make_tokenizer
from voicetune.engine.text_stream import TextStream


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return make_tokenizer(tmp_path_factory.mktemp("tokenizer"))


def streamed(tokenizer, text, stop=()):
    """Returns the pieces that are shown of the text, and whether a stop text ended it."""
    stream = TextStream(tokenizer, list(stop))
    pieces = []
    for token in tokenizer(text, add_special_tokens=False)["input_ids"]:
        pieces.append(stream.push(token))
        if stream.stopped:
            return pieces, True
    return [*pieces, stream.rest()], False


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd"), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whole_characters_of_any_script_add_up_to_the_text(tokenizer, text):
    pieces, _ = streamed(tokenizer, text)
    assert "".join(pieces) == text
    assert not any("\ufffd" in piece for piece in pieces)


def test_a_character_of_many_tokens_comes_whole_or_not_at_all(tokenizer):
    tokens = tokenizer("🧑‍🌾", add_special_tokens=False)["input_ids"]
    stream = TextStream(tokenizer, [])
    shown = [stream.push(token) for token in tokens]
    assert len(tokens) == 11
    assert [piece for piece in shown if piece] == ["🧑", "\u200d", "🌾"]
    cut_short = TextStream(tokenizer, [])
    assert [cut_short.push(token) for token in tokens[:2]] == ["", ""]
    assert cut_short.rest() == ""


@pytest.mark.parametrize(
    ("stop", "shown"),
    [
        (["coffee"], "Then go make "),
        (["make coffee"], "Then go "),
        (["tea", "go", "make"], "Then "),
        (["Then go make coffee."], ""),
        (["☕"], "Then go make coffee. ok"),
        ([""], "Then go make coffee. ok"),
    ],
)
def test_stops_before_the_first_stop_text_wherever_tokens_split_it(tokenizer, stop, shown):
    pieces, stopped = streamed(tokenizer, "Then go make coffee. ok", stop)
    assert "".join(pieces) == shown
    assert stopped == (shown != "Then go make coffee. ok")


def test_the_beginning_of_a_stop_text_is_held_back_until_it_is_none(tokenizer):
    stream = TextStream(tokenizer, ["xyz!"])
    shown = [stream.push(t) for t in tokenizer("xyzxy", add_special_tokens=False)["input_ids"]]
    assert "".join(shown) == "xyz"
    assert stream.rest() == "xy"


@given(st.text("ab", max_size=12), st.lists(st.text("ab", min_size=1, max_size=4), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_shows_exactly_what_comes_before_the_earliest_stop_text(tokenizer, text, stop):
    pieces, stopped = streamed(tokenizer, text, stop)
    ends = [text.find(s) for s in stop if s in text]
    assert stopped == bool(ends)
    if not ends:
        assert "".join(pieces) == text
    else:
        assert text.startswith("".join(pieces))
        assert not any(s in "".join(pieces) for s in stop)
