"""What identifies a person is found, kept out of sight, and can be put back exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.coach.sets import CARD, IBAN, KEY, answers, said
from voicetune.coach.numbers import is_card, is_iban
from voicetune.coach.privacy import (
    PLACEHOLDER,
    Placeholders,
    cover,
    find_private,
    masked,
    preview,
    restore,
    restore_text,
)
from voicetune.examples.checks import check_example
from voicetune.examples.example import Example


def found(text: str, **options: object) -> list[tuple[str, str]]:
    pieces = find_private(text, **options)  # type: ignore[arg-type]
    return [(piece.code.removeprefix("private-"), piece.value) for piece in pieces]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Write to jane.doe+x@mail.example.com.", "email", "jane.doe+x@mail.example.com"),
        ("Schreib an jörg@büro.example!", "email", "jörg@büro.example"),
        ("jane (at) example (dot) com", "email", "jane (at) example (dot) com"),
        ("Call (202) 555-0143 today", "phone", "(202) 555-0143"),
        ("Call +44 20 7946 0958.", "phone", "+44 20 7946 0958"),
        ("电话 +86 138 0013 8000", "phone", "+86 138 0013 8000"),
        ("my number is 4155552671", "phone", "4155552671"),
        ("Ruf 030 1234567 an", "phone", "030 1234567"),
        (f"Pay to {IBAN}, please", "account", IBAN),
        ("GB29NWBK60161331926819", "account", "GB29NWBK60161331926819"),
        ("account number: 12345678", "account", "12345678"),
        (f"I used {CARD} for it", "card", CARD),
        ("5500-0000-0000-0004", "card", "5500-0000-0000-0004"),
        (f"It is {KEY}", "key", KEY),
        ("password: hunter2hunter2", "key", "hunter2hunter2"),
        ("We met at 221 Baker Street, London.", "address", "221 Baker Street, London"),
        ("12 Oak Lane, Springfield", "address", "12 Oak Lane, Springfield"),
        ("Musterstraße 12, 10115 Berlin", "address", "Musterstraße 12, 10115 Berlin"),
        ("12 rue de Rivoli, 75001 Paris", "address", "12 rue de Rivoli, 75001 Paris"),
        ("P.O. Box 1234", "address", "P.O. Box 1234"),
        ("Thanks @sarah_k!", "handle", "@sarah_k"),
        ("🎉 @深圳 🎉", "handle", "@深圳"),
        ("See @user@social.example", "handle", "@user@social.example"),
        ("Then Priya Natarajan laughed", "name", "Priya Natarajan"),
        ("It was Anna J. Lee's idea", "name", "Anna J. Lee"),
        ("by Maria de la Cruz.", "name", "Maria de la Cruz"),
        ("Ask Jean-Luc Moreau", "name", "Jean-Luc Moreau"),
        ("Dr. Okafor said no", "name", "Okafor"),
    ],
)
def test_a_private_piece_is_found_whole(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "We grew from 100 000 000 to 12,345,678 views in 2019-2020.",
        "It cost $1 234 567 890, or 15.5 %, on 2024-01-15 and 12/31/2023.",
        "ISBN 978-3-16-148410-0, version 3.14159265358979, order 1234567890",
        "https://example.com/status/4111111111111111",
        "4111 1111 1111 1112 has a wrong digit, DE89 3704 0044 0532 0130 01 too",
        "5 Core Values Drive Growth. 7 Simple Steps Close Deals. 12 Angry Men. Way to go",
        "@media (min-width: 3px) and icon@2x.png and @angular/core and meet @ 5 pm @home",
        "Steve Jobs, Johnny Cash, James Madison University, Martin Luther King Day, Dr Pepper",
        "Will Grace Hope in May? Sarah And I. Peter. Then Monday.",
        "The password is a secret you keep. Token economies are key: keys matter.",
        "Look (at) this (dot) now",
    ],
)
def test_what_only_looks_private_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_the_writers_own_things_stay() -> None:
    text = "I am Priya Natarajan, @priyawrites, priya@example.com. Ask Tomás Ortega."
    own = ["priya natarajan", "priyawrites", "Priya@Example.com"]
    assert found(text, own=own) == [("name", "Tomás Ortega")]


def test_check_digits_are_checked() -> None:
    assert is_iban(IBAN)
    assert not is_iban(IBAN[:-1] + "1")
    assert not is_iban("DE89")
    assert is_card(CARD)
    assert not is_card("4111 1111 1111 1112")
    assert not is_card("0000 0000 0000 0000")


def test_the_same_value_gets_the_same_placeholder_in_the_whole_set() -> None:
    examples = answers("Ask bob@example.org.", "No: amy@example.org, then bob@example.org.")
    covered = cover(examples)
    assert [covered.changed[row].answer for row in (0, 1)] == [
        "Ask [EMAIL_1].",
        "No: [EMAIL_2], then [EMAIL_1].",
    ]
    first, second = covered.replaced
    assert (first.placeholder, first.value, first.times, first.rows) == (
        "[EMAIL_1]",
        "bob@example.org",
        2,
        (0, 1),
    )
    assert second.value == "amy@example.org"


def test_another_spelling_of_a_value_has_its_number_and_comes_back_as_it_was() -> None:
    examples = answers("(202) 555-0143 or 202-555-0143", "BOB@example.org = bob@example.org")
    covered = cover(examples)
    assert covered.changed[0].answer == "[PHONE_1] or [PHONE_1.2]"
    assert covered.changed[1].answer == "[EMAIL_1] = [EMAIL_1.2]"
    assert [restore(covered.changed[row], covered.placeholders.values) for row in (0, 1)] == (
        examples
    )


def test_later_calls_go_on_where_the_first_stopped() -> None:
    first = cover(answers("Ask bob@example.org."))
    kept = Placeholders(dict(first.placeholders.values))  # as read back from storage
    second = cover(answers("Ask amy@example.org.", "Ask bob@example.org."), kept)
    assert [second.changed[row].answer for row in (0, 1)] == ["Ask [EMAIL_2].", "Ask [EMAIL_1]."]


def test_a_placeholder_that_stood_in_the_text_before_is_not_given_away() -> None:
    examples = answers("Write [EMAIL_1] for an address, or bob@example.org.")
    covered = cover(examples)
    assert covered.changed[0].answer == "Write [EMAIL_1] for an address, or [EMAIL_2]."
    assert restore(covered.changed[0], covered.placeholders.values) == examples[0]


def test_only_the_asked_kinds_and_rows_are_covered() -> None:
    examples = answers("@sarah_k has bob@example.org", "bob@example.org")
    covered = cover(examples, rows=[0], kinds=["private-handle"])
    assert {row: e.answer for row, e in covered.changed.items()} == {
        0: "[HANDLE_1] has bob@example.org"
    }


def test_all_messages_are_covered_parts_of_text_too() -> None:
    parts = [{"type": "text", "text": "I am bob@example.org"}]
    example = Example([{"role": "user", "content": parts}, {"role": "assistant", "content": "Hi."}])
    covered = cover([example])
    assert covered.changed[0].question == "I am [EMAIL_1]"
    assert example.question == "I am bob@example.org"


def test_the_preview_shows_each_message_before_and_after() -> None:
    examples = [said("Who is bob@example.org?", "Nobody."), said("Why?", "Ask @bob_k.")]
    shown = list(preview(examples, cover(examples)))
    assert [(p.row, p.message, p.before, p.after) for p in shown] == [
        (0, 0, "Who is bob@example.org?", "Who is [EMAIL_1]?"),
        (1, 1, "Ask @bob_k.", "Ask [HANDLE_1]."),
    ]


def test_placeholders_are_restored_in_what_a_model_writes() -> None:
    values = {"[EMAIL_1]": "bob@example.org"}
    assert (
        restore_text("Ask [EMAIL_1] or [EMAIL_9].", values) == "Ask bob@example.org or [EMAIL_9]."
    )


def test_a_covered_text_has_no_finding_left() -> None:
    text = f"bob@example.org, @bob_k, (202) 555-0143, {IBAN}, {CARD}, {KEY}, Priya Rao, 1 Elm Road"
    (changed,) = cover([said("Who?", text)]).changed.values()
    assert find_private(changed.answer) == []
    assert check_example(changed) == []
    assert len(PLACEHOLDER.findall(changed.answer)) == 8


def test_secrets_are_not_shown_in_sentences() -> None:
    for text, secret in (
        (KEY, KEY[6:]),
        (CARD, "1111 1111"),
        (IBAN, "0532"),
        ("bob@x.example", "bo"),
    ):
        (piece,) = find_private(text)
        assert secret not in masked(piece)


PIECES = st.sampled_from(
    [
        "bob@example.org",
        "BOB@example.org",
        CARD,
        IBAN,
        "(202) 555-0143",
        "202-555-0143",
        KEY,
        "Priya Natarajan",
        "@sarah_k",
        "12 Oak Lane",
        "[EMAIL_1]",
        "[NAME_2.3]",
        "[",
        "]",
        "@",
        " ",
        "\n",
        "🎉",
        "שלום",
        "é",
        "é",
        "深圳",
        "+44",
        "0",
        "1",
        ". ",
        ", ",
        "password: ",
        "http://",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join))


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_covering_and_restoring_gives_back_every_text(texts: list[str]) -> None:
    examples = [said(text, text[::-1]) for text in texts]
    covered = cover(examples)
    for row, example in enumerate(examples):
        changed = covered.changed.get(row, example)
        assert restore(changed, covered.placeholders.values) == example


@settings(deadline=None)
@given(TEXTS)
def test_pieces_are_in_order_and_are_what_stands_there(text: str) -> None:
    end = 0
    for piece in find_private(text):
        assert piece.start >= end
        assert text[piece.start : piece.end] == piece.value
        assert masked(piece)
        end = piece.end


@pytest.mark.parametrize(
    "unit", ["Nina Rao, ", "b@c.example ", "https://x.y @bob_k ", "[EMAIL_1] "]
)
def test_a_text_full_of_pieces_takes_time_in_line_with_its_length(unit: str) -> None:
    # Quadratic work would take minutes here.
    assert len(find_private(unit * 20_000)) in (0, 20_000)
