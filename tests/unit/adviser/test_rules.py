import json

import pytest
from pydantic import ValidationError

from voicetune.adviser.rules import Rules, load_rules
from voicetune.home import DATA


def written() -> dict:
    return json.loads((DATA / "adviser.json").read_text("utf-8"))


def test_every_verdict_can_be_reached_and_every_id_is_unique() -> None:
    rules = load_rules()
    assert {v.id for v in rules.verdicts} == {"fine-tune", "both", "rag", "prompt", "not-yet"}
    for ids in (
        [q.id for q in rules.questions],
        [s.id for s in rules.signals],
        *([o.id for o in q.options] for q in rules.questions),
    ):
        assert len(ids) == len(set(ids))


def test_a_signal_for_an_unknown_answer_is_refused() -> None:
    book = written()
    book["signals"][0]["when"] = {"need": ["singing"]}
    with pytest.raises(ValidationError, match="singing"):
        Rules.model_validate(book)


def test_a_gap_between_verdicts_is_refused() -> None:
    book = written()
    book["verdicts"] = [v for v in book["verdicts"] if v["id"] != "both"]
    book["notes"] = []
    with pytest.raises(ValidationError, match="0 verdicts"):
        Rules.model_validate(book)


def test_a_note_for_an_unknown_verdict_is_refused() -> None:
    book = written()
    book["notes"][0]["verdicts"] = ["dance"]
    with pytest.raises(ValidationError, match="dance"):
        Rules.model_validate(book)


def test_a_misspelt_key_is_refused() -> None:
    book = written()
    book["signals"][0]["efect"] = "for"
    with pytest.raises(ValidationError, match="efect"):
        Rules.model_validate(book)
