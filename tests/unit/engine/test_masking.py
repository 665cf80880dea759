import pytest

from tests.unit.engine.tiny import MARKED, STRICT, THINKING, UNMARKED, conversation, make_tokenizer
from voicetune.engine.masking import IGNORED, encode
from voicetune.engine.rendering import TemplateRefusedError, render

TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "How do I water a fern? 🌿"},
    {"role": "assistant", "content": "Little. नमस्ते 👩‍👩‍👧"},
    {"role": "user", "content": "And then?"},
    {"role": "assistant", "content": "Often."},
]


@pytest.fixture(params=[MARKED, UNMARKED], ids=["generation markers", "no markers"])
def tokenizer(request, tmp_path):
    return make_tokenizer(tmp_path, request.param)


def learned(tokenizer, row):
    kept = [t for t, label in zip(row.ids, row.labels, strict=True) if label != IGNORED]
    return tokenizer.decode(kept)


def test_learns_answers_and_their_end_and_nothing_else(tokenizer):
    row = encode(tokenizer, TALK)
    assert learned(tokenizer, row) == "Little. नमस्ते 👩‍👩‍👧<|im_end|>Often.<|im_end|>"
    assert [label for label in row.labels if label != IGNORED] == [
        token for token, label in zip(row.ids, row.labels, strict=True) if label != IGNORED
    ]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((0, 1), "Often.<|im_end|>"), ((1, 0), "Little. नमस्ते 👩‍👩‍👧<|im_end|>"), ((0, 0), "")],
)
def test_a_turn_of_weight_0_is_read_but_not_learned(tokenizer, weights, expected):
    first, second = weights
    talk = [*TALK[:2], {**TALK[2], "weight": first}, TALK[3], {**TALK[4], "weight": second}]
    row = encode(tokenizer, talk)
    assert learned(tokenizer, row) == expected
    assert row.ids == encode(tokenizer, TALK).ids


def test_an_answer_that_repeats_the_question_is_learned_where_it_stands(tokenizer):
    row = encode(tokenizer, conversation("Often.", "Often."))
    assert learned(tokenizer, row) == "Often.<|im_end|>"
    assert row.labels[0] == IGNORED
    last = [t for t, label in enumerate(row.labels) if label != IGNORED][-1]
    assert tokenizer.decode(row.ids[last + 1 :]).strip() == ""


def test_is_cut_at_the_end_and_says_by_how_much(tokenizer):
    whole = encode(tokenizer, TALK)
    row = encode(tokenizer, TALK, limit=len(whole.ids) - 4)
    assert row.ids == whole.ids[:-4]
    assert row.labels == whole.labels[:-4]
    assert row.cut == 4


def test_text_parts_are_learned_as_one_text(tokenizer):
    parts = [{"type": "text", "text": "Little"}, {"type": "text", "text": "Often"}]
    row = encode(tokenizer, [*TALK[:2], {"role": "assistant", "content": parts}])
    assert learned(tokenizer, row) == "Little\nOften<|im_end|>"


def test_the_empty_thoughts_before_the_last_answer_are_read_and_not_learned(tmp_path):
    tokenizer = make_tokenizer(tmp_path, THINKING)
    row = encode(tokenizer, TALK)
    assert learned(tokenizer, row) == "Little. नमस्ते 👩‍👩‍👧<|im_end|>Often.<|im_end|>"
    assert tokenizer.decode(row.ids).count("<think>\n\n</think>\n\n") == 1


def test_a_thinking_model_is_asked_just_as_it_was_trained(tmp_path):
    tokenizer = make_tokenizer(tmp_path, THINKING)
    asked = render(tokenizer, TALK[:-1], prompt=True)
    assert asked.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert render(tokenizer, TALK) == f"{asked}Often.<|im_end|>\n"


@pytest.mark.parametrize("answer", ["<3 ferns", "<think", "<thinking is hard> so", "<"])
def test_an_answer_that_begins_like_thoughts_is_learned_whole(tmp_path, answer):
    tokenizer = make_tokenizer(tmp_path, THINKING)
    talk = [
        {"role": "user", "content": "A fern?"},
        {"role": "assistant", "content": answer},
        {"role": "user", "content": "And then?"},
        {"role": "assistant", "content": answer},
    ]
    row = encode(tokenizer, talk)
    assert learned(tokenizer, row) == f"{answer}<|im_end|>{answer}<|im_end|>"


def test_a_template_without_a_system_role_reads_it_with_the_question(tmp_path):
    tokenizer = make_tokenizer(tmp_path, STRICT)
    assert render(tokenizer, TALK[:2], prompt=True) == (
        "<|im_start|>user\nBe brief.\n\nHow do I water a fern? 🌿<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    assert learned(tokenizer, encode(tokenizer, TALK)).endswith("Often.<|im_end|>")


def test_messages_that_the_template_refuses_are_named_so(tmp_path):
    tokenizer = make_tokenizer(tmp_path, STRICT)
    with pytest.raises(TemplateRefusedError, match="alternate"):
        encode(tokenizer, [TALK[1], TALK[1], TALK[2]])


def test_training_reads_exactly_what_chat_will(tokenizer):
    row = encode(tokenizer, TALK)
    prompt = tokenizer(render(tokenizer, TALK[:-1], prompt=True), add_special_tokens=False)
    assert row.ids[: len(prompt["input_ids"])] == prompt["input_ids"]
