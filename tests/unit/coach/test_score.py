"""The score: explained to the last point, and never lower after a mend."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.coach.sets import KEY, said, sound
from tests.unit.coach.test_check import FINE, WRONG
from voicetune.coach import score as score_module
from voicetune.coach.dismissals import dismissal_key
from voicetune.coach.mends import mend_rows
from voicetune.coach.privacy import Placeholders
from voicetune.coach.score import Coaching, Deduction, RowResult, coach, size_points
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity


def codes(coaching: Coaching) -> set[str]:
    return {finding.code for finding in coaching.findings}


def test_enough_sound_examples_score_100_with_nothing_to_say() -> None:
    assert coach(sound(500)) == Coaching(100, (), ())


def test_no_examples_score_0() -> None:
    coaching = coach([])
    assert coaching.score == 0
    assert [d.code for d in coaching.deductions] == ["too-few"]


@pytest.mark.parametrize(("count", "code"), [(9, "too-few"), (40, "few"), (120, "below-ideal")])
def test_a_small_set_loses_points_for_its_size_alone(count: int, code: str) -> None:
    coaching = coach(sound(count))
    (deduction,) = coaching.deductions
    assert deduction.code == code
    assert coaching.score == int(100 - deduction.points)
    assert deduction.reason.startswith("There")


def test_fewer_examples_never_cost_less() -> None:
    points = [size_points(n, n) for n in range(600)]
    assert points == sorted(points, reverse=True)
    assert points[-1] == 0


def test_a_loss_that_would_round_to_nothing_is_not_called_nothing() -> None:
    assert Deduction("few", 12.34, (), "").loss == "−12.3 points"
    assert Deduction("few", 0.02, (), "").loss == "Under 0.1 points"


def test_every_point_is_explained_by_rows_a_reason_and_a_mend() -> None:
    asked = [example.question for example in sound(300)[200:]]
    made = [*sound(200), *[said(asked[i], WRONG[code]) for i, code in enumerate(WRONG)]]
    coaching = coach(made)
    assert coaching.score == int(100 - sum(d.points for d in coaching.deductions) + 1e-6)
    named = {row for d in coaching.deductions for row in d.rows}
    assert named == set(range(200, len(made)))
    for deduction in coaching.deductions:
        assert deduction.points > 0
        assert deduction.reason.endswith(".")
        assert deduction.rows or deduction.code == "below-ideal"
        assert deduction.mend or deduction.code in ("below-ideal", "filler")
    assert [d.points for d in coaching.deductions] == sorted(
        (d.points for d in coaching.deductions), reverse=True
    )


def test_worse_things_cost_more() -> None:
    texts = {"no answer": "", "key": WRONG["private-key"], "name": WRONG["private-name"]}
    scores = [
        coach([*sound(60), *[said(f"{i}?", t) for i in range(6)]]).score for t in texts.values()
    ]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


def test_an_example_counts_once_for_its_worst() -> None:
    bad = said("How?", f"{WRONG['private-key']} Priya Natarajan.")
    coaching = coach([*sound(99), bad])
    assert {"private-key", "private-name"} <= codes(coaching)
    assert [d.code for d in coaching.deductions if d.rows] == ["private-key"]


def test_left_out_examples_count_for_nothing() -> None:
    out = [replace(said("How?", text), include=False) for text in WRONG.values()]
    assert coach([*out, *sound(500)]) == Coaching(100, (), ())


def test_further_findings_take_part() -> None:
    odd = Finding("voice-odd", Severity.WARNING, "It sounds like a press release.", (3, 5), "Out")
    coaching = coach(sound(500), findings=[odd])
    assert odd in coaching.findings
    bare = coach(sound(510), findings=[replace(odd, mend=None)])
    assert [d.mend for d in bare.deductions] == ["Leave it out"]
    deduction = next(d for d in coaching.deductions if d.code == "voice-odd")
    assert (deduction.rows, deduction.reason, deduction.mend) == ((3, 5), odd.message, "Out")
    refused = Finding("not-json", Severity.ERROR, "There is a comma too many.")
    assert coach(sound(500), findings=[refused]).score < coaching.score


def test_dismissed_findings_cost_nothing_but_errors_stay() -> None:
    made = [*sound(499), said("How?", WRONG["private-name"])]
    (finding,) = coach(made).findings
    key = dismissal_key(finding, made)
    assert coach(made, dismissed={key}) == Coaching(100, (), ())
    wrong = [*sound(499), Example([{"role": "user", "content": "How?"}])]
    keys = {dismissal_key(f, wrong) for f in coach(wrong).findings}
    assert coach(wrong, dismissed=keys).score < 90


def test_a_dismissed_size_costs_nothing() -> None:
    assert coach(sound(120), dismissed={"below-ideal"}).score == 100


def test_what_is_known_of_a_row_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [*sound(30), said("How?", WRONG["private-email"])]
    kept: dict[str, RowResult] = {}
    first = coach(made, kept=kept)
    looked: list[str] = []
    look_at = score_module.look_at

    def noted(example: Example, **options: object) -> RowResult:
        looked.append(example.answer)
        return look_at(example, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(score_module, "look_at", noted)
    assert coach(made, kept=kept) == first
    assert looked == []
    edited = [*made[:-1], said("How?", FINE)]
    assert "private-email" not in codes(coach(edited, kept=kept))
    assert looked == [FINE]


def test_a_mend_of_a_row_shows_nothing_new_elsewhere() -> None:
    # With its typo corrected the first is an exact copy of the second; that is said at once.
    text = "It was the way that we {} the boxes from the van in the morning."
    made = [*sound(20), said("a?", text.format("recieve")), said("a?", text.format("receive"))]
    before = coach(made)
    assert "exact-duplicate" in codes(before)
    (typo,) = [f for f in before.findings if f.code == "typo"]
    mended = [mend_rows(made, typo).get(row, e) for row, e in enumerate(made)]
    assert coach(mended).score >= before.score


CLOSING = "Repost if it helped."
PARAGRAPH = "Every spring we take all the tools out of the shed and count them twice over."
TYPO = "It was the way that we recieve the {} from the van in the morning, and nobody minds."
LONG = f"{FINE} It has been so for years and nobody in the street minds it at all"


def flawed(kind: int, number: int) -> Example:
    """Returns an example with one of many faults; `number` makes it one of its own."""
    own = sound(900)[400 + number]
    asked, answer = own.question, own.answer
    texts = list(WRONG.values())
    if kind < len(texts):
        return said(asked, texts[kind] if number % 2 else f"{answer} {texts[kind]}")
    user = {"role": "user", "content": asked}
    reply = {"role": "assistant", "content": answer}
    made: list[Example] = [
        said(asked, f"{answer}\n\n{CLOSING}"),
        said(asked, f"{answer}\n\n{PARAGRAPH}\n\nSo {number}."),
        said(asked, TYPO.format("boxes")),
        said(asked, TYPO.format("crates").replace("recieve", "receive")),
        said("How do I start?", LONG + "."),
        said(asked, f"{LONG}, {number}."),
        said("How do I begin a shop?", answer),
        said("How do you begin shops?", f"{answer} bob{number % 3}@example.org"),
        Example([user, {"role": "bot", "content": f"{answer} {KEY}"}]),
        Example([user, {"role": "assistant", "content": [f"{answer} bob@example.org"]}]),
        Example([user]),
        Example([user, reply, user]),
        Example([user, {"role": "assistant", "content": ""}, reply]),
        Example([user, {**reply, "weight": "1"}]),
        Example([{**user, "weight": 1}, {**reply, "content": "Yes."}]),
        Example([user, {**reply, "content": f"{answer}\x00"}]),
        Example([user, reply, {"role": "system", "content": "Be brief."}]),
        said(asked, answer, system="Be kind."),
        said(asked, "As an AI language model, I count every box before the kettle is on."),
        said(asked, "今天天气很好，我们去公园散步，然后回家吃饭，晚上看电影。bob@example.org"),
        said(asked, "שלום לכולם, היום אנחנו סופרים את הארגזים לפני שהקומקום רותח @sarah_k"),
    ]
    return made[(kind - len(texts)) % len(made)]


KINDS = st.tuples(st.integers(0, len(WRONG) + 20), st.integers(0, 9))


@settings(max_examples=15, deadline=None)
@given(st.lists(KINDS, min_size=1, max_size=14), st.sampled_from([8, 14, 40]), st.randoms())
def test_mending_never_lowers_the_score(
    faults: list[tuple[int, int]], rest: int, chance: object
) -> None:
    made = [*sound(rest), *[flawed(kind, number) for kind, number in faults]]
    placeholders = Placeholders()
    kept: dict[str, RowResult] = {}
    coaching = coach(made, kept=kept)
    tried: set[tuple[str, tuple[int, ...]]] = set()
    while True:
        open_findings = [f for f in coaching.findings if f.mend and (f.code, f.rows) not in tried]
        if not open_findings:
            break
        finding = chance.choice(open_findings)  # type: ignore[attr-defined]
        tried.add((finding.code, finding.rows))
        changed = mend_rows(made, finding, placeholders=placeholders)
        made = [changed.get(row, example) for row, example in enumerate(made)]
        after = coach(made, kept=kept)
        assert after.score >= coaching.score, (finding, coaching, after)
        coaching = after
