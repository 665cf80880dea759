import pytest

from voicetune.engine.launcher import EngineStartError
from voicetune.providers.profiles import load_profiles
from voicetune.runs import connection
from voicetune.runs.connection import NotConnectedError, connected


def write_engine(home, port):
    (home / "engine").mkdir(parents=True, exist_ok=True)
    (home / "engine" / "url").write_text(f"http://127.0.0.1:{port}/v1\n")
    (home / "engine" / "token").write_text(f"token-{port}\n")


class Engine:
    """Stands for the engine's process: writes what a started one writes."""

    refuses = ""
    stopped = 0

    def start(self, home):
        if self.refuses:
            raise EngineStartError(self.refuses)
        write_engine(home, 7001)

    def stop(self):
        type(self).stopped += 1


@pytest.fixture
def engine(monkeypatch):
    class Fresh(Engine):
        pass

    monkeypatch.setattr(connection, "EngineProcess", Fresh)
    return Fresh


def test_the_local_engine_is_there_for_as_long_as_it_is_needed(engine):
    with connected(load_profiles()["local"]) as place:
        assert place().base_url == "http://127.0.0.1:7001/v1"
        assert place().api_key == "token-7001"
        assert engine.stopped == 0
    assert engine.stopped == 1


def test_an_engine_that_restarted_elsewhere_is_followed(engine, voicetune_home):
    with connected(load_profiles()["local"]) as place:
        write_engine(voicetune_home, 7002)
        assert place().base_url == "http://127.0.0.1:7002/v1"
        assert place().api_key == "token-7002"


def test_the_engine_is_stopped_when_the_command_breaks_off(engine):
    with pytest.raises(KeyboardInterrupt), connected(load_profiles()["local"]):
        raise KeyboardInterrupt
    assert engine.stopped == 1


def test_an_engine_that_does_not_start_says_why(engine):
    engine.refuses = "The local engine needs PyTorch"
    with (
        pytest.raises(NotConnectedError, match="needs PyTorch"),
        connected(load_profiles()["local"]),
    ):
        pass


def test_a_hosted_place_takes_its_key_from_the_environment(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    with connected(load_profiles()["openai"]) as place:
        assert place().api_key == "from-the-environment"
