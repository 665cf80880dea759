import json
import socket
import ssl
from datetime import UTC, datetime, timedelta

import httpx2
import openai
import pytest

from voicetune.providers import transport
from voicetune.providers.client import Place, client_for
from voicetune.providers.errors import explain, wait_asked_for, worth_another_try
from voicetune.providers.profiles import load_profiles

KEY = "vt-unit-test-key-000"


def refusing(status, message="No", code=None, headers=None):
    body = {"error": {"message": message, "type": "invalid_request_error", "code": code}}
    return lambda _request: httpx2.Response(status, json=body, headers=headers)


def failing(cause: Exception, kind=httpx2.ConnectError):
    def handler(request):
        raise kind("failed", request=request) from cause

    return handler


@pytest.fixture
def said(ask, openai_place):
    """What a person reads when the place answers so."""

    def said(handler, place=openai_place):
        with pytest.raises(openai.OpenAIError) as raised:
            ask(handler, place)
        return explain(raised.value, place)

    return said


def test_a_wrong_key(said):
    text = said(refusing(401, "Incorrect API key provided: sk-abc***xyz.", "invalid_api_key"))
    assert text == (
        "OpenAI does not accept this key. Copy it again from "
        "https://platform.openai.com/api-keys and check that it was not revoked."
    )


def test_an_organisation_that_may_not_train_any_more(said):
    text = said(refusing(403, "OpenAI is winding down", "training_not_available"))
    assert "no longer trains for the organisation this key belongs to" in text
    assert "7 May 2026" in text
    assert "train on this computer instead" in text


def test_a_key_without_the_permission(said):
    text = said(refusing(403, "You have insufficient permissions.", "missing_scope"))
    assert "“You have insufficient permissions.”" in text
    assert "another key" in text


def test_what_is_not_there(said):
    text = said(refusing(404, "The model 'gpt-9' does not exist", "model_not_found"))
    assert "“The model 'gpt-9' does not exist”" in text
    assert "deleted" in text


def test_a_full_disk_under_the_local_engine_is_told_in_its_own_words(said):
    place = Place(load_profiles()["local"], "http://127.0.0.1:9/v1", KEY)
    text = said(
        refusing(507, "The disk is full. Free some space and try again.", "disk_full"), place
    )
    assert text == (
        "The engine on this computer says: “The disk is full. Free some space and try again.”"
    )
    assert "trouble of its own" in said(refusing(500, "Oh.", "internal_error"), place)


def test_a_request_that_is_refused_is_told_in_the_places_own_words(said):
    text = said(refusing(400, "Training file has 4 examples,\n but needs 10."))
    assert text == (
        "OpenAI did not take this (HTTP 400): “Training file has 4 examples, but needs 10.”"
    )


def test_a_file_that_is_too_large(said):
    assert "takes up to 512 MB" in said(refusing(413))


def test_no_credit_left(said):
    assert "no credit left" in said(refusing(429, "You exceeded your quota", "insufficient_quota"))


def test_too_many_requests(said):
    assert "Try again in 7 seconds." in said(refusing(429, headers={"retry-after": "7"}))
    assert "Try again in a minute." in said(refusing(429))


@pytest.mark.parametrize("status", [500, 502, 503])
def test_trouble_at_the_place(said, status):
    text = said(refusing(status))
    assert f"trouble of its own right now (HTTP {status})" in text
    assert "try again in a few minutes" in text


def test_no_answer_in_time(said):
    def handler(request):
        raise httpx2.ReadTimeout("slow", request=request)

    assert said(handler) == "OpenAI did not answer in time. Wait a moment and try again."


def test_no_network(said):
    text = said(failing(socket.gaierror(-2, "Name or service not known")))
    assert "could not be found on the network" in text
    assert "this computer is online" in text


def test_a_refused_connection(said):
    assert "could not be reached" in said(failing(ConnectionRefusedError(111, "refused")))


def test_a_certificate_that_is_not_trusted(said):
    text = said(failing(ssl.SSLCertVerificationError(1, "self-signed certificate")))
    assert "certificate could not be checked" in text


