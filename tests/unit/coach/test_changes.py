"""What changed since a run froze its file: added, taken out, edited, and nothing twice."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.coach.sets import answers, said, sound
from voicetune.coach.changes import Changes, changes_since
from voicetune.examples.example import REJECTED, Example
from voicetune.examples.writing import to_jsonl

TEXT = (
    "Last spring we opened the small shop behind the station. Nobody came for a week. Then the "
    "baker put a sign in her window, and on Monday there was a queue around the corner."
)


def since(now: list[Example], then: list[Example]) -> Changes:
    return changes_since(now, to_jsonl(then))


def taken_out(changes: Changes) -> list[str]:
    return [example.answer for example in changes.removed]


def test_the_same_set_in_any_order_has_not_changed() -> None:
    made = sound(20)
    changes = since([replace(e, id=i, origin="x") for i, e in enumerate(made[::-1])], made)
    assert changes == Changes((), (), (), 20)
    assert changes.sentence == "Nothing has changed since then."


def test_added_edited_and_taken_out_are_told_apart() -> None:
    made = sound(20)
    now = [*made[1:5], said(made[5].question, "Quite another text."), *made[6:], said("New?", TEXT)]
    changes = since(now, made)
    assert changes.added == (19,)
    assert taken_out(changes) == [made[0].answer]
    (edit,) = changes.edited
    assert (edit.row, edit.before.answer, edit.parts) == (4, made[5].answer, ("answer",))
    assert changes.same == 18
    assert changes.sentence == "Since then: 1 added, 1 edited and 1 taken out; 18 as they were."


def test_an_example_left_out_is_told_from_one_that_is_gone() -> None:
    made = sound(4)
    changes = since([made[1], replace(made[2], include=False), made[3]], made)
    assert (taken_out(changes), changes.left_out, changes.same) == ([made[0].answer], (1,), 2)
    assert changes.sentence == "Since then: 1 left out and 1 taken out; 2 as they were."


def test_what_was_never_trained_on_and_is_left_out_is_no_change() -> None:
    made = sound(3)
    assert since([*made, replace(said("New?", TEXT), include=False)], made).sentence == (
        "Nothing has changed since then."
    )


def test_an_example_that_changed_sides_is_told_whether_edited_or_not() -> None:
    made = sound(4)
    now = [
        replace(made[0], split="validation"),
        made[1],
        replace(said(made[2].question, "Quite another text."), split="validation"),
        made[3],
    ]
    changes = changes_since(now, to_jsonl(made[:3]), to_jsonl(made[3:]))
    assert changes.moved == (0, 2, 3)
    assert [edit.row for edit in changes.edited] == [2]
    gone = changes_since(made[:3], to_jsonl(made[:3]), to_jsonl(made[3:])).removed
    assert [example.split for example in gone] == ["validation"]


def test_an_ending_that_all_posts_share_makes_no_two_of_them_the_same() -> None:
    ending = "\n\nIf this helped you, follow me for more on hiring, and pass it on to a friend."
    own = [" ".join(f"w{number}x{n}" for n in range(20)) for number in range(120)]
    then, now = ([said(text[:9], text + ending) for text in half] for half in (own[:60], own[60:]))
    changes = since(now, then)
    assert (len(changes.added), len(changes.removed), changes.edited) == (60, 60, ())


def test_a_new_question_or_system_message_is_an_edit() -> None:
    made = sound(3)
    now = [
        said("Other?", made[0].answer),
        said(made[1].question, made[1].answer, "Be kind."),
        made[2],
    ]
    parts = [edit.parts for edit in since(now, made).edited]
    assert parts == [("question",), ("system message",)]


def test_question_and_answer_edited_lightly_are_still_the_same_example() -> None:
    then = [*sound(5), said("How did it go?", TEXT)]
    now = [*sound(5), said("How did the shop go?", TEXT.replace("week", "month"))]
    (edit,) = since(now, then).edited
    assert (edit.row, edit.parts) == (5, ("question", "answer"))


def test_another_turn_or_weight_is_an_edit_of_other_turns() -> None:
    (made,) = answers(TEXT)
    changed = Example([made.messages[0], {**made.messages[1], "weight": 1}])
    (edit,) = since([changed], [made]).edited
    assert edit.parts == ("other turns",)


def test_a_rejected_answer_beside_an_example_is_no_edit() -> None:
    (made,) = answers(TEXT)
    rejected = [{"role": "assistant", "content": "As an AI, I cannot."}]
    assert since([replace(made, extra={REJECTED: rejected})], [made]).same == 1


def test_of_copies_only_the_surplus_counts() -> None:
    (made,) = answers(TEXT)
    assert since([made, made, made], [made]).added == (1, 2)
    assert taken_out(since([made], [made, made])) == [TEXT]


def test_nothing_frozen_makes_everything_new() -> None:
    assert changes_since(sound(2), b"") == Changes((0, 1), (), (), 0)
    assert taken_out(since([], sound(2))) == [example.answer for example in sound(2)]


def test_every_script_survives_the_file() -> None:
    made = answers("今天天气很好 🎉", "שלום לכולם", "e\u0301te\u0301", "👩‍👩‍👧")
    assert since(made, made).same == 4


SOME = st.lists(st.integers(0, 30).map(lambda number: sound(31)[number]), max_size=12)


@settings(deadline=None)
@given(SOME, SOME)
def test_every_example_is_counted_exactly_once(now: list[Example], then: list[Example]) -> None:
    changes = since(now, then)
    assert len(changes.added) + len(changes.edited) + changes.same == len(now)
    assert len(changes.removed) + len(changes.edited) + changes.same == len(then)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_file_breaks_it(data: bytes) -> None:
    changes_since(sound(2), data)
