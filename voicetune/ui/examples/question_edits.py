"""Questions filled in and long answers cut up, each one step that undo takes back; no Streamlit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from voicetune.examples.example import Example
from voicetune.importers.candidate import Candidate
from voicetune.questions.filling import (
    ROUGH_QUESTION,
    fill_from,
    with_answer,
    with_question,
)
from voicetune.questions.headings import cut
from voicetune.questions.suggested import Suggested, key_of
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.noticed import keep_noticed_of
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import (
    get_example,
    list_examples,
    replace_example,
    update_examples,
)
from voicetune.workspace.originals import original_of, save_originals


def fill_questions(
    board: Board, ids: Sequence[int], suggested: Mapping[str, Suggested]
) -> tuple[int, int]:
    """Fills the questions that are missing; returns how many, and how many of them are rough.

    Where a model was asked, the rough ones are marked.
    """
    with board.ws.write():
        filled = fill_from(list_examples(board.ws, board.dataset_id, ids=ids), suggested)
        changed = {example.id: example for example in filled.examples}
        done = update_examples(board.ws, board.dataset_id, changed, "Find the questions")
        if suggested:
            rough = {filled.examples[n].id: filled.examples[n] for n in filled.rough}
            mark_rough(board.ws, board.dataset_id, rough)
    return done, len(filled.rough)


def mark_rough(ws: Workspace, dataset_id: int, examples: Mapping[int, Example]) -> None:
    """Has a finding say that these questions, by id, are by rules, until each is changed."""
    keep_noticed_of(ws, dataset_id, examples, "rough-question", ROUGH_QUESTION)


def parts_of(example: Example, original: str | None = None) -> list[Candidate]:
    """Returns what a long answer becomes when it is cut along its headings, else it alone."""
    answer = example.answer
    return cut(Candidate(answer, original or answer, example.origin or "Example", "example"))


def cut_up(board: Board, example_id: int) -> list[int]:
    """Puts the parts of a long answer in the example's place; returns their ids.

    Each gets a question by rules from its heading, and keeps the text as it was found.
    """
    with board.ws.write():
        whole = get_example(board.ws, example_id)
        parts = parts_of(whole, original_of(board.ws, board.dataset_id, example_id))
        titles = {key_of(part.text): part.title for part in parts}
        bare = [with_answer(with_question(whole, ""), part.text) for part in parts]
        named = [
            replace(example, origin=part.where, split_pinned=False)
            for example, part in zip(bare, parts, strict=True)
        ]
        filled = fill_from(named, {}, titles)
        label = f"Cut an example into {len(parts)} parts"
        ids = replace_example(board.ws, example_id, filled.examples, label)
        rough = {ids[n]: filled.examples[n] for n in filled.rough}
        mark_rough(board.ws, board.dataset_id, rough)
        originals = {
            id_: part.original
            for id_, part in zip(ids, parts, strict=True)
            if part.original != part.text
        }
        save_originals(board.ws, board.dataset_id, originals)
    return ids
