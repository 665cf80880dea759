"""Prompts found from a post's own words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicetune.questions.forms import Form
from voicetune.questions.post import Post, Suggestion
from voicetune.questions.rules import SUGGESTIONS, suggest

DELEGATING = (
    "Delegating is a skill, and nobody teaches it.\n\n"
    "I handed my first project to a colleague and checked it every hour.\n\n"
    "Delegating means that you may not look."
)


def prompts(text: str, title: str = "") -> dict[Form, str]:
    return {s.form: s.prompt for s in suggest([Post("1", text, title)])[0]}


def test_a_post_gets_prompts_of_different_forms_about_its_subject() -> None:
    (found,) = suggest([Post("1", DELEGATING)])
    assert 2 <= len(found) <= SUGGESTIONS
    assert len({each.form for each in found}) == len(found)
    assert any("delegating" in each.prompt for each in found)


def test_what_the_hook_speaks_of_is_the_topic() -> None:
    text = "Most cover letters are bad. Mine was too: it had the word synergy in it."
    assert prompts(text)[Form.WRITE] == "Write a post about cover letters."


@pytest.mark.parametrize(
    ("title", "form", "prompt"),
    [
        (
            "How to Ask for a Raise Without Feeling Greedy",
            Form.HOW,
            "How do I ask for a raise without feeling greedy?",
        ),
        ("Why I quit my job at 50", Form.WRITE, "Write a post about why you quit your job at 50."),
        ("Should you hire your friends?", Form.SHOULD, "Should I hire my friends?"),
        ("7 ways to ruin your first week", Form.HOW, "How do I ruin my first week?"),
        ("The price of being nice", Form.WRITE, "Write a post about the price of being nice."),
    ],
)
def test_a_title_decides_where_there_is_one(title: str, form: Form, prompt: str) -> None:
    assert prompts("It is a long text about what I have learned.", title)[form] == prompt


def test_what_the_reader_need_not_do_becomes_their_question() -> None:
    text = "You don't have to answer every email the same day. I let one lie for nine days."
    assert prompts(text)[Form.SHOULD] == "Do I have to answer every email the same day?"


def test_what_the_writer_did_becomes_a_request_to_tell_of_it() -> None:
    text = "Interviews are odd. I once interviewed a driver in the rain, and I hired him."
    assert prompts(text)[Form.TIME] == (
        "Tell me about the time you once interviewed a driver in the rain."
    )


def test_numbers_emoji_and_hashtags_are_no_part_of_a_prompt() -> None:
    text = (
        "🚀 5 things I learned about delegation:\n\n1️⃣ Let go early.\n2. Explain the why.\n"
        "• Never take it back.\n\n#Leadership #Delegation"
    )
    for each in suggest([Post("1", text)])[0]:
        assert not set(each.prompt) & set("🚀#•1️⃣\n")
        assert "delegation" in each.prompt or "leadership" in each.prompt


def test_a_hashtag_written_in_one_word_is_read_as_its_words() -> None:
    text = "The dahlias are up and I am glad of it.\n\n#careerchange"
    assert "career change" in " ".join(prompts(text).values())


def test_names_and_handles_are_not_taken_for_topics() -> None:
    text = "Feedback is a gift. Lionel said so and @sarah.b agrees. I asked Lionel about feedback."
    found = " ".join(prompts(text).values())
    assert "feedback" in found.casefold()
    assert "lionel" not in found.casefold()
    assert "sarah" not in found


def test_a_german_post_gets_a_german_request_and_nothing_else() -> None:
    text = "Heute habe ich zum ersten Mal ein Team geleitet. Das war nicht leicht für mich."
    assert prompts(text) == {
        Form.WRITE: "Schreibe einen Beitrag zum Thema "
        "„Heute habe ich zum ersten Mal ein Team geleitet“."
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🚀🚀",
        "今日は初めてチームを率いました。",
        "مرحبا بكم في عالم العمل",
        "https://a.example/b",
        "x",
    ],
)
def test_what_the_rules_cannot_read_gets_no_suggestion(text: str) -> None:
    assert suggest([Post("1", text)]) == [()]


def test_forms_are_balanced_over_a_set() -> None:
    posts = [Post(str(n), DELEGATING.replace("skill", f"skill {n}")) for n in range(40)]
    firsts = [found[0].form for found in suggest(posts)]
    counts = [firsts.count(form) for form in set(firsts)]
    assert len(counts) >= 3
    assert max(counts) - min(counts) <= 1
    assert sum(a == b for a, b in pairwise(firsts)) < len(firsts) / 4


def test_the_same_posts_give_the_same_prompts() -> None:
    posts = [Post(str(n), DELEGATING) for n in range(5)]
    assert suggest(posts) == suggest(posts)


@given(st.lists(st.builds(Post, st.just("1"), st.text(), st.text(max_size=80)), max_size=4))
def test_no_text_breaks_the_rules(posts: list[Post]) -> None:
    found = suggest(posts)
    assert len(found) == len(posts)
    for each in (s for suggestions in found for s in suggestions):
        assert isinstance(each, Suggestion)
        assert each.prompt.strip() == each.prompt
        assert "\n" not in each.prompt
