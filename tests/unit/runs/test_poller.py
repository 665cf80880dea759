import dataclasses
import threading

import pytest

from tests.stand_in import running_stand_in
from voicetune.runs.launch import Settings, prepare
from voicetune.runs.poller import Poller
from voicetune.workspace.reports import list_samples
from voicetune.workspace.runs import get_run

PATIENCE = 20
"""Seconds until a test that hangs fails; no test waits for them when all is well."""
JOB = "GET /fine_tuning/jobs/{job_id}"


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def hosted(place):
    profile = place.profile.model_copy(update={"kind": "hosted"})
    return dataclasses.replace(place, profile=profile)


def test_an_open_run_is_followed_to_its_end(ws, launched, place, stand_in, clock):
    poller = Poller(ws, lambda run: place, clock=clock)
    stand_in.advance(launched.job_id, "running")
    assert poller.step() == 1.0
    assert get_run(ws, launched.id).status == "running"
    stand_in.finish(launched.job_id)
    clock.now += 1
    poller.step()
    assert get_run(ws, launched.id).status == "succeeded"
    assert poller.step() == 30.0


def test_a_run_is_not_asked_about_before_it_is_due(ws, launched, place, stand_in, clock):
    poller = Poller(ws, lambda run: place, clock=clock)
    poller.step()
    clock.now += 0.4
    assert poller.step() == pytest.approx(0.6)
    assert stand_in.count(JOB) == 1


def test_a_hosted_place_is_asked_less_often(ws, launched, place, clock):
    assert Poller(ws, lambda run: hosted(place), clock=clock).step() == 10.0


def test_a_run_left_behind_by_a_crash_is_launched(ws, prepared, place, clock):
    Poller(ws, lambda run: place, clock=clock).step()
    assert get_run(ws, prepared.id).job_id == "ftjob-1"


def test_a_place_that_is_away_is_asked_less_and_less_often_and_the_run_says_so(
    ws, launched, gone, clock
):
    poller = Poller(ws, lambda run: hosted(gone), clock=clock)
    pauses = []
    for _ in range(6):
        pauses.append(poller.step())
        clock.now += pauses[-1]
    assert pauses == [20.0, 40.0, 80.0, 120.0, 120.0, 120.0]
    assert "tries again by itself" in get_run(ws, launched.id).message


def test_a_place_that_is_back_is_followed_again_and_the_note_is_gone(
    ws, launched, place, gone, stand_in, clock
):
    places = [gone, place]
    poller = Poller(ws, lambda run: places.pop(0), clock=clock)
    clock.now += poller.step()
    stand_in.advance(launched.job_id, "running")
    assert poller.step() == 1.0
    run = get_run(ws, launched.id)
    assert (run.status, run.message) == ("running", "")


def test_an_engine_that_restarted_at_another_address_is_found_again(
    ws, launched, place, stand_in, clock
):
    with running_stand_in() as restarted:
        restarted.jobs, restarted.events = stand_in.jobs, stand_in.events
        now_at = [place]
        poller = Poller(ws, lambda run: now_at[0], clock=clock)
        poller.step()
        now_at[0] = dataclasses.replace(place, base_url=restarted.base_url)
        restarted.finish(launched.job_id)
        clock.now += 1
        poller.step()
        assert restarted.count(JOB) == 1
    assert get_run(ws, launched.id).status == "succeeded"


def test_a_place_that_is_not_connected_is_left_alone(ws, launched, stand_in, clock):
    asked = len(stand_in.requests)
    assert Poller(ws, lambda run: None, clock=clock).step() == 5.0
    assert len(stand_in.requests) == asked
    assert get_run(ws, launched.id).message == ""


def test_one_run_that_fails_does_not_hold_up_the_others(
    ws, launched, place, stand_in, clock, caplog
):
    other = prepare(ws, launched.dataset_id, place, "tiny", Settings(), "k2")

    poller = Poller(ws, lambda run: broken(place) if run.id == launched.id else place, clock=clock)
    poller.step()
    assert get_run(ws, other.id).job_id == "ftjob-2"
    assert f"Run {launched.id} could not be followed" in caplog.text


def broken(place):
    """A place whose address makes the client itself fail, not its answer."""
    return dataclasses.replace(place, base_url=7)


def test_the_thread_follows_a_run_and_collects_its_samples(ws, launched, place, stand_in):
    asked = threading.Event()
    stand_in.on("POST /chat/completions", asked.set)
    poller = Poller(ws, lambda run: place)
    poller.start()
    try:
        assert asked.wait(PATIENCE)
    finally:
        poller.stop()
    assert [sample.epoch for sample in list_samples(ws, launched.id)] == [0]


def test_waking_it_looks_at_once(ws, launched, place, stand_in, clock):
    """The clock stands still: without a wake the run would never be due again."""
    first, second = threading.Event(), threading.Event()
    stand_in.on(JOB, first.set)
    stand_in.on(JOB, second.set)
    poller = Poller(ws, lambda run: hosted(place), clock=clock)
    poller.start()
    try:
        assert first.wait(PATIENCE)
        poller.wake()
        assert second.wait(PATIENCE)
    finally:
        poller.stop()


def test_it_stops_cleanly(ws, launched, place):
    poller = Poller(ws, lambda run: place)
    poller.start()
    poller.stop()
    assert not [t for t in threading.enumerate() if t.name in ("runs", "run samples")]


def test_it_can_be_stopped_before_it_was_started(ws):
    Poller(ws, lambda run: None).stop()
