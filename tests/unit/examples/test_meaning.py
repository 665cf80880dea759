"""Questions compared by their meaning, with a sentence model that has random weights."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from voicetune.examples.example import Example
from voicetune.examples.meaning import FOLDER, SentenceModel, model_folder, same_by_meaning

QUESTIONS = (
    "How do I hire?",
    "Whom do I hire next year, and how do I tell the others?",
    "Why?",
)


def asked(*questions: str) -> list[Example]:
    return [Example([{"role": "user", "content": question}]) for question in questions]


def by_first_letter(texts: Sequence[str]) -> np.ndarray:
    """A stand-in for vectors: texts with the same first letter mean the same."""
    return np.array([[text[0] == letter for letter in "abc"] for text in texts], np.float32)


def test_groups_begin_with_their_first_question_and_share_none() -> None:
    examples = asked("a1", "b1", "", "a2", "c1", "b2", "a3")
    assert same_by_meaning(examples, by_first_letter) == [[0, 3, 6], [1, 5]]


def test_groups_reach_across_blocks() -> None:
    examples = asked(*("a1", *("c" if n % 2 else "b" for n in range(1200)), "a2"))
    groups = same_by_meaning(examples, by_first_letter)
    assert groups[0] == [0, 1201]
    assert sorted(row for group in groups for row in group) == list(range(1202))


@pytest.mark.parametrize("questions", [(), ("",), ("a",), ("", " ")])
def test_fewer_than_two_questions_need_no_vectors(questions: tuple[str, ...]) -> None:
    assert same_by_meaning(asked(*questions), lambda texts: np.zeros((0, 0))) == []


def test_a_vector_is_of_length_1_and_the_same_in_any_company(sentence_model: Path) -> None:
    model = SentenceModel(sentence_model)
    together = model.vectors_of(QUESTIONS)
    assert together.shape == (3, 32)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([model.vectors_of([question]) for question in QUESTIONS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_other_words_make_another_vector(sentence_model: Path) -> None:
    same, again, other = SentenceModel(sentence_model).vectors_of(["How?", "how?", "Why hire?"])
    assert same @ again == pytest.approx(1, abs=1e-5)
    assert same @ other < 0.999


def test_the_model_is_the_folder_that_was_named(
    sentence_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(sentence_model))
    assert model_folder() == sentence_model


def test_without_a_model_or_without_torch_there_is_none(
    sentence_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert model_folder() is None
    monkeypatch.setenv(FOLDER, str(sentence_model))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert model_folder() is None
    monkeypatch.delenv(FOLDER)
    assert model_folder() is None
