import http.server
import json
import threading

import openai
import pytest

from voicetune.providers.client import Place
from voicetune.providers.probe import Found, probe
from voicetune.providers.profiles import load_profiles

MODELS = {"data": [{"id": "qwen3:8b"}, {"id": "mine"}, {"name": "without id"}]}
BAD_REQUEST = {"error": {"message": "messages must not be empty"}}
ABSENT = {"error": {"message": "Not Found"}}


@pytest.fixture
def serving():
    """Serves (status, body) by path on loopback and returns the place; asked has the paths."""
    servers = []

    def serve(answers, asked=None):
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                path = self.path.split("?")[0].removeprefix("/v1")
                if asked is not None:
                    asked.append((self.command, path))
                length = int(self.headers.get("content-length") or 0)
                self.rfile.read(length)
                status, body = answers.get(path, (404, ABSENT))
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815 - the base class's names

            def log_message(self, *args):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Place(load_profiles()["server"], f"http://127.0.0.1:{server.server_port}/v1", "")

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_knows_a_voicetune_engine(serving):
    found = probe(
        serving(
            {
                "/engine": (200, {"version": "1", "models": [], "queue": 0}),
                "/fine_tuning/jobs": (200, {"object": "list", "data": []}),
                "/models": (200, MODELS),
                "/chat/completions": (400, BAD_REQUEST),
            }
        )
    )
    assert found == Found(engine=True, trains=True, chats=True, models=("qwen3:8b", "mine"))


def test_knows_a_server_that_trains_by_the_protocol(serving):
    answers = {"/fine_tuning/jobs": (200, {"data": []}), "/models": (200, MODELS)}
    found = probe(serving(answers))
    assert (found.engine, found.trains, found.chats) == (False, True, False)


@pytest.mark.parametrize(
    "refusal",
    [
        (400, BAD_REQUEST),
        (422, BAD_REQUEST),
        (404, {"error": {"message": "The model `` does not exist."}}),
        (500, {"error": {"message": "internal"}}),
    ],
)
def test_knows_a_server_that_only_chats(serving, refusal):
    found = probe(serving({"/models": (200, MODELS), "/chat/completions": refusal}))
    assert (found.engine, found.trains, found.chats) == (False, False, True)


def test_a_page_that_answers_anything_is_no_engine(serving):
    found = probe(serving({"/engine": (200, ["hello"]), "/fine_tuning/jobs": (200, {"x": 1})}))
    assert found == Found(engine=False, trains=False, chats=False)


def test_a_refused_key_and_a_silent_server_are_errors(serving):
    with pytest.raises(openai.AuthenticationError):
        probe(serving({"/models": (401, {"error": {"message": "key"}})}))
    with pytest.raises(openai.APIConnectionError):
        probe(Place(load_profiles()["server"], "http://127.0.0.1:9/v1", ""))


def test_asking_makes_no_job_and_no_answer(serving):
    asked = []
    probe(serving({"/models": (200, MODELS), "/chat/completions": (400, BAD_REQUEST)}, asked))
    assert [path for method, path in asked if method == "POST"] == ["/chat/completions"]


def test_what_was_found_survives_being_kept():
    found = Found(engine=False, trains=True, chats=True, models=("å", "b"))
    assert Found.from_json(json.loads(json.dumps(found.as_json()))) == found
