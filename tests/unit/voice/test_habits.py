"""Surface habits of a text and of a set."""

import pytest

from voicetune.voice.habits import Habits, habits, normalised, portrait, words_of


def test_lengths_and_layout_are_counted() -> None:
    found = habits("One two three.\n\nFour five? Six seven eight nine!\n- ten\n- eleven twelve")
    assert found.words == 12
    assert found.first_line_words == 3
    assert found.line_breaks == pytest.approx(100 * 4 / 12)
    assert found.sentence_words == pytest.approx(12 / 5)
    assert found.questions == pytest.approx(1 / 5)
    assert found.exclamations == pytest.approx(1 / 5)
    assert found.listed_lines == pytest.approx(2 / 4)
    assert found.paragraph_words == pytest.approx(6)


def test_emoji_hashtags_handles_and_links_are_counted_and_are_no_words() -> None:
    found = habits(
        "Thanks @maria! 👩🏽‍🌾🌱 https://example.com/a?b=1 #slowgrowth #2024 #first_hire 🇩🇪"
    )
    assert (found.emoji, found.hashtags, found.handles, found.links) == (3, 2, 1, 1)
    assert found.words == 2  # "Thanks" and the number 2024
    assert found.numbers == 50


def test_persons_are_told_apart() -> None:
    found = habits("I said we would call you. My list is ours, and I'm late.")
    words = found.words
    assert found.first_person == pytest.approx(100 * 3 / words)
    assert found.we == pytest.approx(100 * 2 / words)
    assert found.you == pytest.approx(100 * 1 / words)


def test_contractions_are_a_part_of_the_places_for_one() -> None:
    assert habits("I don't know, and it's late.").contractions == 1
    assert habits("I do not know, and it’s late.").contractions == 0.5
    assert habits("I do not know, and it is late.").contractions == 0
    assert habits("Maria's dog").contractions == 0


def test_longer_words_and_sentences_read_harder() -> None:
    easy = habits("The cat sat. The dog ran. We went home.")
    hard = habits("Organisational transformation necessitates interdisciplinary effort.")
    assert easy.grade < 3
    assert hard.grade > 15


def test_bold_letters_of_the_mathematical_alphabet_are_ordinary_letters() -> None:
    assert normalised("𝗜 𝗱𝗼𝗻’𝘁 know") == "I don't know"
    assert habits("𝗜 𝗱𝗼𝗻’𝘁 know") == habits("I don't know")


def test_words_of_any_script_are_counted() -> None:
    assert words_of("Größe, naïve!") == ["größe", "naïve"]
    assert len(words_of("我喜欢写作")) == 5
    assert habits("كيف أكتب منشورا جيدا؟").words == 4


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "...", "🤷", "#tag", "https://example.com"])
def test_a_text_without_words_has_no_rates(text: str) -> None:
    found = habits(text)
    assert (found.words, found.sentence_words, found.grade) == (0, 0, 0)


def test_a_portrait_is_hardly_moved_by_a_few_strangers() -> None:
    own = [habits(f"I don't like {thing}. It's late." + " So?" * (i % 3)) for i, thing in _things()]
    stranger = habits(
        "It is with considerable pleasure that the organisation announces a thing. " * 9
    )
    usual, mixed = portrait(own).usual, portrait([*own, stranger, stranger]).usual
    assert mixed.words == pytest.approx(usual.words, rel=0.1)
    assert mixed.contractions == usual.contractions


def test_a_portrait_says_who_has_a_habit_at_all() -> None:
    whole = portrait([habits("Why?"), habits("Because."), habits("Why not?"), habits("So.")])
    assert whole.shared.questions == 0.5
    assert whole.shared.emoji == 0


def test_distances_are_zero_for_the_usual() -> None:
    whole = portrait([habits("One two."), habits("One two three."), habits("One two three four.")])
    distances = dict(zip(Habits.__slots__, whole.distances(habits("One two three.")), strict=True))
    assert distances["words"] == 0
    assert distances["emoji"] == 0
    farther = dict(zip(Habits.__slots__, whole.distances(habits("One " * 30)), strict=True))
    assert farther["words"] > 3


def _things() -> list[tuple[int, str]]:
    return list(enumerate(["tea", "rain", "noise", "mud", "forms"] * 4))
