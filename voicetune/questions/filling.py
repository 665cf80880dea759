"""Questions for examples that have an answer alone."""

from collections.abc import Sequence
from dataclasses import replace

from voicetune.examples.example import Example, role_of
from voicetune.questions.post import Post
from voicetune.questions.rules import one_each, suggest


def fill(examples: Sequence[Example]) -> list[Example]:
    """Returns the examples with a suggested prompt in each empty first user turn."""
    empty = [n for n, e in enumerate(examples) if not e.question.strip() and e.answer.strip()]
    posts = [Post(str(n), examples[n].answer) for n in empty]
    filled = list(examples)
    for n, prompt in zip(empty, one_each(suggest(posts)), strict=True):
        messages = examples[n].messages
        at = next((i for i, message in enumerate(messages) if role_of(message) == "user"), None)
        if at is not None:
            turn = {**messages[at], "content": prompt}
            filled[n] = replace(examples[n], messages=[*messages[:at], turn, *messages[at + 1 :]])
    return filled
