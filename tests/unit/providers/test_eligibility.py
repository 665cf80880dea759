"""Each reason not to be able to train has its own sentence, before any work is done."""

import dataclasses
from datetime import date

import pytest

from tests.stand_in import KEY, running_stand_in
from voicetune.providers.client import Place
from voicetune.providers.eligibility import eligibility, shutdown_of
from voicetune.providers.profiles import load_profiles
from voicetune.rehearsal.dialect import OPENAI

LIST = "GET /fine_tuning/jobs"


@pytest.fixture
def stand_in():
    with running_stand_in(OPENAI) as place:
        place.jobs["ftjob-0"] = {"id": "ftjob-0", "status": "succeeded"}
        yield place


@pytest.fixture
def place(stand_in):
    return Place(load_profiles()["openai"], stand_in.base_url, KEY)


def test_an_account_that_trained_before_is_ready(place):
    assert eligibility(place).state == "ready"


def test_an_account_that_never_trained_is_new_where_the_place_is_closed_to_such(place, stand_in):
    stand_in.jobs.clear()
    assert eligibility(place).state == "new"


def test_elsewhere_an_account_without_jobs_is_ready(stand_in):
    stand_in.jobs.clear()
    place = Place(load_profiles()["nebius"], stand_in.base_url, KEY)
    assert eligibility(place).state == "ready"


@pytest.mark.parametrize(
    ("status", "code", "text", "sentence"),
    [
        (401, "invalid_api_key", "Incorrect API key provided", "does not accept this key"),
        (401, "mismatched_project", "The project does not match", "another project"),
        (403, None, "You are not a member of this organization", "another project"),
        (429, "insufficient_quota", "You exceeded your quota", "no credit left"),
        (429, "rate_limit_exceeded", "Slow down", "asks to slow down"),
        (403, "missing_scope", "Missing scopes: api.fine_tuning", "does not allow this key"),
        (503, None, "Overloaded", "trouble of its own"),
    ],
)
def test_each_refusal_has_its_own_sentence(place, stand_in, status, code, text, sentence):
    stand_in.fail(LIST, status, code, text)
    found = eligibility(place)
    assert found.state == "refused"
    assert sentence in found.trouble
    assert KEY not in found.trouble


def test_a_wrong_key_a_proxy_s_page_and_no_network_are_told_apart(place, stand_in):
    wrong = eligibility(dataclasses.replace(place, api_key="sk-wrong-000000"))
    assert "does not accept this key" in wrong.trouble
    stand_in.answer_with_page(LIST)
    assert "A web page came back" in eligibility(place).trouble
    away = eligibility(dataclasses.replace(place, base_url="http://127.0.0.1:9/v1"))
    assert "could not be reached" in away.trouble


def test_an_address_without_fine_tuning_is_told_so(place, stand_in):
    stand_in.fail(LIST, 404)
    assert eligibility(place).state == "no-training"


def test_the_days_on_which_models_end_are_read_and_strange_ones_passed_over(place, stand_in):
    stand_in.models = [
        {"id": "gpt-4.1-mini-2025-04-14", "shutdown_date": "2027-01-14"},
        {"id": "gpt-4.1", "shutdown_date": "2027-01-15"},
        {"id": "other", "shutdown_date": None},
        {"id": "odd", "shutdown_date": "soon"},
        {"id": "silent"},
    ]
    found = eligibility(place)
    assert found.shutdowns == {
        "gpt-4.1-mini-2025-04-14": date(2027, 1, 14),
        "gpt-4.1": date(2027, 1, 15),
    }
    assert shutdown_of(found, "gpt-4.1-mini-2025-04-14") == date(2027, 1, 14)
    assert shutdown_of(found, "gpt-4.1-2025-04-14") == date(2027, 1, 15)
    assert shutdown_of(found, "other") is None


def test_a_place_that_lists_no_models_is_ready_all_the_same(place, stand_in):
    stand_in.fail("GET /models", 404)
    assert eligibility(place).state == "ready"
