"""Questions for examples that have an answer alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from voicetune.examples.example import Example, role_of
from voicetune.questions.post import Post
from voicetune.questions.suggested import Suggested, key_of, take_one_each

ROUGH_QUESTION = (
    "This question was put together by rules from the text's own words. Read it, and change what "
    "sounds wrong."
)
"""What is said of it until it is changed."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The examples with their questions, and which of them (by place) have a rough one."""

    examples: list[Example]
    rough: list[int] = field(default_factory=list)


def lacks_question(example: Example) -> bool:
    """Tells whether there is an answer, and a user turn that is missing or has nothing in it."""
    asked = [message.get("content") for message in example.messages if role_of(message) == "user"]
    empty = not asked or (isinstance(asked[0], str | None) and not example.question.strip())
    return empty and bool(example.answer.strip())


def posts_of(examples: Sequence[Example], titles: Mapping[str, str] | None = None) -> list[Post]:
    """Returns the answers as posts, in their order, with the titles they have by key."""
    keys = [key_of(example.answer) for example in examples]
    return [
        Post(key, example.answer, (titles or {}).get(key, ""))
        for key, example in zip(keys, examples, strict=True)
    ]


def with_question(example: Example, prompt: str) -> Example:
    """Returns the example with the prompt in its first user turn, which is added if need be."""
    turns = example.messages
    at = next((i for i, message in enumerate(turns) if role_of(message) == "user"), None)
    if at is not None:
        written = [*turns[:at], {**turns[at], "content": prompt}, *turns[at + 1 :]]
    else:
        at = next(i for i, message in enumerate(turns) if role_of(message) == "assistant")
        written = [*turns[:at], {"role": "user", "content": prompt}, *turns[at:]]
    return replace(example, messages=written)


def with_answer(example: Example, text: str) -> Example:
    """Returns the example with the text as its last answer."""
    turns = example.messages
    at = max(i for i, message in enumerate(turns) if role_of(message) == "assistant")
    return replace(
        example, messages=[*turns[:at], {**turns[at], "content": text}, *turns[at + 1 :]]
    )


def fill(examples: Sequence[Example]) -> list[Example]:
    """Returns the examples with a prompt suggested by rules in each empty first user turn."""
    return fill_from(examples, {}).examples


def fill_from(
    examples: Sequence[Example],
    suggested: Mapping[str, Suggested],
    titles: Mapping[str, str] | None = None,
) -> Filled:
    """Fills empty first user turns with what a model suggested, and by rules where it did not.

    `suggested` and `titles` are by the key of the answer's text. An answer that no prompt is found
    for keeps its empty turn.
    """
    bare = [n for n, example in enumerate(examples) if lacks_question(example)]
    posts = posts_of([examples[n] for n in bare], titles)
    filled = Filled(list(examples))
    for n, prompt in zip(bare, take_one_each(posts, suggested), strict=True):
        if prompt.text:
            filled.examples[n] = with_question(examples[n], prompt.text)
            filled.rough.extend([n] if prompt.rough else [])
    return filled
