import os
import socket

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from voicetune.cost import tokens
from voicetune.examples.example import Example


def chat(*turns: str, system: str | None = None, **extra) -> Example:
    roles = ["user", "assistant"] * len(turns)
    messages = [{"role": "system", "content": system}] if system else []
    messages += [{"role": r, "content": t} for r, t in zip(roles, turns, strict=False)]
    return Example(messages, extra=extra)


@pytest.fixture
def closed_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("counting tokens opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    tokens.encoding.cache_clear()
    yield
    tokens.encoding.cache_clear()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("hello world", 2),
        ("Hello, world!", 4),
        ("antidisestablishmentarianism", 6),
        ("你好，世界", 3),
        ("今日はいい天気ですね。", 6),
        ("مرحبا بالعالم", 4),
        ("👍🏽", 3),
        ("👩‍👩‍👧‍👦", 11),
        ("e\u0301", 2),
    ],
)
def test_counts_known_texts_with_the_network_closed(closed_network, text, count):
    assert tokens.count_text(text) == count


def test_reads_the_vocabulary_with_a_cache_folder_of_the_persons_own(
    closed_network, monkeypatch, tmp_path
):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert tokens.count_text("hello world") == 2
    assert os.environ["TIKTOKEN_CACHE_DIR"] == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_leaves_no_cache_folder_behind_in_the_environment(closed_network, monkeypatch):
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    tokens.count_text("hello world")
    assert "TIKTOKEN_CACHE_DIR" not in os.environ


def test_says_which_file_is_missing_rather_than_ask_the_network(
    closed_network, monkeypatch, tmp_path
):
    monkeypatch.setattr(tokens, "VOCABULARY", tmp_path)
    with pytest.raises(FileNotFoundError, match="vocabulary is missing"):
        tokens.count_text("hello")


@pytest.mark.parametrize("text", ["<|endoftext|>", "<|endofprompt|>", "<|im_start|>system"])
def test_counts_special_tokens_in_a_text_as_plain_text(text):
    assert tokens.count_text(text) > 2
    assert tokens.count_example(chat(text, text)) > 2 * tokens.count_text(text)


def test_counts_half_a_surrogate_pair_and_control_characters():
    assert tokens.count_text("\ud83d x") == 2
    assert tokens.count_text("a\x00b") == 3


@pytest.mark.parametrize("gap", [" ", "\t", "\u00a0"])
def test_counts_a_gap_that_overflows_tiktokens_stack(gap):
    assert 7_000 < tokens.count_text("word" + gap * 1_000_000 + "word") < 1_000_001


def test_counts_a_long_text_as_tiktoken_does():
    text = "Water less, and watch the leaves. " * 20_000
    assert tokens.count_text(text) == len(tokens.encoding().encode_ordinary(text))


def test_counts_the_chat_formats_own_tokens():
    # user, assistant and their texts are one token each: 3 a message, 3 for the reply.
    assert tokens.count_example(chat("hello", "hello")) == 2 * (3 + 1 + 1) + 3


def test_counts_a_name_with_one_token_more():
    plain = {"role": "user", "content": "hello"}
    without, with_name = Example([plain]), Example([{**plain, "name": "hello"}])
    assert tokens.count_example(with_name) == tokens.count_example(without) + 2


def test_counts_weight_as_nothing():
    plain = {"role": "assistant", "content": "hello"}
    assert tokens.count_example(Example([{**plain, "weight": 0}])) == tokens.count_example(
        Example([plain])
    )


def test_counts_tools_and_tool_calls():
    call = [{"type": "function", "function": {"name": "find", "arguments": '{"q": "pots"}'}}]
    plain = chat("hello", "hello")
    calling = Example([plain.messages[0], {**plain.messages[1], "tool_calls": call}])
    assert tokens.count_example(calling) > tokens.count_example(plain) + 10
    assert tokens.count_example(chat("hello", "hello", tools=call)) > tokens.count_example(plain)


def test_counts_content_parts():
    parts = [{"type": "text", "text": "hello"}]
    assert tokens.count_example(Example([{"role": "user", "content": parts}])) == (
        tokens.count_example(Example([{"role": "user", "content": "hello"}]))
    )


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["role", "content", "name", "tool_calls", "weight"]),
            st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
        )
        | st.none()
        | st.text()
    )
)
def test_counts_messages_however_wrong_they_are(messages):
    length = tokens.lengths([Example(messages)])[0]
    assert length.total >= 3 + 3 * len(messages)
    assert length.prompt + length.answer <= length.total


@given(st.lists(st.tuples(st.text(), st.text(), st.none() | st.text()), max_size=8))
def test_counts_many_as_it_counts_each(texts):
    examples = [chat(asked, answer, system=system) for asked, answer, system in texts]
    assert tokens.count_examples(examples) == [tokens.count_example(e) for e in examples]


def test_measures_what_asks_apart_from_the_last_answer():
    example = chat("hello", "hello", "hello", "hello world", system="hello")
    length = tokens.lengths([example])[0]
    assert length.answer == 2
    assert length.prompt == 4 * 5 + 3
    assert length.total == length.prompt + 3 + 1 + 2


def test_an_example_without_an_answer_is_all_prompt():
    length = tokens.lengths([Example([{"role": "user", "content": "hello"}])])[0]
    assert (length.prompt, length.answer) == (length.total, 0)


def test_medians_of_a_set():
    measured = [tokens.Length(0, 10, 100), tokens.Length(0, 20, 300), tokens.Length(0, 90, 200)]
    assert tokens.median_lengths(measured) == (20, 200)
    assert tokens.median_lengths([]) == (0, 0)


def test_bills_an_example_only_up_to_the_models_limit():
    assert tokens.billed([10, 500], limit=100) == 110
    assert tokens.billed([10, 500]) == 510


def test_counts_hundreds_of_odd_texts_as_it_counts_each():
    odd = [
        "",
        " ",
        "\n\n",
        "<|endoftext|>",
        "a<|endofprompt|>b",
        "\ud83d",
        "\x00",
        "e\u0301",
        "مرحبا",
    ]
    texts = [f"{text}{number}{text}" for number in range(100) for text in odd]
    examples = [chat("x", text) for text in texts]
    answers = [length.answer for length in tokens.lengths(examples)]
    assert answers == [tokens.count_text(text) for text in texts]
