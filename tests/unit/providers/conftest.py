import httpx2
import openai
import pytest

from voicetune.providers.client import Place, client_for
from voicetune.providers.profiles import load_profiles

KEY = "vt-unit-test-key-000"


@pytest.fixture
def openai_place() -> Place:
    profile = load_profiles()["openai"]
    return Place(profile, profile.base_url, KEY)


@pytest.fixture
def engine_place() -> Place:
    return Place(load_profiles()["local"], "http://127.0.0.1:9/v1", KEY)


@pytest.fixture
def ask(openai_place):
    """Lists jobs at a place that answers as `handler` does, without retries."""

    def ask(handler, place=openai_place) -> None:
        connections = openai.DefaultHttpx2Client(transport=httpx2.MockTransport(handler))
        client = client_for(place, connections=connections).with_options(max_retries=0)
        client.fine_tuning.jobs.list()

    return ask