@pytest.mark.parametrize("status", [403, 407, 511])
def test_a_proxys_refusal_page(said, status):
    text = said(lambda _r: httpx2.Response(status, html="<html><b>Blocked</b></html>"))
    assert "A web page came back instead of an answer from OpenAI" in text
    assert "<" not in text


def test_a_log_in_page_in_place_of_data(openai_place):
    error = transport.WebPageError(httpx2.Request("GET", "https://api.openai.com/v1/models"))
    assert "sign in there" in explain(error, openai_place)


def test_a_web_page_from_the_places_own_front_is_trouble_of_its_own(said):
    text = said(lambda _r: httpx2.Response(502, html="<html>Bad gateway</html>"))
    assert "HTTP 502" in text
    assert "<" not in text


def test_the_engine_is_named_as_what_it_is(said, engine_place):
    assert "started again by itself" in said(failing(ConnectionRefusedError()), engine_place)
    assert "started anew" in said(refusing(401), engine_place)
    text = said(refusing(400, "Give at least 10 examples."), engine_place)
    assert text.startswith("The engine on this computer did not take this (HTTP 400)")
    assert "from the engine on this computer" in explain(
        json.JSONDecodeError("no", "x", 0), engine_place
    )


def test_an_engine_that_is_not_running(engine_place):
    client = client_for(engine_place).with_options(max_retries=0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: the port refuses
        client.base_url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(openai.APIConnectionError) as raised:
            client.models.list()
    assert "does not answer" in explain(raised.value, engine_place)


def test_a_stream_that_breaks_off(openai_place):
    error = openai.APIError(
        "The server had an error",
        httpx2.Request("POST", "https://api.openai.com/v1/chat/completions"),
        body={"message": "The server had an error"},
    )
    assert explain(error, openai_place) == (
        "OpenAI broke off: “The server had an error” Try again."
    )


def test_anything_else_is_named_by_its_kind_only(openai_place):
    text = explain(RuntimeError(f"oops {KEY}"), openai_place)
    assert text == "Something unexpected happened at OpenAI (RuntimeError). Try again."


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 500])
@pytest.mark.parametrize("key", [KEY, "plain-key-of-another-place", "kurz"])
def test_the_key_is_in_no_explanation(ask, status, key):
    profile = load_profiles()["openai"]
    place = Place(profile, profile.base_url, key)
    with pytest.raises(openai.APIStatusError) as raised:
        ask(refusing(status, f"The key {key} may not; nor sk-proj-12345678."), place)
    text = explain(raised.value, place)
    assert key not in text
    assert "sk-proj" not in text


def test_a_key_is_gone_even_where_a_long_message_is_cut_through_it(said):
    text = said(refusing(400, "x " * 145 + KEY))
    assert KEY[:8] not in text
    assert len(text) < 400


def test_a_long_message_without_a_space_is_cut_too(said):
    assert len(said(refusing(400, "x" * 9_000))) < 400


@pytest.fixture
def raised(ask):
    """The error that the SDK raises when the place answers so."""

    def raised(handler):
        with pytest.raises(openai.OpenAIError) as caught:
            ask(handler)
        return caught.value

    return raised


@pytest.mark.parametrize(
    ("status", "code", "worth"),
    [
        (429, "rate_limit_exceeded", True),
        (429, "insufficient_quota", False),
        (500, None, True),
        (503, None, True),
        (400, None, False),
        (401, None, False),
        (403, "training_not_available", False),
        (404, None, False),
        (409, None, False),
    ],
)
def test_only_a_busy_place_is_worth_another_try(raised, status, code, worth):
    assert worth_another_try(raised(refusing(status, code=code))) is worth


def test_a_broken_connection_is_worth_another_try_and_a_web_page_is_not(raised):
    assert worth_another_try(raised(failing(OSError())))
    request = httpx2.Request("GET", "http://127.0.0.1:9/v1/models")
    assert not worth_another_try(transport.WebPageError(request))


@pytest.mark.parametrize(
    ("said_so", "wait"),
    [
        ("37", timedelta(seconds=37)),
        ("Thu, 26 Nov 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Thu, 26 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_as_seconds_or_as_a_date(raised, said_so, wait):
    error = raised(refusing(429, headers={"retry-after": said_so}))
    assert wait_asked_for(error, datetime(2026, 11, 26, 12, tzinfo=UTC)) == wait
