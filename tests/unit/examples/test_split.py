"""The split: its share, its stability, and what never happens."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.examples.example import Example
from voicetune.examples.split import assign_splits


def example_of(question: str, answer: str = "Because.", **changes: object) -> Example:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return replace(Example(messages), **changes)


def many(count: int, name: str = "question") -> list[Example]:
    return [example_of(f"{name} {number}") for number in range(count)]


def settled(examples: list[Example], sides: list[str], *, stored: bool) -> list[Example]:
    return [
        replace(example, split=side, id=place + 1 if stored else 0)
        for place, (example, side) in enumerate(zip(examples, sides, strict=True))
    ]


@pytest.mark.parametrize(
    ("count", "held_out"), [(0, 0), (1, 0), (9, 0), (10, 1), (14, 1), (100, 10)]
)
def test_a_tenth_is_held_out_and_at_least_one_of_ten(count: int, held_out: int):
    assert assign_splits(many(count)).count("validation") == held_out


@pytest.mark.parametrize("share", [Decimal("0.25"), 0.25])
def test_another_share_is_met(share: Decimal | float):
    assert assign_splits(many(40), share=share).count("validation") == 10
    assert "validation" not in assign_splits(many(40), share=0)
    assert assign_splits(many(40), share=1).count("training") == 1


def test_the_split_depends_on_the_seed_and_not_on_the_order():
    examples = many(60)
    sides = {e.question: s for e, s in zip(examples, assign_splits(examples), strict=True)}
    shuffled = random.Random(1).sample(examples, 60)
    assert [sides[e.question] for e in shuffled] == assign_splits(shuffled)
    assert assign_splits(examples, seed=8) != assign_splits(examples, seed=7)


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("added", [1, 10, 100])
def test_no_example_changes_sides_when_others_are_added(stored: bool, added: int):
    before = assign_splits(many(100))
    examples = settled(many(100), before, stored=stored)
    after = assign_splits([*examples, *many(added, "new")])
    assert after[:100] == before


def test_examples_added_to_stored_ones_are_held_out_in_proportion():
    examples = settled(many(100), assign_splits(many(100)), stored=True)
    after = assign_splits([*examples, *many(100, "new")])
    assert after[100:].count("validation") == 10


def test_a_validation_side_that_shrank_far_below_its_share_is_filled_again():
    examples = settled(many(10), assign_splits(many(10)), stored=False)
    more = many(990, "new")
    assert assign_splits([*examples, *more]).count("validation") >= 50


def test_dealing_anew_forgets_the_sides():
    examples = [replace(e, split="validation") for e in many(50)]
    assert assign_splits(examples).count("validation") == 50
    assert assign_splits(examples, keep=False) == assign_splits(many(50))


def test_a_question_never_stands_on_both_sides():
    examples = [example_of(f"Why {n % 12}?", f"Answer {n}") for n in range(60)]
    examples += [example_of(f"  WHY\n{n}? ") for n in range(12)]
    sides = assign_splits(examples, share=0.3)
    held_out = {
        " ".join(e.question.lower().split())
        for e, s in zip(examples, sides, strict=True)
        if s == "validation"
    }
    training = {
        " ".join(e.question.lower().split())
        for e, s in zip(examples, sides, strict=True)
        if s == "training"
    }
    assert held_out
    assert not held_out & training


def test_unicode_forms_of_one_question_stay_together():
    examples = [example_of("cafe\u0301?"), example_of("café?"), *many(20)]
    for seed in range(30):
        sides = assign_splits(examples, share=0.5, seed=seed)
        assert sides[0] == sides[1]


def test_a_new_duplicate_joins_the_side_of_the_old_one():
    examples = settled(many(20), assign_splits(many(20)), stored=True)
    held_out = next(e for e in examples if e.split == "validation")
    assert assign_splits([*examples, example_of(held_out.question)])[-1] == "validation"


def test_when_all_ask_the_same_all_train():
    examples = [example_of("Why?", f"{n}") for n in range(30)]
    assert set(assign_splits(examples)) == {"training"}


def test_pinned_examples_stay_and_take_their_duplicates_along():
    examples = many(30)
    order = assign_splits(examples)
    moved, kept = order.index("training"), order.index("validation")
    examples[moved] = replace(examples[moved], split="validation", split_pinned=True)
    examples[kept] = replace(examples[kept], split="training", split_pinned=True)
    sides = assign_splits([*examples, example_of(examples[moved].question)])
    assert (sides[moved], sides[kept], sides[-1]) == ("validation", "training", "validation")
    assert sides.count("validation") == 3


def test_one_question_pinned_to_both_sides_keeps_its_pins():
    pinned = [
        example_of("Why?", "a", split="validation", split_pinned=True),
        example_of("Why?", "b", split="training", split_pinned=True),
        example_of("Why?", "c"),
    ]
    assert assign_splits([*pinned, *many(20)])[:3] == ["validation", "training", "training"]


def test_the_newest_are_held_out_and_undated_ones_last():
    day = date(2024, 1, 1)
    dated = [example_of(f"{n}", written_on=day + timedelta(days=n)) for n in range(18)]
    sides = assign_splits([*many(2), *dated], newest=True)
    assert [place for place, side in enumerate(sides) if side == "validation"] == [18, 19]
    newer = example_of("newer", written_on=day + timedelta(days=99))
    again = assign_splits([*settled([*many(2), *dated], sides, stored=True), newer], newest=True)
    assert again[-1] == "validation"
    assert again.count("validation") == 2


def test_examples_left_out_do_not_count_towards_the_share():
    examples = [*many(10), *(replace(e, include=False) for e in many(90, "left out"))]
    sides = assign_splits(examples)
    assert sides[:10].count("validation") == 1
    assert sides[10:].count("validation") == 0


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            example_of,
            st.sampled_from("abcdefghijklmnopqrst"),
            st.text(max_size=2),
            include=st.booleans(),
            split=st.sampled_from(["training", "validation"]),
            split_pinned=st.booleans(),
            id=st.integers(0, 3),
        ),
        max_size=40,
    ),
    st.floats(0, 1),
    st.booleans(),
)
def test_pins_and_duplicates_hold_for_any_set(examples: list[Example], share: float, newest: bool):
    sides = assign_splits(examples, share=share, newest=newest)
    pins = {(e.question, e.split) for e in examples if e.split_pinned}
    by_question: dict[str, set[str]] = {}
    for found, side in zip(examples, sides, strict=True):
        assert side == found.split or not found.split_pinned
        by_question.setdefault(found.question, set()).add(side)
    for question, both in by_question.items():
        assert len(both) == 1 or {(question, "training"), (question, "validation")} <= pins
    assert assign_splits(examples, share=share, newest=newest) == sides
