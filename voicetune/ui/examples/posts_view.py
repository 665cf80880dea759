"""Texts found in an archive or document, before any of them becomes an example."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.importers.candidate import LEFT_OUT, Candidate
from voicetune.importers.cleaning import MENDS
from voicetune.importers.recognition import Found
from voicetune.importers.to_examples import chosen
from voicetune.questions.headings import cut
from voicetune.questions.post import Post
from voicetune.questions.rules import ROUGH
from voicetune.questions.suggested import Suggested
from voicetune.ui.examples import edits
from voicetune.ui.examples.asking_runs import is_busy
from voicetune.ui.examples.asking_view import draw_asking, draw_sources, prompts_for
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.question_edits import mark_rough
from voicetune.ui.examples.view import say
from voicetune.ui.parts.text import aside, escape, plain, prose, shortened
from voicetune.workspace.examples import list_examples

SHOWN = 3
REFUSALS_SHOWN = 20
_SUGGEST, _ASK, _EMPTY = "suggest", "ask", "empty"
_QUESTIONS = {
    _SUGGEST: "Suggest one for each text",
    _ASK: "Ask a chat model",
    _EMPTY: "Leave them empty: I write them",
}


def refused_mends(key: str) -> frozenset[str]:
    """Returns the codes of the mends that the person has switched off for the file."""
    return frozenset(c for c in MENDS if not st.session_state.get(f"{key}_mend_{c}", True))


def draw_found(
    board: Board, found: Found, key: str, *, source: str, done: Callable[[], None]
) -> None:
    """Draws what was found and what is done with it, and the button that adds it."""
    with st.container(border=True, key="found"):
        st.markdown(f"**{escape(source)}**")
        st.markdown(escape(found.explanation))
        for refusal in found.refusals[:REFUSALS_SHOWN]:
            st.markdown(f":orange[:material/warning:] {escape(refusal.reason)}")
        if len(found.refusals) > REFUSALS_SHOWN:
            aside(f"And {len(found.refusals) - REFUSALS_SHOWN:,} more that could not be read.")
        if not found.candidates:
            return
        left = [c for c in found.candidates if c.left_out]
        kept = _draw_left_out(left, key, opened=len(left) == len(found.candidates))
        whole = _since(chosen(found.candidates, kept), key)
        if not whole:
            aside("Everything in it is left out. Tick above what you want to add all the same.")
            return
        taken = _in_parts(whole, key)
        _draw_mends(found.candidates, key)
        asked, rough = _questions(board, taken, key)
        _draw_counts(taken, len(found.candidates) - len(whole))
        _draw_texts(taken, asked, rough)
        busy = is_busy(board.ws, board.dataset_id)
        st.button(
            f"Add {counted(len(taken), 'text')}",
            key="add_found",
            type="primary",
            disabled=busy,
            on_click=_add,
            args=(board, taken, asked, rough, key, done),
            help="A chat model is being asked. Wait for it, or cancel." if busy else None,
        )


def _draw_counts(taken: Sequence[Candidate], rest: int) -> None:
    badges = [f":green-badge[:material/check: {counted(len(taken), 'text')} to add]"]
    if rest:
        badges.append(f":gray-badge[:material/remove: {rest:,} left out]")
    st.markdown(" ".join(badges))


def _draw_left_out(left: Sequence[Candidate], key: str, *, opened: bool) -> frozenset[str]:
    """Draws why texts are left out, each reason with a box to add them all the same."""
    reasons = Counter(candidate.left_out for candidate in left if candidate.left_out)
    if not reasons:
        return frozenset()
    kept = set()
    label = f"{counted(len(left), 'text')} left out: see why"
    with st.expander(label, icon=":material/rule:", expanded=opened):
        for reason, number in reasons.most_common():
            able = any(c.text for c in left if c.left_out == reason)
            prose(f"**{number:,} ×** {escape(LEFT_OUT[reason])}")
            if able and st.checkbox("Add these all the same", key=f"{key}_keep_{reason}"):
                kept.add(reason)
            for candidate in [c for c in left if c.left_out == reason][:SHOWN]:
                words = shortened(candidate.text or candidate.original, 160)
                aside(f"{escape(candidate.where)}: {escape(words) or '–'}")
    return frozenset(kept)


def _since(taken: list[Candidate], key: str) -> list[Candidate]:
    """Draws the choice of the first year to use, where the texts are of several years."""
    years = sorted({c.written_on.year for c in taken if c.written_on})
    if len(years) < 2:
        return taken
    first = st.select_slider(
        "Use only texts written since",
        years,
        value=years[0],
        key=f"{key}_since",
        help="People change how they write. The newest texts sound most like you today.",
    )
    return [c for c in taken if c.written_on is None or c.written_on.year >= first]


def _draw_mends(candidates: Sequence[Candidate], key: str) -> None:
    """Draws what is put right in the texts, each with a switch; a refused one keeps its switch."""
    off = refused_mends(key)
    texts: Counter[str] = Counter()
    saved: Counter[str] = Counter()
    for candidate in candidates:
        for mend in candidate.mends:
            texts[mend.code] += 1
            saved[mend.code] += mend.saved_tokens
    codes = [code for code in MENDS if texts[code] or code in off]
    if not codes:
        return
    with st.expander(f"What is put right ({len(codes)})", icon=":material/healing:"):
        aside("Each text stays in your workspace as it was found.")
        for code in codes:
            facts = [counted(texts[code], "text")] if texts[code] else ["not made"]
            if saved[code]:
                facts.append(f"{counted(saved[code], 'token')} saved")
            st.toggle(f"{MENDS[code]} ({', '.join(facts)})", value=True, key=f"{key}_mend_{code}")


def _in_parts(taken: list[Candidate], key: str) -> list[Candidate]:
    """Draws the switch that cuts long articles along their headings, where there are any."""
    memo = f"{key}_parts"
    if st.session_state.get(memo, (None, None))[0] != taken:
        st.session_state[memo] = taken, [cut(candidate) for candidate in taken]
    parts: list[list[Candidate]] = st.session_state[memo][1]
    long = [each for each in parts if len(each) > 1]
    if not long:
        return taken
    made, its = sum(map(len, long)), "its" if len(long) == 1 else "their"
    wanted = st.toggle(
        f"Cut {counted(len(long), 'long article')} along {its} headings: {made:,} texts",
        key=f"{key}_cut",
        help="A model learns more from several answers of usual length than from a long one. "
        "Each part is about its heading.",
    )
    return [part for each in parts for part in each] if wanted else taken


def _questions(
    board: Board, taken: Sequence[Candidate], key: str
) -> tuple[list[str], frozenset[int]]:
    """Draws where the questions come from and returns one a text, empty where there is none.

    Beside them stand the places of those that a model was to find and the rules did.
    """
    asked = [candidate.question for candidate in taken]
    if all(asked):
        return asked, frozenset()
    prose(
        "**A text has no question, and a model learns answers to questions.** "
        "What did each text answer?"
    )
    way = st.radio(
        "Questions",
        list(_QUESTIONS),
        format_func=_QUESTIONS.__getitem__,
        key=f"{key}_questions",
        horizontal=True,
        label_visibility="collapsed",
    )
    if way == _EMPTY:
        aside("Each comes in without a question, and you find them under Findings.")
        return asked, frozenset()
    posts = [Post(c.where, c.text, c.title) for c in taken]
    suggested: Mapping[str, Suggested] = {}
    if way == _SUGGEST:
        aside(ROUGH)
    else:
        bare = [post for post, own in zip(posts, asked, strict=True) if not own]
        suggested = draw_asking(board, bare, f"{key}_chat")
    prompts = prompts_for(board, posts, suggested, key)
    rough: frozenset[int] = frozenset()
    if way == _ASK:
        found = [n for n, own in enumerate(asked) if not own]
        draw_sources([prompts[n] for n in found])
        rough = frozenset(n for n in found if prompts[n].rough and prompts[n].text)
    return [own or prompts[n].text for n, own in enumerate(asked)], rough


def _draw_texts(taken: Sequence[Candidate], asked: Sequence[str], rough: frozenset[int]) -> None:
    with st.grid(3, min_column_width=260):
        for n, (candidate, question) in enumerate(zip(taken[:SHOWN], asked[:SHOWN], strict=True)):
            with st.container(border=True, gap="xsmall", height="stretch"):
                day = f" · {candidate.written_on:%Y-%m-%d}" if candidate.written_on else ""
                aside(f"{escape(candidate.where)}{day}")
                aside("Question, rough" if n in rough else "Question")
                plain(shortened(question, 160) or "–")
                aside("Answer")
                plain(shortened(candidate.text, 240))


def _add(
    board: Board,
    taken: Sequence[Candidate],
    asked: Sequence[str],
    rough: frozenset[int],
    key: str,
    done: Callable[[], None],
) -> None:
    if st.session_state.pop(key, None) is None:
        return  # a second click: they are in already
    with_questions = [replace(c, question=q) for c, q in zip(taken, asked, strict=True)]
    ids = edits.bring_in_texts(board.ws, board.dataset_id, with_questions)
    if rough:
        new = list_examples(board.ws, board.dataset_id, ids=[ids[n] for n in sorted(rough)])
        mark_rough(board.ws, board.dataset_id, {example.id: example for example in new})
    say(f"{counted(len(ids), 'text')} added.")
    done()
