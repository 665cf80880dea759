"""Holds the engine's answers against OpenAI's own description of its API.

`python -m benchmarks.conformance OPENAPI_YAML`, where the file is `openapi.yaml` of
github.com/openai/openai-openapi (it is not part of this project).

Starts an engine, walks one small set through every route that it shares with OpenAI, and checks
each answer, each streamed chunk and each line of an error against the schema that the description
gives for that route and status. It then lists the routes and the request fields of the description
that the engine does not know, so that docs/engine.md can say of each whether it is refused.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from voicetune.engine.launcher import EngineProcess

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "samples" / "hiring_manager.jsonl"
FAMILIES = ("/files", "/fine_tuning", "/models", "/chat/completions")
MODEL = "voicetune-starter"
CHAT = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 5}


class Description:
    """OpenAI's description, and what an answer has wrong by it."""

    def __init__(self, file: Path) -> None:
        self.whole = modern(yaml.safe_load(file.read_text(encoding="utf-8")))
        resource = Resource.from_contents(self.whole, default_specification=DRAFT202012)
        self._registry = Registry().with_resource("urn:openai", resource)

    def problems(self, schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
        """Yields what is wrong with a value."""
        validator = Draft202012Validator(anchored(schema), registry=self._registry)
        for error in validator.iter_errors(value):
            yield f"{where}: {error.json_path} {error.message[:160]}"

    def answer_schema(self, method: str, path: str) -> dict[str, Any] | None:
        """Returns the schema of a route's JSON answer."""
        content = self.whole["paths"][path][method]["responses"]["200"].get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema

    def named(self, name: str) -> dict[str, Any]:
        """Returns a reference to a schema of the description."""
        return {"$ref": f"#/components/schemas/{name}"}

    def fields(self, name: str) -> set[str]:
        """Returns all the fields of a schema, those that it takes from others included."""
        return set(self._fields(self.named(name)))

    def _fields(self, schema: dict[str, Any]) -> Iterator[str]:
        if reference := schema.get("$ref"):
            schema = self.whole["components"]["schemas"][reference.rpartition("/")[2]]
        yield from schema.get("properties", {})
        for part in schema.get("allOf", ()):
            yield from self._fields(part)


def modern(schema: Any) -> Any:
    """Returns the schema with what it still says in the words of OpenAPI 3.0 said in those of 3.1.

    There `nullable` allowed null, and `exclusiveMinimum: true` left out the minimum itself.
    """
    if isinstance(schema, list):
        return [modern(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: modern(value) for key, value in schema.items() if key != "nullable"}
    if plain.get("exclusiveMinimum") is True:
        plain["exclusiveMinimum"] = plain.pop("minimum")
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def anchored(schema: Any) -> Any:
    """Returns the schema with its references pointing into the description."""
    if isinstance(schema, dict):
        return {
            key: f"urn:openai{value}" if key == "$ref" else anchored(value)
            for key, value in schema.items()
        }
    return [anchored(each) for each in schema] if isinstance(schema, list) else schema


class Walk:
    """A client that checks every answer on its way."""

    def __init__(self, engine: EngineProcess, description: Description) -> None:
        self.http = httpx2.Client(
            base_url=str(engine.url),
            headers={"authorization": f"Bearer {engine.token}"},
            timeout=60,
        )
        self._description = description
        self.problems: list[str] = []
        self.walked: set[tuple[str, str]] = set()

    def ask(self, method: str, path: str, status: int = 200, **request: Any) -> Any:
        """Sends a request and checks status and answer; names in the path come from `at`."""
        response = self.http.request(method, path.format(**request.pop("at", {})), **request)
        where = f"{method.upper()} {path} {status}"
        if response.status_code != status:
            self.problems.append(f"{where}: answered {response.status_code} {response.text[:200]}")
        if status == 200:
            self.walked.add((method, path))
            schema = self._description.answer_schema(method, path)
        else:
            schema = self._description.named("ErrorResponse")
        if schema is None or "json" not in response.headers["content-type"]:
            return None  # a file's content
        self.problems += self._description.problems(schema, response.json(), where)
        return response.json()

    def stream(self, **extra: Any) -> None:
        """Checks every chunk of a streamed answer, and that the stream ends as it should."""
        chunk = self._description.named("CreateChatCompletionStreamResponse")
        with self.http.stream(
            "post", "/chat/completions", json=CHAT | {"stream": True} | extra
        ) as response:
            frames = [line for line in response.iter_lines() if line]
        if frames[-1] != "data: [DONE]":
            self.problems.append(f"the stream ends with {frames[-1]!r}")
        for frame in frames[:-1]:
            value = json.loads(frame.removeprefix("data: "))
            self.problems += self._description.problems(chunk, value, "a chunk")


def walk_all(walk: Walk) -> None:
    """Walks a set of twelve examples through all routes."""
    lines = SAMPLE.read_bytes().splitlines(keepends=True)[:12]
    content = {"file": ("a.jsonl", b"".join(lines))}
    file = walk.ask("post", "/files", data={"purpose": "fine-tune"}, files=content)
    walk.ask("post", "/files", 400, data={"purpose": "assistants"}, files=content)
    walk.ask("get", "/files")
    walk.ask("get", "/files/{file_id}", at={"file_id": file["id"]})
    walk.ask("get", "/files/{file_id}/content", at={"file_id": file["id"]})
    walk.ask("get", "/files/{file_id}", 404, at={"file_id": "file-none"})

    body = {"model": MODEL, "training_file": file["id"], "validation_file": file["id"]}
    jobs, one = "/fine_tuning/jobs", "/fine_tuning/jobs/{fine_tuning_job_id}"
    walk.ask("post", jobs, 400, json=body | {"method": {"type": "reinforcement"}})
    job = walk.ask(
        "post", jobs, json=body | {"hyperparameters": {"n_epochs": 1}, "metadata": {"a": "b"}}
    )
    at = {"fine_tuning_job_id": job["id"]}
    while job["status"] not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.2)
        job = walk.ask("get", one, at=at)
    walk.ask("get", jobs)
    walk.ask("get", f"{one}/events", at=at)
    walk.ask("get", f"{one}/checkpoints", at=at)
    for verb in ("pause", "resume", "cancel"):
        walk.ask("post", f"{one}/{verb}", 400, at=at)
    second = walk.ask("post", jobs, json=body)
    for verb in ("pause", "resume", "cancel"):
        walk.ask("post", f"{one}/{verb}", at={"fine_tuning_job_id": second["id"]})

    walk.ask("get", "/models")
    walk.ask("get", "/models/{model}", at={"model": MODEL})
    walk.ask("get", "/models/{model}", 404, at={"model": "none"})
    walk.ask("post", "/chat/completions", json=CHAT)
    walk.ask("post", "/chat/completions", 400, json=CHAT | {"tools": [{"type": "function"}]})
    walk.stream()
    walk.stream(stream_options={"include_usage": True}, n=2)
    walk.ask("delete", "/models/{model}", at={"model": job["fine_tuned_model"]})
    walk.ask("delete", "/files/{file_id}", at={"file_id": file["id"]})


def unknown_fields(walk: Walk, description: Description) -> Iterator[str]:
    """Yields the request fields of the description that the engine says it does not know."""
    for name, path, body in (
        ("CreateChatCompletionRequest", "/chat/completions", CHAT),
        ("CreateFineTuningJobRequest", "/fine_tuning/jobs", {"model": MODEL}),
    ):
        for field in sorted(description.fields(name) - body.keys()):
            answer = walk.http.post(path, json=body | {field: {"?": 1}}).json()
            message = answer.get("error", {}).get("message", "")
            if "does not know" in message and answer["error"]["param"] == field:
                yield f"{path}: {field}"


def main() -> None:
    """Prints what does not conform, and what of the description is not here."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conformance")
    parser.add_argument("description", type=Path)
    description = Description(parser.parse_args().description)
    engine = EngineProcess()
    with tempfile.TemporaryDirectory() as home:
        engine.start(Path(home))
        try:
            walk = Walk(engine, description)
            walk_all(walk)
            unknown = list(unknown_fields(walk, description))
        finally:
            engine.stop()
    for problem in dict.fromkeys(walk.problems):
        print("DIFFERS", problem)
    for field in unknown:
        print("unknown field", field)
    for path, methods in description.whole["paths"].items():
        for method in methods:
            if path.startswith(FAMILIES) and (method, path) not in walk.walked:
                print("not here", method.upper(), path)
    print(f"{len(walk.walked)} routes walked, {len(set(walk.problems))} differences")


if __name__ == "__main__":
    main()
