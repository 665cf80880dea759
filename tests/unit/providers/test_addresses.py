import pytest

from voicetune.providers.addresses import address_of, complete, is_loopback, is_near, is_url
from voicetune.providers.client import hosted_place
from voicetune.providers.profiles import load_profiles


@pytest.mark.parametrize(
    ("place", "typed", "address"),
    [
        ("server", "192.168.1.20:8000", "http://192.168.1.20:8000/v1"),
        ("server", "localhost:8000/", "http://localhost:8000/v1"),
        ("server", "gpu-box", "http://gpu-box/v1"),
        ("server", "gpu.example.org", "https://gpu.example.org/v1"),
        ("server", "https://gpu.example.org/models/v1/", "https://gpu.example.org/models/v1"),
        ("server", "https://name:secret@gpu.example.org?key=1#x", "https://gpu.example.org/v1"),
        ("server", "http://[::1]:9000", "http://[::1]:9000/v1"),
        ("azure", "https://mine.openai.azure.com", "https://mine.openai.azure.com/openai/v1"),
        ("azure", "mine.openai.azure.com/openai", "https://mine.openai.azure.com/openai/v1"),
        ("azure", "mine.openai.azure.com/openai/v1/", "https://mine.openai.azure.com/openai/v1"),
        ("ollama", "http://10.0.0.5:11434", "http://10.0.0.5:11434/v1"),
    ],
)
def test_completes_what_a_person_types(place, typed, address):
    assert complete(load_profiles()[place], typed) == address


def test_the_typed_address_comes_before_the_environments_and_the_usual_one(monkeypatch):
    ollama = load_profiles()["ollama"]
    assert address_of(ollama) == "http://localhost:11434/v1"
    monkeypatch.setenv("OLLAMA_URL", "http://box:11434")
    assert address_of(ollama) == "http://box:11434/v1"
    assert address_of(ollama, "http://typed:1") == "http://typed:1/v1"


def test_a_place_with_a_fixed_address_cannot_be_sent_elsewhere():
    openai = load_profiles()["openai"]
    assert address_of(openai, "https://elsewhere.example.org") == "https://api.openai.com/v1"


@pytest.mark.parametrize("typed", ["", "http://", "ftp://x/v1", "http://host:port", "http://[::1"])
def test_what_is_no_address_connects_nothing(typed, monkeypatch):
    monkeypatch.delenv("VOICETUNE_SERVER_URL", raising=False)
    assert hosted_place(load_profiles()["server"], "", typed) is None


def test_a_server_needs_no_key_and_azure_does(monkeypatch):
    monkeypatch.delenv("AZURE_OPENAI_API_KEY", raising=False)
    profiles = load_profiles()
    assert hosted_place(profiles["server"], "", "http://box/v1").base_url == "http://box/v1"
    assert hosted_place(profiles["azure"], "", "https://x.openai.azure.com") is None
    assert hosted_place(profiles["azure"], "k", "https://x.openai.azure.com").api_key == "k"


def test_tells_this_computer_and_its_network_from_the_rest():
    assert is_loopback("http://127.0.0.1:1/v1")
    assert is_loopback("http://[::1]/v1")
    assert not is_loopback("http://10.0.0.1/v1")
    assert not is_loopback("http://127.0.0.1.example.org/v1")
    assert is_near("http://nas.local/v1")
    assert not is_near("https://api.openai.com/v1")
    assert not is_url("http://[::1")
