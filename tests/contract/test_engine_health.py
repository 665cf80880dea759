"""Whether the engine is well and what it counts, for programs that watch it."""

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from tests.contract.running_engine import RunningEngine, eventually
from tests.contract.test_engine_crashes import children_of

SECRET = "the-words-of-a-person"


def outside(engine: RunningEngine, path: str, **headers: str) -> httpx2.Response:
    return httpx2.get(engine.url.removesuffix("/v1") + path, headers=headers, trust_env=False)


def counted(engine: RunningEngine) -> dict[tuple[str, ...], float]:
    text = outside(engine, "/metrics", Authorization=f"Bearer {engine.token}").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_health_needs_no_token_but_the_right_host(engine: RunningEngine):
    response = outside(engine, "/health")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert outside(engine, "/health", Host="evil.example").status_code == 421


def test_an_engine_holds_no_workers_until_a_model_is_asked_for(fresh_engine: RunningEngine):
    assert fresh_engine.request("GET", "/models").status_code == 200
    assert outside(fresh_engine, "/health").json()["chat"] == "idle"
    assert children_of(fresh_engine.process.pid) == []
    fresh_engine.request("GET", "/engine")
    eventually(lambda: len(children_of(fresh_engine.process.pid)) == 2)
    assert eventually(lambda: outside(fresh_engine, "/health").json()["chat"] == "ready")


def test_counters_need_the_token(engine: RunningEngine):
    assert outside(engine, "/metrics").status_code == 401


def test_chats_jobs_and_requests_are_counted_without_a_word_of_theirs(
    fresh_engine: RunningEngine,
):
    engine = fresh_engine
    completion = engine.sdk.chat.completions.create(
        model="voicetune-starter", messages=[{"role": "user", "content": SECRET}]
    )
    job = engine.job(suffix=SECRET, metadata={"note": SECRET})
    engine.wait_for(job, "succeeded")
    engine.request("GET", f"/models/{SECRET}")
    found = eventually(lambda: _with_chat(counted(engine)))
    assert found["voicetune_chat_tokens_total", "prompt"] == completion.usage.prompt_tokens
    assert found["voicetune_chat_tokens_total", "completion"] == completion.usage.completion_tokens
    assert found["voicetune_chat_first_token_seconds_count",] == 1
    assert found["voicetune_requests_total", "chat.create", "200"] == 1
    assert found["voicetune_requests_total", "models.retrieve", "404"] == 1
    assert found["voicetune_jobs", "succeeded"] == 1
    assert found["voicetune_jobs", "running"] == 0
    assert SECRET not in str(found)


def _with_chat(found: dict[tuple[str, ...], float]) -> dict[tuple[str, ...], float] | None:
    return found if ("voicetune_requests_total", "chat.create", "200") in found else None
