import openai
import pytest

from tests.stand_in import KEY, running_stand_in
from tests.unit.runs.conftest import example
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.rehearsal.dialect import OPENAI
from voicetune.runs.moderation import BATCH, moderate, moderated, texts_of

ASK = "POST /moderations"


@pytest.fixture
def stand_in():
    with running_stand_in(OPENAI) as place:
        place.flags = {"Question 3?"}
        yield place


@pytest.fixture
def place(stand_in):
    return Place(load_profiles()["openai"], stand_in.base_url, KEY)


def test_flagged_examples_are_named_with_their_categories(ws, place):
    rows = [example(n) for n in range(5)]
    moderate(ws, place, rows)
    flagged, unknown = moderated(ws, place, rows)
    assert unknown == []
    assert [(each.example.question, each.categories) for each in flagged] == [
        ("Question 3?", ("harassment",))
    ]


def test_each_text_is_sent_once_and_an_edited_one_again(ws, place, stand_in):
    rows = [example(n) for n in range(5)]
    moderate(ws, place, rows)
    rows[0] = example(99)
    _, unknown = moderated(ws, place, rows)
    assert [each.question for each in unknown] == ["Question 99?"]


def test_many_examples_go_in_batches_and_what_was_answered_survives_an_error(ws, place, stand_in):
    rows = [example(n) for n in range(2 * BATCH + 1)]
    done = []
    stand_in.fail_after(ASK, 2, 503)
    with pytest.raises(openai.InternalServerError):
        moderate(ws, place, rows, done.append)
    assert done == [BATCH, 2 * BATCH]
    _, unknown = moderated(ws, place, rows)
    assert len(unknown) == 1
    moderate(ws, place, unknown)
    assert stand_in.count(ASK) == 4
    assert moderated(ws, place, rows)[1] == []


def test_all_messages_of_an_example_are_passed_by(ws, place):
    assert texts_of(example(1)) == [
        "You are a plant nursery owner. 🌱",
        "Question 1?",
        "Żółta róża 1, naturalnie.",
    ]
