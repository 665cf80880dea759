import math
from itertools import combinations

import pytest

from voicetune.examples.example import Example
from voicetune.variety.topics import REST, TopicMap, explain, find_topics

ABOUT = {
    "salary": "negotiating a salary, a counter-offer and the pay gap",
    "meetings": "meetings, agendas and who speaks in a meeting",
    "feedback": "feedback, criticism and praise from colleagues",
}
FILLER = ("lamp", "river", "train", "cheese", "ladder", "cloud", "engine", "violin")


def example(subject: str, number: int) -> Example:
    filler = f"{FILLER[number % 8]} {FILLER[(number * 3 + 1) % 8]}"
    return Example(
        [
            {"role": "user", "content": f"Write a post about {ABOUT[subject]}."},
            {"role": "assistant", "content": f"I saw a {filler} and thought of {ABOUT[subject]}."},
        ]
    )


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [example(subject, n) for n in range(12) for subject in ABOUT]


@pytest.fixture(scope="module")
def found(examples: list[Example]) -> TopicMap:
    return find_topics(examples, most=3)


def test_examples_that_share_their_words_share_a_topic(found: TopicMap) -> None:
    by_topic = [{row % 3 for row in topic.rows} for topic in found.named]
    assert sorted(by_topic, key=min) == [{0}, {1}, {2}]


def test_topics_are_named_by_subject_and_words(found: TopicMap) -> None:
    names = {topic.rows[0] % 3: topic.name for topic in found.named}
    assert names[0].startswith("salary")
    assert names[1].startswith("meetings")
    assert names[2].startswith("feedback")


def test_every_example_is_in_one_topic_and_on_the_map(
    found: TopicMap, examples: list[Example]
) -> None:
    rows = [row for topic in found.topics for row in topic.rows]
    assert sorted(rows) == list(range(len(examples)))
    assert len(set(found.points)) == len(examples)


def test_examples_lie_within_their_topic_and_topics_do_not_overlap(found: TopicMap) -> None:
    for topic in found.topics:
        for row in topic.rows:
            x, y = found.points[row]
            assert math.dist((x, y), (topic.circle.x, topic.circle.y)) <= topic.circle.radius
    for one, other in combinations([topic.circle for topic in found.topics], 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) > 0.99 * (one.radius + other.radius)


def test_the_same_set_gives_the_same_map(found: TopicMap, examples: list[Example]) -> None:
    assert find_topics(examples, most=3) == found


def test_a_text_like_no_other_has_no_topic(examples: list[Example]) -> None:
    strange = Example(
        [{"role": "user", "content": "Zebras?"}, {"role": "assistant", "content": ""}]
    )
    found = find_topics([*examples, strange], most=3)
    assert found.topics[-1].name == REST
    assert found.topics[-1].rows == (len(examples),)
    assert explain(found).endswith("1 has no topic of its own.")


def test_the_largest_topics_are_told(found: TopicMap) -> None:
    assert explain(found).startswith("Of 36 examples, 12 are on ")


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_small_set_has_no_topics(count: int, examples: list[Example]) -> None:
    found = find_topics(examples[:count])
    assert found.named == ()
    assert len(found.points) == count
    assert explain(found) == ""


@pytest.mark.parametrize("text", ["", "🌱", "the and of", "今日は", "same words here again"])
def test_texts_without_words_to_tell_apart_have_no_topics(text: str) -> None:
    same = Example([{"role": "user", "content": text}, {"role": "assistant", "content": text}])
    found = find_topics([same] * 15)
    assert found.named == ()
    assert len(found.points) == 15


def test_hashtags_keep_their_mark_in_a_name() -> None:
    posts = [example("salary", n) for n in range(10)] + [
        Example(
            [
                {"role": "user", "content": "Write about roots."},
                {"role": "assistant", "content": "Roots first.\n\n#slowgrowth"},
            ]
        )
        for n in range(4)
    ]
    assert any("#slowgrowth" in topic.words for topic in find_topics(posts, most=2).named)
