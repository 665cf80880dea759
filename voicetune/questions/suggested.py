"""What a chat model suggested for texts, and the one prompt that each text takes of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from voicetune.questions.forms import Form, rotated
from voicetune.questions.post import Post, Suggestion
from voicetune.questions.rules import one_each, suggest


@dataclass(frozen=True, slots=True)
class Suggested:
    """The prompts that a model at a place found for one text; none where it was asked in vain."""

    place: str
    model: str
    prompts: tuple[Suggestion, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Returns it as JSON can hold it."""
        prompts = [[suggestion.prompt, suggestion.form] for suggestion in self.prompts]
        return {"place": self.place, "model": self.model, "prompts": prompts}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Suggested":
        """Reads what `as_data` wrote."""
        prompts = tuple(Suggestion(prompt, Form(form)) for prompt, form in data["prompts"])
        return cls(data["place"], data["model"], prompts)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt that a text takes; `rough` where it comes from rules, "" where there is none."""

    text: str
    rough: bool


def key_of(text: str) -> str:
    """Returns the name under which suggestions for a text are kept: a hash of its words."""
    return hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()


def distinct(posts: Iterable[Post]) -> list[Post]:
    """Returns each text once, under the key of its words; those without words are left out."""
    named = {key_of(post.text): post for post in posts if post.text.strip()}
    return [replace(post, id=key) for key, post in named.items()]


def answered(suggested: Mapping[str, Suggested], place: str, model: str) -> set[str]:
    """Returns the keys of texts that this model need not be asked about (again)."""
    return {
        key for key, of in suggested.items() if of.prompts or (of.place, of.model) == (place, model)
    }


def take_one_each(posts: Sequence[Post], suggested: Mapping[str, Suggested]) -> list[Prompt]:
    """Returns one prompt a post: the model's, in forms as even as can be, else one by the rules.

    `suggested` is by the key of the text. A prompt that a post before has gives way to the next.
    """
    offered = [of.prompts if (of := suggested.get(key_of(post.text))) else () for post in posts]
    forms = rotated([[each.form for each in prompts] for prompts in offered], 1)
    bare = [n for n, prompts in enumerate(offered) if not prompts]
    rough = dict(zip(bare, one_each(suggest([posts[n] for n in bare])), strict=True))
    taken: set[str] = set()
    chosen = []
    for n, prompts in enumerate(offered):
        if not prompts:
            chosen.append(Prompt(rough[n], rough=True))
            continue
        wanted = sorted(
            prompts, key=lambda p: (p.prompt.casefold() in taken, p.form != forms[n][0])
        )
        chosen.append(Prompt(wanted[0].prompt, rough=False))
        taken.add(wanted[0].prompt.casefold())
    return chosen
