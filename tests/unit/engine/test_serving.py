"""A tiny real model answering: the same text alone and in company, adapters beside each other."""

import shutil

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

from tests.unit.engine.tiny import STRICT, make_model
from voicetune.engine import serving
from voicetune.engine.adapters import KEPT
from voicetune.engine.decoder import BatchedDecoder, SerialDecoder, decoder_for
from voicetune.engine.failures import EngineError
from voicetune.engine.fingerprint import fingerprint, stamp

QUESTION = [{"role": "user", "content": "How do I water a fern? 🌿"}]
LONGER = [{"role": "system", "content": "Be brief, be kind."}, *QUESTION]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def adapters(model, tmp_path_factory):
    """Two LoRA adapters of different ranks, one with rank-stabilised scale, saved by PEFT."""
    folders = []
    for seed, config in enumerate(
        (
            LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", init_lora_weights=False),
            LoraConfig(
                r=6,
                lora_alpha=6,
                use_rslora=True,
                target_modules=["q_proj", "down_proj"],
                init_lora_weights=False,
            ),
        )
    ):
        torch.manual_seed(seed)
        base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
        folder = tmp_path_factory.mktemp(f"adapter{seed}")
        config.task_type = "CAUSAL_LM"
        get_peft_model(base, config).save_pretrained(folder)
        folders.append(folder)
    return folders


class Room:
    """A served model and everything it said, by request."""

    def __init__(self, folder):
        self.events = []
        self.served = serving.load(folder, lambda event, **f: self.events.append((event, f)))

    def ask(self, name, messages=QUESTION, **changes):
        command = {
            "id": name,
            "adapter": None,
            "messages": messages,
            "n": 1,
            "temperature": 0,
            "top_p": 1.0,
            "seed": 1,
            "stop": [],
            "max_tokens": 24,
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
        }
        self.served.accept({**command, **changes})
        return self

    def go(self, turns=10_000):
        while turns and self.served.busy:
            self.served.advance()
            turns -= 1
        return self

    def of(self, name, kind):
        return [f for event, f in self.events if event == kind and f["id"] == name]

    def text(self, name, index=0):
        return "".join(f["text"] for f in self.of(name, "token") if f["index"] == index)

    def rows(self):
        return len(self.served.active)


@pytest.fixture
def room(model):
    return Room(model)


def expected_tokens(folder, messages, adapter=None, tokens=24):
    """The answer of Transformers' own generate, with PEFT's own adapter."""
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tuned = PeftModel.from_pretrained(base, adapter).eval() if adapter else base.eval()
    tokenizer = serving.base_model.load_tokenizer(folder)
    inputs = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )
    out = tuned.generate(
        **inputs, max_new_tokens=tokens, do_sample=False, pad_token_id=tokenizer.pad_token_id
    )
    return out[0, inputs["input_ids"].shape[1] :].tolist()


def expected(folder, *args, **options):
    tokens = expected_tokens(folder, *args, **options)
    tokenizer = serving.base_model.load_tokenizer(folder)
    text = tokenizer.decode(tokens, skip_special_tokens=True).replace("\ufffd", "")
    assert text
    return text


def test_answers_like_transformers_alone(room, model):
    assert room.ask("a").go().text("a") == expected(model, QUESTION)


def test_answers_like_transformers_and_peft_in_a_mixed_batch(room, model, adapters):
    first, second = adapters
    room.ask("base").ask("first", adapter=str(first)).go(turns=3)
    room.ask("second", adapter=str(second), messages=LONGER).ask("again", messages=LONGER).go()
    assert room.text("base") == expected(model, QUESTION)
    assert room.text("first") == expected(model, QUESTION, first)
    assert room.text("second") == expected(model, LONGER, second)
    assert room.text("again") == expected(model, LONGER)
    assert len({room.text(name) for name in ("base", "first", "second", "again")}) == 4


def test_one_adapter_for_all_rows_answers_like_peft(room, model, adapters):
    folder = adapters[0]
    room.ask("a", adapter=str(folder)).ask("b", adapter=str(folder), messages=LONGER).go()
    assert room.text("a") == expected(model, QUESTION, folder)
    assert room.text("b") == expected(model, LONGER, folder)


def test_the_serial_decoder_answers_the_same(room, model):
    assert isinstance(room.served.decoder, BatchedDecoder)
    room.served.decoder = SerialDecoder(room.served.model)
    room.ask("a").ask("b", messages=LONGER).go()
    assert room.text("a") == expected(model, QUESTION)
    assert room.text("b") == expected(model, LONGER)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("layer_types", ["full_attention", "sliding_attention"]),
        ("_attn_implementation", "eager"),
    ],
)
def test_models_with_a_memory_of_their_own_take_turns(room, setting, value):
    assert isinstance(decoder_for(room.served.model), BatchedDecoder)
    setattr(room.served.model.config, setting, value)
    assert isinstance(decoder_for(room.served.model), SerialDecoder)


