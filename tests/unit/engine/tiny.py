"""Tiny real models: a Llama of a few thousand weights with a byte-level tokenizer of its own."""

import json
from pathlib import Path
from typing import Any

MARKED = (
    "{% for m in messages %}{{'<|im_start|>'+m['role']+'\n'}}"
    "{% if m['role']=='assistant' %}"
    "{% generation %}{{m['content']+'<|im_end|>'}}{% endgeneration %}{{'\n'}}"
    "{% else %}{{m['content']+'<|im_end|>\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{'<|im_start|>assistant\n'}}{% endif %}"
)
UNMARKED = MARKED.replace("{% generation %}", "").replace("{% endgeneration %}", "")
THINKING = (
    "{% for m in messages %}{{'<|im_start|>'+m['role']+'\n'}}"
    "{% if m['role']=='assistant' and loop.last %}{{'<think>\n\n</think>\n\n'}}{% endif %}"
    "{{m['content']|trim+'<|im_end|>\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{'<|im_start|>assistant\n'}}"
    "{% if enable_thinking is defined and enable_thinking is false %}"
    "{{'<think>\n\n</think>\n\n'}}{% endif %}{% endif %}"
)
"""As Qwen3's: the last answer comes after its thoughts, and a switch leaves them empty."""
STRICT = (
    "{% for m in messages %}"
    "{% if m['role']=='system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% if (m['role']=='user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles must alternate') }}{% endif %}"
    "{{'<|im_start|>'+m['role']+'\n'+m['content']+'<|im_end|>\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{'<|im_start|>assistant\n'}}{% endif %}"
)

TEXTS = [
    "How do I water a fern? Little and often.",
    "What should I write in my headline? The building, the budget and the year.",
    "Try this: write down three things you did this week. Then go make coffee.",
    "Is a fern happy by the window? 🌿 Yes, out of the sun.",
]


def make_tokenizer(folder: Path, template: str = MARKED) -> Any:
    """Writes a byte-level tokenizer of 320 tokens with ChatML markers and returns it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<|end|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|end|>"
    )
    fast.chat_template = template
    fast.save_pretrained(folder)
    return fast


def make_model(folder: Path, template: str = MARKED, context: int = 256, seed: int = 2) -> Path:
    """Writes a random two-layer Llama and its tokenizer into the folder."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = make_tokenizer(folder, template)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=True,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 2:
                parameter.mul_(8)  # so that the answers of a random model differ from each other
    model.save_pretrained(folder)
    return folder


def conversation(question: str, answer: str, system: str = "Be brief.") -> list[dict[str, Any]]:
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": question},
        {"role": "assistant", "content": answer},
    ]


def write_examples(path: Path, count: int) -> Path:
    """Writes that many different conversations of different lengths, one a line."""
    lines = []
    for number in range(count):
        text = TEXTS[number % len(TEXTS)]
        question, answer = text[:20], f"{number}. " + text[20:] * (1 + number % 3)
        lines.append(json.dumps({"messages": conversation(question, answer)}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
