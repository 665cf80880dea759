"""The starter model's tokenizer: byte-level BPE of 8,192 tokens with ChatML markers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

VOCABULARY = 8192
END, TURN_START, TURN_END = "<|end|>", "<|im_start|>", "<|im_end|>"

# The generation markers let Transformers and TRL find the tokens of the assistant's turns.
CHAT_TEMPLATE = (
    "{% for m in messages %}{{'<|im_start|>'+m['role']+'\n'}}"
    "{% if m['role']=='assistant' %}"
    "{% generation %}{{m['content']+'<|im_end|>'}}{% endgeneration %}{{'\n'}}"
    "{% else %}{{m['content']+'<|im_end|>\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{'<|im_start|>assistant\n'}}{% endif %}"
)


def train_tokenizer(texts: Iterable[str], folder: Path) -> Any:
    """Learns the merges from the texts, writes the tokenizer into `folder` and returns it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    model = Tokenizer(models.BPE())
    model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    model.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END, TURN_START, TURN_END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    model.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=model, eos_token=TURN_END, pad_token=END, model_max_length=1024
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)
    return tokenizer
