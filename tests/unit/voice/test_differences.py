"""How a text differs from the usual, in words."""

from voicetune.voice.differences import differences
from voicetune.voice.habits import habits, portrait

OWN = [
    habits(text)
    for text in (
        "I don't plan much. It's a habit, and I'm fine with it.\n\nTry it.",
        "I can't say why. We didn't ask, and nobody minded it at all.\n\nGo.",
        "My desk isn't tidy. I'd rather write than wipe it clean.\n\nSo there.",
        "It wasn't my idea. I've said so twice this week already.\n\nAsk her.",
        "They won't call back. I'm used to that by now, and so is he.\n\nMove on.",
        "I didn't get the job. It's fine, I hadn't wanted it much.\n\nNext.",
    )
]
USUAL = portrait(OWN)


def test_what_is_missing_and_what_is_new_is_named() -> None:
    words = differences(
        habits(
            "The company is happy to share that it has opened an office in the centre of the city "
            "and that it will not close the old one. #growth #office #proud\n\nIt is open."
        ),
        USUAL,
        most=8,
    )
    assert "no contractions" in words
    assert "three hashtags" in words
    assert "no “I”" in words
    assert any(word.startswith("sentences ") and "as long" in word for word in words)


def test_a_text_like_the_rest_has_no_differences() -> None:
    words = differences(
        habits("I don't mind. It's only a form, and I'm done with it.\n\nSign."), USUAL
    )
    assert words == ()


def test_the_greatest_differences_come_first_and_only_so_many() -> None:
    odd = habits("Wow! Yes! No! " * 20 + "#a1b #c1d 🌱🌱 https://example.com")
    assert len(differences(odd, USUAL, most=2)) == 2
    assert differences(odd, USUAL, most=2) == differences(odd, USUAL, most=5)[:2]


def test_two_counts_are_set_against_each_other() -> None:
    tagged = portrait([habits(f"Day {n} of it. #a #b") for n in ("one", "two", "three", "four")])
    five = differences(habits("Day five of it. #a #b #c #d #e"), tagged)
    none = differences(habits("Day five of it."), tagged)
    assert five == ("five hashtags instead of two",)
    assert none == ("no hashtags",)


def test_how_two_sets_differ_is_said_by_their_portraits() -> None:
    others = portrait(
        [
            habits("It is a good day. It is a good plan. It is not a hard one. 🌱"),
            habits("That is a fine tool. It is not a toy. It is what it is. 🌱"),
            habits("It is a new year. There is a list. It is not a long one. 🌱"),
        ]
    )
    assert "no contractions" in differences(others.usual, USUAL)
    assert "one emoji" in differences(others.usual, USUAL, most=9)
    assert differences(USUAL.usual, USUAL) == ()
