import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx2
import pytest

from voicetune.providers import transport
from voicetune.providers.client import Place, client_for, hosted_place, local_place
from voicetune.providers.keys import key_for
from voicetune.providers.profiles import load_profiles

KEY = "vt-unit-test-key-000"


@pytest.fixture
def server():
    """A loopback server; `server.reply` is (content type, body), `server.seen` the headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.seen.append(self.headers)
            kind, body = server.reply
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.reply = [], ("application/json", b'{"object": "list", "data": []}')
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def engine_at(server) -> Place:
    return Place(load_profiles()["local"], f"http://127.0.0.1:{server.server_port}/v1", KEY)


def test_the_key_shows_in_no_repr(openai_place):
    assert KEY not in repr(openai_place)
    assert KEY not in str(openai_place)
    assert KEY not in repr(client_for(openai_place))


def test_sends_the_key_with_each_request_and_only_there(server):
    client_for(engine_at(server)).models.list()
    (headers,) = server.seen
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in str(transport.local_connections().headers)


@pytest.mark.parametrize("key", ["sk-gänsefüßchen", "sk-two\nlines", "“sk-quoted”", "sk a"])
def test_a_key_that_no_header_takes_reaches_the_place_and_is_refused_there(server, key):
    place = Place(load_profiles()["local"], engine_at(server).base_url, key)
    client_for(place).models.list()
    assert "?" in server.seen[0]["Authorization"]


def test_the_engine_is_reached_past_a_proxy(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    transport.local_connections.cache_clear()
    assert client_for(engine_at(server)).models.list().data == []
    transport.local_connections.cache_clear()


def test_clients_share_their_connections(openai_place, engine_place):
    assert client_for(openai_place)._client is client_for(openai_place)._client
    assert client_for(openai_place)._client is not client_for(engine_place)._client


def test_a_web_page_in_place_of_data_is_an_error_at_once(server):
    server.reply = ("text/html; charset=utf-8", b"<html>Sign in</html>")
    with pytest.raises(transport.WebPageError):
        client_for(engine_at(server)).fine_tuning.jobs.list()
    assert len(server.seen) == 1


def test_timeouts_are_the_connections_own(openai_place):
    assert client_for(openai_place).timeout == transport.HOSTED_TIMEOUT
    assert isinstance(client_for(openai_place)._client, httpx2.Client)


def test_a_typed_key_goes_before_the_environments(monkeypatch):
    profile = load_profiles()["openai"]
    monkeypatch.setenv("OPENAI_API_KEY", " from-environment\n")
    assert key_for(profile) == "from-environment"
    assert key_for(profile, " typed ") == "typed"
    assert hosted_place(profile).api_key == "from-environment"


def test_no_key_no_place(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert hosted_place(load_profiles()["openai"]) is None


def test_the_running_engine_is_found_by_its_files(tmp_path):
    assert local_place(tmp_path) is None
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "url").write_text("http://127.0.0.1:4711/v1\n", "utf-8")
    assert local_place(tmp_path) is None
    (tmp_path / "engine" / "token").write_text(f"{KEY}\n", "utf-8")
    place = local_place(tmp_path)
    assert (place.base_url, place.api_key) == ("http://127.0.0.1:4711/v1", KEY)
    assert place.profile.local
