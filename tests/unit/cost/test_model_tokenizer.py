import json

import pytest
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer

from tests.unit.engine.tiny import THINKING
from voicetune.cost.model_tokenizer import ModelTokenizer, TemplateError
from voicetune.examples.example import Example

CHATML = """{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' }}
{%- if m['role'] == 'assistant' %}
    {%- generation %}{{- m['content'] + '<|im_end|>' }}{% endgeneration %}{{- '\\n' }}
{%- else %}{{- m['content'] + '<|im_end|>\\n' }}{% endif %}
{%- endfor %}{% if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{% endif %}"""

STRICT = """{{ bos_token }}{% for m in messages %}
    {%- if m['role'] == 'system' %}{{ raise_exception('No system message') }}{% endif %}
    {{- '<|im_start|>' + m['content'] | trim + '<|im_end|>' }}
{%- endfor %}"""

TALK = [
    {"role": "system", "content": "Du bist höflich."},
    {"role": "user", "content": "How do I water a fern? 🌿"},
    {"role": "assistant", "content": "Little.\n\nAnd often.", "weight": 1},
]


@pytest.fixture(scope="module")
def make_model(tmp_path_factory):
    def make(template: str, *, in_config: bool = False):
        folder = tmp_path_factory.mktemp("model")
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=300,
            show_progress=False,
            special_tokens=[AddedToken(t) for t in ("<s>", "<|im_start|>", "<|im_end|>")],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )
        tokenizer.train_from_iterator(["How do I water a fern? Little, and often."] * 4, trainer)
        tokenizer.save(str(folder / "tokenizer.json"))
        bos = {"__type": "AddedToken", "content": "<s>", "special": True}
        config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": bos}
        if in_config:
            config["chat_template"] = template
        elif template:
            (folder / "chat_template.jinja").write_text(template, "utf-8")
        (folder / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
        return folder

    return make


@pytest.mark.parametrize(
    ("template", "talk"), [(CHATML, TALK), (STRICT, TALK[1:])], ids=["chatml", "strict"]
)
def test_counts_what_transformers_would_train_on(make_model, template, talk):
    folder = make_model(template)
    reference = AutoTokenizer.from_pretrained(folder)
    ids = reference.apply_chat_template(talk, tokenize=True, return_dict=True)["input_ids"]
    ours = ModelTokenizer(folder)
    assert ours.render(talk) == reference.apply_chat_template(talk, tokenize=False)
    assert ours.count_example(Example(talk)) == len(ids)


def test_a_thinking_model_s_thoughts_are_left_empty_as_the_engine_leaves_them(make_model):
    folder = make_model(THINKING)
    reference = AutoTokenizer.from_pretrained(folder)
    asked = reference.apply_chat_template(
        TALK[:2], tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
    assert ModelTokenizer(folder).render(TALK[:2], ask=True) == asked
    assert "<think>" in asked


def test_takes_the_template_from_the_config_where_it_has_no_file(make_model):
    in_file, in_config = make_model(CHATML), make_model(CHATML, in_config=True)
    assert ModelTokenizer(in_config).render(TALK) == ModelTokenizer(in_file).render(TALK)


def test_measures_what_asks_apart_from_the_answer(make_model):
    tokenizer = ModelTokenizer(make_model(CHATML))
    length = tokenizer.lengths([Example(TALK)])[0]
    asked = tokenizer.render(TALK[:2], ask=True)
    assert length.prompt == tokenizer.count_text(asked)
    assert length.answer == tokenizer.count_text("Little.\n\nAnd often.<|im_end|>\n")
    assert length.total == length.prompt + length.answer


def test_counts_many_as_it_counts_each(make_model):
    tokenizer = ModelTokenizer(make_model(CHATML))
    examples = [Example(TALK[:2]), Example(TALK), Example([])]
    assert tokenizer.count_examples(examples) == [tokenizer.count_example(e) for e in examples]


@pytest.mark.parametrize(
    "messages",
    [[], [None], [{}], [{"role": 3, "content": None}], [{"role": "user", "content": ["a", 1]}]],
)
def test_counts_messages_however_wrong_they_are(make_model, messages):
    assert ModelTokenizer(make_model(CHATML)).count_example(Example(messages)) >= 0


def test_counts_the_texts_of_an_example_the_template_refuses(make_model):
    tokenizer = ModelTokenizer(make_model(STRICT))
    with pytest.raises(TemplateError, match="No system message"):
        tokenizer.render(TALK)
    texts = "\n".join(m["content"] for m in TALK)
    assert tokenizer.count_example(Example(TALK)) == tokenizer.count_text(texts)


def test_says_when_a_model_has_no_template(make_model):
    with pytest.raises(TemplateError, match="no chat template"):
        ModelTokenizer(make_model("")).render(TALK)


def test_a_template_cannot_reach_python(make_model):
    sly = "{{ messages.__class__.__mro__ }}{{ messages.append(1) }}"
    with pytest.raises(TemplateError):
        ModelTokenizer(make_model(sly)).render(TALK)
