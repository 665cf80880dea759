"""The engine against its own description: whatever is sent, the answer is one that it promises."""

import json
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.hub import Repository, model_files, running_hub
from tests.contract.running_engine import RunningEngine
from voicetune.engine.openapi import describe

PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
described = schemathesis.openapi.from_dict(describe())
ON_THE_HUB = "Owner/Small-1B"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    with running_hub() as hub:
        hub.repositories[ON_THE_HUB] = Repository(model_files())
        running = RunningEngine(tmp_path_factory.mktemp("engine"), hub=hub.url).start()
        yield running
        running.stop()


def known_ids(engine: RunningEngine) -> dict[str, str]:
    """Returns what there is: a file, a job that is over, a model; made once an engine."""
    jobs = engine.sdk.fine_tuning.jobs.list().data
    if not jobs:
        jobs = [engine.wait_for(engine.job(), "succeeded")]
    downloads = engine.request("GET", "/engine/downloads").json()["data"]
    if not downloads:
        asked = {"model": ON_THE_HUB}
        downloads = [engine.request("POST", "/engine/downloads", json=asked).json()]
    return {
        "file_id": jobs[-1].result_files[0],
        "fine_tuning_job_id": jobs[-1].id,
        "model": "voicetune-starter",
        "download_id": downloads[0]["id"],
    }


@described.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: schemathesis.Case, engine: RunningEngine):
    for name, value in (case.path_parameters or {}).items():
        if case.method != "DELETE" and len(str(value)) % 2:
            case.path_parameters[name] = known_ids(engine)[name]
    case.call_and_validate(
        base_url=engine.url.removesuffix("/v1"),
        headers={"Authorization": f"Bearer {engine.token}"},
        checks=PROMISES,
    )


def test_the_description_is_served_as_it_is_written(engine: RunningEngine):
    import httpx2

    response = httpx2.get(
        engine.url.removesuffix("/v1") + "/openapi.json",
        headers={"Authorization": f"Bearer {engine.token}"},
        trust_env=False,
    )
    assert response.json() == json.loads(json.dumps(describe()))


def test_every_route_is_described():
    from voicetune.engine import (
        routes_catalogue,
        routes_chat,
        routes_engine,
        routes_files,
        routes_health,
        routes_jobs,
        routes_models,
    )

    parts = (routes_files, routes_jobs, routes_models, routes_chat, routes_engine, routes_catalogue)
    there = {
        (f"/v1{route.path}", method)
        for part in parts
        for route in part.routes
        for method in route.methods - {"HEAD"}
    }
    there |= {(route.path, "GET") for route in routes_health.routes} - {("/openapi.json", "GET")}
    names = {"{job_id}": "{fine_tuning_job_id}", "{model:path}": "{model}"}
    for own, theirs in names.items():
        there = {(path.replace(own, theirs), method) for path, method in there}
    described_paths = {
        (path, method.upper()) for path, item in describe()["paths"].items() for method in item
    }
    assert described_paths == there
