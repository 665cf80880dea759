"""Conversations written out as one text by a model's template, turned back into messages.

Read are ChatML, Llama 2 and Mistral ([INST]), Llama 3, Gemma, Alpaca's headings, and the plain
speakers of Vicuna, HH-RLHF and Guanaco (Human: … Assistant: …).
"""

import re

from voicetune.examples.example import Message

_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "instruction": "user",
    "prompter": "user",
    "assistant": "assistant",
    "response": "assistant",
    "model": "assistant",
    "gpt": "assistant",
}
_MARKS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"<\|im_start\|>(\w+)[ \t]*\n?"), re.compile(r"<\|im_end\|>|<\|endoftext\|>")),
    (
        re.compile(r"<\|start_header_id\|>(\w+)<\|end_header_id\|>\s{0,2}"),
        re.compile(r"<\|eot_id\|>|<\|end_of_text\|>|<\|begin_of_text\|>"),
    ),
    (re.compile(r"<start_of_turn>(\w+)[ \t]*\n?"), re.compile(r"<end_of_turn>|<eos>|<bos>")),
    (
        re.compile(r"<\|(system|user|assistant|prompter)\|>[ \t]*\n?"),
        re.compile(r"<\|end(?:oftext)?\|>|</s>|<s>"),
    ),
    (
        re.compile(r"(?:^|\n)### ?(System|Instruction|Human|User|Response|Assistant):?[ \t]*\n?"),
        re.compile(r"<\|endoftext\|>|</s>|<s>|\n### End\s*$"),
    ),
    (re.compile(r"(?:^|\n\n)(Human|Assistant|System):[ \t]*"), re.compile(r"<\|endoftext\|>|</s>")),
    (re.compile(r"(?:^|[\s>])(USER|ASSISTANT|SYSTEM):[ \t]*"), re.compile(r"</?s>")),
)
_INPUT = re.compile(r"\n{1,3}### ?Input:?[ \t]*\n?")
_INST = re.compile(r"\[(/?)INST\]")
_ENDS = re.compile(r"</?s>")
_SYS = re.compile(r"\s*<<SYS>>(.*?)<</SYS>>", re.DOTALL)
_HEADING = re.compile(
    r"Below is an instruction that describes a task.{0,200}?completes the request\.\s*", re.DOTALL
)


def messages_of(text: str) -> list[Message] | None:
    """Returns the conversation that is written out in a text, or None where it is none."""
    if "[INST]" in text and "[/INST]" in text:
        return _of_inst(text)
    for start, end in _MARKS:
        found = list(start.finditer(text))
        if len(found) < 2:
            continue
        before = _HEADING.sub("", end.sub("", text[: found[0].start()])).strip()
        messages: list[Message] = [_message("system", before)] if before else []
        for turn, following in zip(found, [*found[1:], None], strict=True):
            content = text[turn.end() : following.start() if following else len(text)]
            role = _ROLES.get(turn.group(1).lower())
            if role is None:
                return None
            content = _INPUT.sub("\n\n", end.sub("", content)).strip()
            messages.append(_message(role, content))
        roles = {message["role"] for message in messages}
        return messages if {"user", "assistant"} <= roles else None
    return None


def _of_inst(text: str) -> list[Message] | None:
    messages: list[Message] = []
    # split gives text, "" or "/" (an opening or a closing mark), text, …
    pieces = _INST.split(text)
    for mark, content in zip(pieces[1::2], pieces[2::2], strict=True):
        if mark:
            messages.append(_message("assistant", _ENDS.sub("", content).strip()))
            continue
        system = _SYS.match(content)
        if system and not messages:
            messages.append(_message("system", system.group(1).strip()))
        messages.append(_message("user", content[system.end() if system else 0 :].strip()))
    return messages


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}
