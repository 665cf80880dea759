from datetime import UTC, datetime, timedelta

import pytest

from voicetune.training.eta import elapsed_in_words, in_words, left_in_words, remaining

START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


def test_one_step_is_not_enough_to_tell():
    assert remaining([], 10, START) is None
    assert remaining([(at(0), 1)], 10, START) is None


def test_even_steps_give_the_exact_time_left():
    steps = [(at(2 * n), n) for n in range(1, 11)]
    assert remaining(steps, 40, at(20)) == timedelta(seconds=60)


def test_the_time_since_the_last_step_is_taken_off():
    steps = [(at(2 * n), n) for n in range(1, 11)]
    assert remaining(steps, 40, at(25)) == timedelta(seconds=55)


def test_a_late_step_never_promises_that_it_is_over():
    steps = [(at(2 * n), n) for n in range(1, 11)]
    assert remaining(steps, 40, at(600)) > timedelta(seconds=10)


def test_a_pause_does_not_stretch_the_estimate():
    steps = [(at(2 * n), n) for n in range(1, 11)]
    steps += [(at(4000 + 2 * n), n) for n in range(11, 21)]
    assert remaining(steps, 40, steps[-1][0]) == timedelta(seconds=40)


def test_the_end_of_an_epoch_counts_in():
    steps = [(at(2 * n + (10 if n > 5 else 0)), n) for n in range(1, 11)]
    assert remaining(steps, 19, steps[-1][0]) == timedelta(seconds=28)


def test_only_recent_steps_count():
    steps = [(at(10 * n), n) for n in range(1, 51)]
    steps += [(at(500 + 2 * n), 50 + n) for n in range(1, 51)]
    assert remaining(steps, 110, steps[-1][0]) == timedelta(seconds=20)


def test_a_step_number_that_goes_back_after_a_restart_is_left_out():
    steps = [(at(2), 1), (at(4), 2), (at(20), 1), (at(22), 2), (at(24), 3)]
    assert remaining(steps, 13, at(24)) == timedelta(seconds=20)


def test_nothing_is_left_after_the_last_step():
    assert remaining([(at(0), 9), (at(2), 10)], 10, at(2)) == timedelta()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (49, "less than a minute"),
        (55, "about 1 minute"),
        (64, "about 1 minute"),
        (70, "about 2 minutes"),
        (120, "about 2 minutes"),
        (3000, "about 50 minutes"),
        (3600, "about 1 hour"),
        (4700, "about 1 hour 20 minutes"),
        (86400, "about 1 day"),
        (100000, "about 1 day 3 hours"),
    ],
)
def test_spans_are_said_roundly(seconds, words):
    assert in_words(timedelta(seconds=seconds)) == words


def test_time_left_is_said_in_words():
    assert left_in_words(timedelta(seconds=120)) == "about 2 minutes left"
    assert left_in_words(None) == "working out how long it takes"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 seconds"),
        (1, "1 second"),
        (42, "42 seconds"),
        (60, "1 minute"),
        (185, "3 minutes 5 seconds"),
        (4800, "1 hour 20 minutes"),
        (7200, "2 hours"),
    ],
)
def test_elapsed_time_is_said_exactly(seconds, words):
    assert elapsed_in_words(timedelta(seconds=seconds)) == words
