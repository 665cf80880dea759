"""A post that has no question yet, and a prompt suggested for it."""

from dataclasses import dataclass

from voicetune.questions.forms import Form


@dataclass(frozen=True, slots=True)
class Post:
    """A piece of writing; `id` is the caller's own and comes back with every suggestion."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A prompt the post could be the answer to, its form and what it takes the post to be about.

    `topic` is empty where a model suggested it.
    """

    prompt: str
    form: Form
    topic: str = ""
