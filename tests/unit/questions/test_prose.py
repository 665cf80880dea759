import pytest

from voicetune.questions.language import language_of
from voicetune.questions.person import of_the_reader, of_the_writer
from voicetune.questions.prose import humps, prose_of
from voicetune.questions.words import gerund


def test_links_handles_marks_and_emoji_are_left_out() -> None:
    prose = prose_of("🚀 1. Read this: https://a.example/x?y=1 by @anna. It is good!\n- Really.")
    assert prose.sentences == ("Read this: by .", "It is good!", "Really.")


def test_hashtags_at_the_end_are_kept_apart() -> None:
    prose = prose_of("I got it. #newjob #sales\nWe love #feedback here.\n#one #two 🌱")
    assert prose.sentences == ("I got it.", "We love feedback here.")
    assert prose.hashtags == ("newjob", "sales", "feedback", "one", "two")


def test_mathematical_letters_are_read() -> None:
    assert prose_of("𝗪𝗛𝗬 we meet").hook == "WHY we meet"


def test_an_empty_post_has_no_hook() -> None:
    assert prose_of("\n🌱\n").hook == ""


@pytest.mark.parametrize(
    ("hashtag", "words"),
    [("CareerAdvice", ["career", "advice"]), ("AIForWork", ["AI", "for", "work"]), ("hr", ["hr"])],
)
def test_humps_of_a_hashtag_are_words(hashtag: str, words: list[str]) -> None:
    assert humps(hashtag) == words


def test_the_writer_is_addressed() -> None:
    assert (
        of_the_writer("I was at my desk and we've moved")
        == "you were at your desk and you've moved"
    )


def test_the_reader_speaks() -> None:
    assert of_the_reader("hire your friends when you're sure") == "hire my friends when I'm sure"
    assert of_the_reader("ask someone to pay you") == "ask someone to pay me"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The best thing about the job is that you can learn from it.", "en"),
        ("Das ist nicht so einfach, wie ich es mir gedacht habe.", "de"),
        ("Je ne sais pas ce que c'est, mais je le veux pour nous.", "fr"),
        ("No sé lo que es, pero para mí es muy importante en la vida.", "es"),
        ("Non so che cosa è, ma per me è molto importante e ci credo.", "it"),
        ("Não sei o que é, mas para mim isso é muito importante.", "pt"),
        ("Ik weet niet wat het is, maar voor mij is dat het beste.", "nl"),
        ("今日は初めてチームを率いました。", None),
        ("", None),
    ],
)
def test_languages_are_known_by_their_small_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("word", "expected"),
    [("hired", "hiring"), ("quits", "quitting"), ("applied", "applying"), ("zzz", None)],
)
def test_known_verbs_are_named(word: str, expected: str | None) -> None:
    assert gerund(word) == expected


@pytest.mark.parametrize("piece", ["@a.", "a", '"', "#a ", " ", "!?", "https://", "1. ", "\n"])
def test_repeated_characters_are_read_at_once(piece: str) -> None:
    assert len(prose_of(piece * 50_000).hook) <= 20_000
