"""Asking a connected chat model for questions: which one, at what cost, how far it is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from voicetune.cost.money import money
from voicetune.examples.intake import counted
from voicetune.providers.chat_models import ChatModel
from voicetune.providers.client import Place
from voicetune.questions.asking import Cost, estimate
from voicetune.questions.post import Post
from voicetune.questions.suggested import (
    Prompt,
    Suggested,
    answered,
    distinct,
    take_one_each,
)
from voicetune.runs.questions import Progress, suggested_for
from voicetune.ui.examples.asking_choice import Choice, choose_model
from voicetune.ui.examples.asking_runs import begin, is_busy, run_of
from voicetune.ui.examples.board import Board
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.text import aside, escape, prose

SECONDS_BETWEEN = 1.0


def draw_asking(board: Board, posts: Sequence[Post], key: str) -> Mapping[str, Suggested]:
    """Draws the choice of a model, the price and the run, and returns all suggestions there are.

    They come by the key of each text. `key` keeps the widgets of several such drawings apart.
    """
    texts = distinct(posts)
    busy = is_busy(board.ws, board.dataset_id)  # asked first: what is read then is all there is
    suggested = suggested_for(board.ws, [post.text for post in texts])
    if busy:
        _follow(board)
        return suggested
    _draw_end(board, texts)
    if not suggested:
        aside(
            "It reads each text and proposes three questions that the text answers. You can change "
            "every one of them afterwards."
        )
    if all(post.id in suggested and suggested[post.id].prompts for post in texts):
        return suggested
    choice = choose_model(key)
    if choice is None:
        return suggested
    done = answered(suggested, choice.place.profile.id, choice.model.id)
    waiting = [post for post in texts if post.id not in done]
    if not waiting:
        aside("This model was asked about every text here. Another one may find more.")
        return suggested
    if len(waiting) < len(texts):
        aside(
            f"{counted(len(texts) - len(waiting), 'text')} of {len(texts):,} asked about before, "
            "and not again."
        )
    draw_cost(choice.place, choice.model, texts, waiting, key)
    st.button(
        f"Ask about {counted(len(waiting), 'text')}",
        key=f"{key}_ask",
        icon=":material/contact_support:",
        on_click=_begin,
        args=(board, texts, choice),
    )
    return suggested


def draw_asking_again(board: Board, post: Post, key: str, *, busy: bool) -> None:
    """Draws the way to ask about one text, also where there are suggestions already.

    `busy`: a run was under way when the suggestions shown beside it were read.
    """
    if busy:
        _follow(board)
        return
    texts = distinct([post])
    _draw_end(board, texts)
    choice = choose_model(key)
    if choice is None:
        return
    draw_cost(choice.place, choice.model, texts, texts, key)
    st.button(
        "Ask about this text",
        key=f"{key}_ask",
        icon=":material/contact_support:",
        on_click=_begin,
        args=(board, texts, choice, True),
    )


def prompts_for(
    board: Board, posts: Sequence[Post], suggested: Mapping[str, Suggested], key: str
) -> list[Prompt]:
    """Returns one prompt a post, worked out again when something changes.

    While a model is being asked they stay as they are: the rules take seconds for a thousand posts.
    """
    memo, about = f"{key}_prompts", (list(posts), dict(suggested))
    before = st.session_state.get(memo, ((None, None), []))
    same_posts = before[0][0] == about[0]
    if not same_posts or (before[0] != about and not is_busy(board.ws, board.dataset_id)):
        with st.spinner("Looking for what each text answers"):
            before = about, take_one_each(posts, suggested)
        st.session_state[memo] = before
    prompts: list[Prompt] = before[1]
    return prompts


def draw_sources(prompts: Sequence[Prompt]) -> None:
    """Shows how many questions come from a model, and how many are rough ones by rules."""
    rough = sum(prompt.rough and bool(prompt.text) for prompt in prompts)
    none = sum(not prompt.text for prompt in prompts)
    badges = []
    if found := len(prompts) - rough - none:
        badges.append(f":green-badge[:material/check: {found:,} from a model]")
    if rough:
        badges.append(f":orange-badge[:material/edit: {rough:,} rough, by rules]")
    if none:
        badges.append(f":gray-badge[{none:,} without a question]")
    st.markdown(" ".join(badges))


def draw_cost(
    at: Place, model: ChatModel, texts: Sequence[Post], waiting: Sequence[Post], key: str
) -> None:
    """Says what would be sent to whom, and what it costs, before anything is sent."""
    words = sum(len(post.text.split()) for post in waiting)
    cost = _cost(model, texts, waiting, key)
    what = f"{counted(len(waiting), 'text')} with {counted(words, 'word')}"
    requests = counted(cost.requests, "request")
    if at.profile.local:
        prose(f":material/home: **Nothing leaves this computer.** {what}, in {requests}.")
    else:
        titles = "Their titles go along; nothing" if any(p.title for p in waiting) else "Nothing"
        prose(
            f":material/upload: **{what} {'goes' if len(waiting) == 1 else 'go'} to "
            f"{escape(at.profile.name)}**, in {requests}. {titles} else of yours is sent."
        )
    tokens = (
        f"about {cost.input_tokens:,} [[token|tokens]] to read, {cost.output_tokens:,} to write"
    )
    prose(f":material/payments: {_price(model, cost)} {tokens[0].upper()}{tokens[1:]}.")


def _price(model: ChatModel, cost: Cost) -> str:
    if model.free:
        return "**Free of charge.**"
    if model.rates is None or cost.amount is None:
        return "**Its price is not known here:** look at the place's own list first."
    amount = money(cost.amount or Decimal(0), cost.currency or "")
    day = day_in_words(model.rates.as_of)
    about = amount if amount.startswith("under") else f"about {amount}"
    said = f"**{about[0].upper()}{about[1:]}**"
    return f"{said}, by prices of {day} ([where they are from]({model.rates.source}))."


def _cost(model: ChatModel, texts: Sequence[Post], waiting: Sequence[Post], key: str) -> Cost:
    """Counting the tokens of a thousand texts takes a while, so it is done once."""
    memo, about = f"{key}_cost", (model, tuple(post.id for post in waiting))
    if st.session_state.get(memo, (None, None))[0] != about:
        open_ones = {post.id for post in waiting}
        done = {post.id for post in texts if post.id not in open_ones}
        cost = estimate(texts, done=done, rates=model.rates, currency=model.currency)
        st.session_state[memo] = about, cost
    found: Cost = st.session_state[memo][1]
    return found


def _begin(board: Board, texts: Sequence[Post], choice: Choice, again: bool = False) -> None:
    begin(board.ws, board.dataset_id, texts, choice.place, choice.model.id, again=again)


def _follow(board: Board) -> None:
    st.fragment(_draw_progress, run_every=SECONDS_BETWEEN)(board)


def _draw_progress(board: Board) -> None:
    run = run_of(board.ws, board.dataset_id)
    if run is None or run.progress.over:
        st.rerun()
        return
    now = run.progress
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            now.done / max(1, now.total),
            f"{now.done:,} of {counted(now.total, 'text')} asked about"
            if now.state == "running"
            else "Stopping: the last request is still out, and what it brings is kept",
        )
        st.button(
            "Cancel",
            key="cancel_asking",
            disabled=now.state != "running",
            on_click=run.cancel,
        )
    if now.message:
        aside(f"{escape(now.message)} The others go on.")
    else:
        aside("You can go on working, or leave: it runs by itself, and each part is kept.")


def _draw_end(board: Board, texts: Sequence[Post]) -> None:
    """Says how the last run over these texts ended."""
    run = run_of(board.ws, board.dataset_id)
    if run is None or not {post.id for post in texts}.issuperset(run.keys):
        return
    end = run.progress
    took = (
        f" It took {counted(end.requests, 'request')}, {end.input_tokens:,} tokens read and "
        f"{end.output_tokens:,} written."
        if end.input_tokens
        else ""
    )
    if end.state == "done" and not end.message:
        prose(f":green[:material/check_circle:] {_brought(end)}{took}")
    elif end.state == "cancelled":
        prose(f":material/pause_circle: Cancelled. {_brought(end)} What is left can be asked.")
    else:
        prose(f":orange[:material/warning:] {escape(end.message)} {_brought(end)}")


def _brought(end: Progress) -> str:
    good = end.done - len(end.vain)
    found = f"{counted(good, 'text')} of {end.total:,} got suggestions."
    if not end.vain:
        return found
    return f"{found} For {len(end.vain):,} the model found nothing that could be used."