def test_a_prompt_read_in_pieces_gives_the_same_answer(room, model, monkeypatch):
    monkeypatch.setattr(serving, "PIECE", 7)
    room.ask("a", messages=LONGER).ask("b").go()
    assert room.text("a") == expected(model, LONGER)
    assert room.text("b") == expected(model, QUESTION)


def test_a_running_answer_goes_on_while_a_long_prompt_is_read(room, monkeypatch):
    monkeypatch.setattr(serving, "PIECE", 4)
    room.ask("a").go(turns=30)
    before = len(room.text("a"))
    room.ask("b", messages=LONGER).go(turns=3)
    assert not room.text("b")
    assert len(room.text("a")) > before or room.of("a", "done")


def test_an_answer_that_leaves_does_not_disturb_the_others(room, model):
    room.ask("short", max_tokens=3).ask("long").ask("longer", messages=LONGER).go()
    assert room.text("short") == expected(model, QUESTION, tokens=3)
    assert room.text("long") == expected(model, QUESTION)
    assert room.text("longer") == expected(model, LONGER)


def test_says_when_each_answer_and_then_the_request_is_done(room):
    room.ask("a", n=2, temperature=1.0, max_tokens=5).go()
    kinds = [event for event, fields in room.events if event != "token"]
    assert kinds == ["done", "done", "usage"]
    assert {(f["index"], f["finish_reason"]) for f in room.of("a", "done")} <= {
        (i, reason) for i in (0, 1) for reason in ("stop", "length")
    }
    prompt = serving.render(room.served.tokenizer, QUESTION, prompt=True)
    usage = room.of("a", "usage")[0]
    assert usage["prompt_tokens"] == len(
        room.served.tokenizer(prompt, add_special_tokens=False)["input_ids"]
    )
    assert 1 <= usage["completion_tokens"] <= 10


def test_several_answers_to_one_request_differ_and_repeat_with_the_seed(model):
    def texts(**options):
        room = Room(model).ask("a", n=3, temperature=1.0, **options).go()
        return [room.text("a", index) for index in range(3)]

    assert texts(seed=5) == texts(seed=5)
    assert len(set(texts(seed=5))) == 3
    assert texts(seed=5) != texts(seed=6)
    assert texts(seed=None) != texts(seed=None)


def test_a_seed_gives_the_same_answer_in_company(model):
    alone = Room(model).ask("a", temperature=0.7, seed=3).go()
    together = Room(model)
    for name in ("x", "y"):
        together.ask(name, messages=LONGER, temperature=1.0, seed=9)
    together.go(turns=4).ask("a", temperature=0.7, seed=3).go()
    assert together.text("a") == alone.text("a") != ""


def test_stops_at_the_end_token_and_at_stop_texts(room, model):
    text = expected(model, QUESTION)
    stop = text[4:7]
    room.ask("a", stop=[stop]).go()
    assert room.text("a") == text[: text.index(stop)]
    assert room.of("a", "done")[0]["finish_reason"] == "stop"
    tokens = expected_tokens(model, QUESTION)
    room.served.ends.add(tokens[3])
    room.ask("b").go()
    assert room.of("b", "done")[0]["finish_reason"] == "stop"
    assert room.of("b", "usage")[0]["completion_tokens"] == tokens.index(tokens[3])


def test_writes_to_the_end_of_the_context_and_no_further(tmp_path):
    room = Room(make_model(tmp_path, context=64))
    room.served.ends.clear()
    room.ask("a", max_tokens=None).go()
    usage = room.of("a", "usage")[0]
    assert usage["prompt_tokens"] + usage["completion_tokens"] == 64
    assert room.of("a", "done")[0]["finish_reason"] == "length"


def test_a_prompt_that_does_not_fit_is_refused_with_both_numbers(tmp_path):
    room = Room(make_model(tmp_path, context=64))
    with pytest.raises(EngineError, match=r"64 tokens.*resulted in \d+ tokens") as refused:
        room.ask("a", messages=[{"role": "user", "content": "Little and often. " * 20}])
    assert refused.value.code == "context_length_exceeded"


def test_a_template_that_refuses_the_messages_is_named(tmp_path):
    room = Room(make_model(tmp_path, STRICT))
    with pytest.raises(EngineError, match="alternate") as refused:
        room.ask("a", messages=[*QUESTION, *QUESTION])
    assert refused.value.code == "invalid_messages"


