"""Filling in the questions of examples through a place's chat model, told in lines of text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from voicetune.cost.money import money
from voicetune.examples.example import Example
from voicetune.examples.intake import counted
from voicetune.providers.chat_models import ChatModel, chat_models
from voicetune.providers.client import Place
from voicetune.questions.asking import Cost, estimate
from voicetune.questions.filling import Filled, fill_from, lacks_question, posts_of
from voicetune.questions.post import Post
from voicetune.questions.suggested import answered, distinct, key_of
from voicetune.runs.questions import ROOM, Asking, Progress, suggested_for
from voicetune.workspace.database import Workspace
from voicetune.workspace.money import own_prices

TOO_SMALL = (
    "The starter model on this computer is too small to find questions: asked about 20 texts, two "
    "times each, it never once gave an answer that could be used. Choose a place with a larger "
    "model, or put one into the folder engine/models of VoiceTune's data."
)


_LINES_SHOWN = 10


class NotAskedError(Exception):
    """The questions could not be asked; the text says why, and what is kept."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What asking brought: the examples with their questions, and how the run ended.

    `known` texts had suggestions from before. Of the filled examples `filled.rough` have one by
    rules, and `from_model` one of the model's.
    """

    place_id: str
    model: ChatModel
    filled: Filled
    known: int
    cost: Cost
    end: Progress
    from_model: int

    def as_data(self) -> dict[str, Any]:
        """Returns what was asked and refused, for scripts; `line` counts from 1."""
        examples, end = self.filled.examples, self.end
        refused = [(each.post or "", each.reason) for each in end.refused]
        origins = {key_of(example.answer): example.origin for example in examples}
        return {
            "place": self.place_id,
            "model": self.model.id,
            "texts": end.total + self.known,
            "known": self.known,
            "asked": end.total,
            "requests": end.requests,
            "input_tokens": end.input_tokens,
            "output_tokens": end.output_tokens,
            "estimate": {
                "requests": self.cost.requests,
                "input_tokens": self.cost.input_tokens,
                "output_tokens": self.cost.output_tokens,
                "amount": None if self.cost.amount is None else str(self.cost.amount),
                "currency": self.cost.currency,
            },
            "rough": [{"line": n + 1, "where": examples[n].origin} for n in self.filled.rough],
            "refused": [{"where": origins.get(key), "reason": why} for key, why in refused],
            "trouble": end.message,
        }

    def as_text(self) -> str:
        """Returns what asking brought, for a person."""
        rough = self.filled.rough
        found = f"{self.from_model:,} from {self.model.name}"
        lines = [f"Questions: {found}, {len(rough):,} rough, by rules."]
        lines += [
            f"  rough: line {n + 1}, {self.filled.examples[n].origin}" for n in rough[:_LINES_SHOWN]
        ]
        if len(rough) > _LINES_SHOWN:
            lines.append(f"  rough: {len(rough) - _LINES_SHOWN:,} more")
        if self.end.message:
            lines.append(f"  not asked: {self.end.message}")
        return "\n".join(lines)


def fill_through(
    ws: Workspace,
    examples: Sequence[Example],
    place_of: Callable[[], Place],
    say: Callable[[str], None],
    *,
    today: date,
    model_id: str | None = None,
    titles: Mapping[str, str] | None = None,
) -> Questions:
    """Asks about every answer without a question and fills in what comes; says the price first.

    `titles` are by the key of a text. Raises NotAskedError where the place cannot be used, and the
    SDK's errors where it does not even name its models.
    """
    place = place_of()
    model = _model(place, model_id, today, own_prices(ws))
    bare = [example for example in examples if lacks_question(example)]
    texts = distinct(posts_of(bare, titles))
    words = [post.text for post in texts]
    done = answered(suggested_for(ws, words), place.profile.id, model.id)
    waiting = [post for post in texts if post.id not in done]
    known = len(texts) - len(waiting)
    cost = estimate(texts, done=done, rates=model.rates, currency=model.currency)
    if known:
        say(f"{counted(known, 'text')} of {len(texts):,} asked about before, and not again.")
    if waiting:
        for line in price_lines(place, model, waiting, cost):
            say(line)
    run = Asking(ws, texts, model.id, place_of, done=done)
    end = run.run(_telling(say))
    if end.state == "failed":
        raise NotAskedError(
            f"{end.message} {counted(end.done + known, 'text')} of {len(texts):,} are done and "
            "kept: run the same command again to go on."
        )
    filled = fill_from(examples, suggested_for(ws, words), titles)
    open_ones = sum(map(lacks_question, filled.examples))
    found = len(bare) - len(filled.rough) - open_ones
    return Questions(place.profile.id, model, filled, known, cost, end, found)


def price_lines(place: Place, model: ChatModel, texts: Sequence[Post], cost: Cost) -> list[str]:
    """Says what goes to whom, and what it costs."""
    words = sum(len(post.text.split()) for post in texts)
    what = (
        f"{counted(len(texts), 'text')} with {counted(words, 'word')}, in "
        f"{counted(cost.requests, 'request')}"
    )
    tokens = f"about {cost.input_tokens:,} tokens to read and {cost.output_tokens:,} to write"
    if model.free:
        price = "free of charge"
    elif model.rates is None or cost.amount is None:
        price = "at a price that is not known here"
    else:
        amount = money(cost.amount, cost.currency or "")
        price = f"about {amount} by prices of {model.rates.as_of} ({model.rates.source})"
    near = " Nothing leaves this computer." if place.profile.local else ""
    return [
        f"To {model.name} at {place.profile.name} ({place.base_url}): {what}.{near}",
        f"That is {tokens}, {price}.",
    ]


def _model(
    place: Place, model_id: str | None, today: date, own: Mapping[str, dict[str, Any]]
) -> ChatModel:
    found = chat_models(place, today, own)
    if model_id is not None:
        named = [model for model in found if model.id == model_id]
        return named[0] if named else ChatModel(model_id, model_id, free=place.profile.free)
    able = [model for model in found if model.holds(ROOM)]
    if not able and place.profile.local:
        raise NotAskedError(TOO_SMALL)
    if not able:
        raise NotAskedError(f"{place.profile.name} has no model that answers. Name one: --model")
    return able[0]


def _telling(say: Callable[[str], None]) -> Callable[[Progress], None]:
    """Says each step of the progress once, and what goes wrong."""
    told = Progress(0)

    def tell(now: Progress) -> None:
        nonlocal told
        if now.done != told.done:
            say(f"{now.done:,} of {counted(now.total, 'text')} done")
        if now.message and now.message != told.message and not now.over:
            say(f"{now.message} The others go on.")
        told = now

    return tell
