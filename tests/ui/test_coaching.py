"""The coach behind the page: what is looked at, when, and what stands until it is."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from voicetune.examples.example import Example
from voicetune.ui.examples import coach_edits, edits, judging, known, meanings
from voicetune.ui.examples.board import Board
from voicetune.ui.examples.coach_memory import keep_own_names
from voicetune.ui.examples.coaching import Coach, Stopped
from voicetune.ui.examples.judging import Step
from voicetune.ui.examples.ruler import Ruler
from voicetune.ui.examples.word import Word
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, delete_examples

RULER = Ruler("test", "Test", 1024)
MAIL = "maya.okafor@fernhouse.org"


def pair(number: int, more: str = "") -> Example:
    words = [f"{letter}{number:04d}" for letter in "klmnp"]
    question = f"{words[0]} {words[1]} {words[2]}?"
    answer = f"We paint {words[3]} before {words[4]} arrives, and {words[0]} asks {words[1]} why."
    return Example(
        [{"role": "user", "content": question}, {"role": "assistant", "content": answer + more}]
    )


@pytest.fixture
def board(ws: Workspace) -> Board:
    """A set of 16 with an address in the fourth and the same answer in the last two."""
    examples = [pair(n, f" Write to {MAIL}." if n == 3 else "") for n in range(15)]
    same = replace(
        pair(99), messages=[{"role": "user", "content": "Other?"}, *pair(14).messages[1:]]
    )
    dataset_id = create_dataset(ws, "Mine")
    add_examples(ws, dataset_id, [*examples, same], "Add")
    return Board(ws, dataset_id, RULER)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions of the examples that were looked at."""
    looked: list[str] = []
    real = known.look_at

    def look_at(example: Example, **options: object) -> object:
        looked.append(example.question)
        return real(example, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(known, "look_at", look_at)
    return looked


def look(board: Board) -> Word:
    return board.coach.look(board.look().rows)


def settle(board: Board) -> Word:
    look(board)
    board.coach.begin()
    board.coach.wait()
    return look(board)


def codes(board: Board, place: int) -> list[str]:
    word = look(board)
    return [finding.code for finding in word.about(word.examples[place].id)]


def write(board: Board, place: int, text: str) -> None:
    edits.write_text(board, look(board).examples[place].id, 1, text)


def test_nothing_is_said_of_a_set_before_the_coach_has_looked(board: Board) -> None:
    word = look(board)
    assert (word.score, word.findings, word.settled) == (None, (), False)
    word = settle(board)
    assert word.settled
    assert word.score is not None
    assert codes(board, 3) == ["private-email"]
    assert codes(board, 14) == codes(board, 15) == ["near-answer"]


def test_an_edit_has_that_one_example_looked_at_and_said_at_once(
    board: Board, looked_at: list[str]
) -> None:
    before = settle(board)
    looked_at.clear()
    write(board, 5, f"Call me, or write to the office at {MAIL} before noon on any day.")
    word = look(board)
    assert looked_at == [word.examples[5].question]
    assert codes(board, 5) == ["private-email"]
    assert not word.settled
    assert word.changed == {5}
    assert word.score == before.score
    assert codes(board, 14) == ["near-answer"]
    word = settle(board)
    assert looked_at == [word.examples[5].question]
    assert word.settled
    assert codes(board, 5) == ["private-email"]


def test_a_finding_that_was_mended_by_hand_is_gone_at_once(board: Board) -> None:
    settle(board)
    write(board, 3, pair(3).answer)
    assert codes(board, 3) == []


def test_what_comes_of_comparing_stands_until_it_is_found_again(board: Board) -> None:
    settle(board)
    write(board, 15, "Something else altogether, about l0077 and m0078 and what they paint now.")
    assert "near-answer" in codes(board, 15)
    assert look(board).of_code("near-answer") == []
    settle(board)
    assert codes(board, 14) == codes(board, 15) == []


def test_another_program_and_a_restart_look_at_nothing_again(
    board: Board, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    word = settle(board)
    looked_at.clear()
    monkeypatch.setattr(judging, "coach", None)
    monkeypatch.setattr(judging, "odd_voices", None)
    again = Board(board.ws, board.dataset_id, RULER)
    assert settle(again).findings == word.findings
    assert settle(again).score == word.score
    assert looked_at == []


def test_what_was_found_before_a_cancel_is_kept(
    board: Board, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = known.look_at

    def ten_and_no_more(example: Example, **options: object) -> object:
        if len(looked_at) == 9:
            board.coach.cancel()
        return real(example, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(known, "look_at", ten_and_no_more)
        word = settle(board)
    assert board.coach.stopped is Stopped.CANCELLED
    assert not board.coach.invited
    assert word.score is None
    assert codes(board, 3) == ["private-email"]
    assert len(looked_at) == 10
    assert settle(board).settled
    assert len(looked_at) == 16
    assert len(set(looked_at)) == 16


def test_progress_names_the_step_and_never_goes_back(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = Coach._at

    def at(coach: Coach, step: Step, done: int, total: int) -> None:
        real(coach, step, done, total)
        assert coach.progress is not None
        seen.append((coach.progress.share, step))

    monkeypatch.setattr(Coach, "_at", at)
    settle(board)
    assert [share for share, _ in seen] == sorted(share for share, _ in seen)
    assert list(dict.fromkeys(step for _, step in seen)) == [Step.READ, Step.LISTEN, Step.COMPARE]
    assert board.coach.progress is None


def test_an_edit_while_the_coach_looks_is_looked_at_too(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, go_on = threading.Event(), threading.Event()
    real = judging.odd_voices

    def slow(examples: list[Example]) -> object:
        busy.set()
        assert go_on.wait(10)
        return real(examples)

    monkeypatch.setattr(judging, "odd_voices", slow)
    look(board)
    board.coach.begin()
    assert busy.wait(10)
    write(board, 5, f"Write to {MAIL} before noon, on any day but Sunday, and ask for the foreman.")
    look(board)
    go_on.set()
    board.coach.wait()
    word = look(board)
    assert word.settled
    assert codes(board, 5) == ["private-email"]


def test_a_failure_is_told_and_can_be_tried_again(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(judging, "odd_voices", lambda examples: 1 / 0)
        settle(board)
    assert board.coach.stopped is Stopped.FAILED
    assert settle(board).settled
    assert board.coach.stopped is None


def test_deleted_examples_take_their_findings_along(board: Board) -> None:
    word = settle(board)
    delete_examples(board.ws, board.dataset_id, [word.examples[n].id for n in (0, 3, 15)])
    word = look(board)
    assert "private-email" not in {finding.code for finding in word.findings}
    assert word.of_code("near-answer") == []
    assert settle(board).by_code.keys() <= {"few", "too-few"}


def test_ones_own_address_is_no_finding_and_few_examples_are_looked_at_again(
    board: Board, looked_at: list[str]
) -> None:
    settle(board)
    looked_at.clear()
    keep_own_names(board.ws, board.dataset_id, [f" {MAIL.upper()} "])
    assert codes(board, 3) == []
    word = settle(board)
    assert looked_at == [word.examples[3].question]
    assert "private-email" not in {finding.code for finding in word.findings}


def test_a_dismissed_finding_goes_at_once_and_comes_back(board: Board) -> None:
    word = settle(board)
    coach_edits.dismiss(board, word, word.of_code("near-answer"))
    after = look(board)
    assert "near-answer" not in {d.code for d in after.deductions}
    assert codes(board, 15) == []
    assert settle(board).score is not None
    assert word.score is not None
    assert settle(board).score > word.score  # type: ignore[operator]
    coach_edits.bring_back(board)
    settle(board)
    assert codes(board, 15) == ["near-answer"]


def test_every_typo_is_corrected_as_one_step(ws: Workspace) -> None:
    dataset_id = create_dataset(ws, "Mine")
    texts = [" We recieve it on the definately best day of the week." * (n % 2) for n in range(6)]
    add_examples(ws, dataset_id, [pair(n, text) for n, text in enumerate(texts)], "Add")
    board = Board(ws, dataset_id, RULER)
    word = settle(board)
    (finding,) = word.of_code("typo")
    assert finding.rows == (1, 3, 5)
    assert coach_edits.mend(board, word, [finding]) == 3
    assert settle(board).of_code("typo") == []


def test_with_a_sentence_model_each_question_is_worked_out_once(
    board: Board, sentence_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not board.coach.understands
    monkeypatch.setenv("VOICETUNE_SENTENCE_MODEL", str(sentence_model))
    board = Board(board.ws, board.dataset_id, RULER)
    assert board.coach.understands
    word = settle(board)
    (group,) = [f.rows for f in word.findings if f.code == "near-duplicate"]
    assert group[:3] == (0, 1, 2)  # to this model's few words all of them are one and the same
    monkeypatch.setattr(meanings, "SentenceModel", None)
    again = Board(board.ws, board.dataset_id, RULER)
    write(again, 5, "The same question has another answer now, and it is about p0077 and q0078.")
    assert settle(again).settled
    assert again.coach.stopped is None