@pytest.mark.parametrize("turns", [0, 1, 5])
def test_a_cancelled_request_is_gone_at_once_and_the_others_stay(room, model, turns):
    room.ask("a", n=2).ask("b").go(turns=turns)
    room.served.cancel("a")
    said = len(room.events)
    assert all(answer.request.id != "a" for answer in room.served.active)
    room.go()
    assert not [f for _, f in room.events[said:] if f["id"] == "a"]
    assert room.text("b") == expected(model, QUESTION)
    assert room.rows() == 0


def test_a_request_cancelled_while_its_prompt_is_read_frees_its_row(room, model, monkeypatch):
    monkeypatch.setattr(serving, "PIECE", 4)
    room.ask("b").go(turns=30)
    room.ask("a", messages=LONGER).go(turns=2)
    room.served.cancel("a")
    room.ask("c", messages=LONGER).go()
    assert room.text("b") == expected(model, QUESTION)
    assert room.text("c") == expected(model, LONGER)


def test_more_requests_than_rows_wait_their_turn(room, model, monkeypatch):
    monkeypatch.setattr(serving, "AT_ONCE", 2)
    for name in "abcd":
        room.ask(name, max_tokens=4)
    room.go(turns=3)
    assert room.rows() <= 2
    room.go()
    assert {room.text(name) for name in "abcd"} == {expected(model, QUESTION, tokens=4)}


@pytest.mark.parametrize("part", ["add", "read", "copy", "step"])
def test_memory_that_runs_out_anywhere_ends_every_request_and_the_next_is_answered(
    room, monkeypatch, part
):
    room.ask("alone").go()

    def no_memory(*_):
        raise MemoryError

    room.ask("first", n=3).ask("second")
    with monkeypatch.context() as short:
        short.setattr(BatchedDecoder, part, no_memory)
        with pytest.raises(MemoryError):
            room.go()
        room.served.fail(EngineError("out_of_memory", "No room."))
    assert room.of("first", "error")
    assert room.of("second", "error")
    assert room.ask("again").go().text("again") == room.text("alone")


def test_a_failure_ends_all_requests_with_its_reason(room):
    room.ask("a").ask("b").go(turns=2)
    room.served.fail(EngineError("out_of_memory", "No room."))
    assert not room.served.busy
    for name in "ab":
        assert room.of(name, "error") == [
            {"id": name, "code": "out_of_memory", "message": "No room."}
        ]


def test_a_deleted_adapter_is_refused_and_leaves_the_memory(room, adapters, tmp_path):
    folder = shutil.copytree(adapters[0], tmp_path / "adapter")
    room.ask("a", adapter=str(folder)).go()
    shutil.rmtree(folder)
    with pytest.raises(EngineError) as gone:
        room.ask("b", adapter=str(folder))
    assert gone.value.code == "model_not_found"
    assert folder not in room.served.adapters._loaded


def test_an_adapter_of_other_weights_is_refused(room, model, adapters, tmp_path):
    folder = shutil.copytree(adapters[0], tmp_path / "adapter")
    stamp(folder, fingerprint(model))
    room.ask("a", adapter=str(folder)).go()
    stamp(folder, fingerprint(make_model(tmp_path / "other", seed=3)))
    room.served.adapters._loaded.clear()
    with pytest.raises(EngineError) as refused:
        room.ask("b", adapter=str(folder))
    assert refused.value.code == "base_model_changed"


def test_only_the_adapters_used_last_stay_in_memory(room, adapters, tmp_path):
    folders = [shutil.copytree(adapters[0], tmp_path / str(i)) for i in range(KEPT + 2)]
    for folder in folders:
        room.ask(folder.name, adapter=str(folder), max_tokens=1).go()
    assert list(room.served.adapters._loaded) == folders[-KEPT:]


def test_an_adapter_that_changes_more_than_linear_layers_is_refused(room, model, tmp_path):
    base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    config = LoraConfig(r=2, target_modules=["q_proj"], modules_to_save=["norm"])
    get_peft_model(base, config).save_pretrained(tmp_path)
    with pytest.raises(EngineError) as refused:
        room.ask("a", adapter=str(tmp_path))
    assert refused.value.code == "model_not_supported"


def test_base_and_adapters_share_one_copy_of_the_weights(room, adapters):
    before = {name: p.data_ptr() for name, p in room.served.model.named_parameters()}
    room.ask("a", adapter=str(adapters[0])).ask("b").go()
    assert {name: p.data_ptr() for name, p in room.served.model.named_parameters()} == before
