import base64
import math
from dataclasses import dataclass
from datetime import UTC, datetime

from voicetune.training.metrics import MetricPoint, as_rows, metrics_table, result_rows


@dataclass
class Event:
    created_at: datetime
    data: dict


@dataclass
class Checkpoint:
    step_number: int
    metrics: dict


def event(step, *, at=0, **data):
    return Event(datetime.fromtimestamp(at, UTC), {"step": step, **data})


def checkpoint(step, **metrics):
    return Checkpoint(step, metrics)


def test_nothing_reported_is_an_empty_table():
    assert metrics_table([], []) == []


def test_openai_names_become_ours():
    data = {
        "train_loss": 1.5,
        "train_mean_token_accuracy": 0.5,
        "valid_loss": 1.6,
        "valid_mean_token_accuracy": 0.4,
        "full_valid_loss": 1.7,
        "full_valid_mean_token_accuracy": 0.3,
    }
    assert metrics_table([event(4, epoch=2, **data)]) == [
        MetricPoint(4, 2.0, 1.5, 0.5, 1.6, 0.4, 1.7, 0.3)
    ]


def test_points_are_sorted_by_step_however_the_events_come():
    events = [event(n, at=n, train_loss=1.0 / n) for n in (3, 1, 2)]
    assert [point.step for point in metrics_table(events)] == [1, 2, 3]


def test_the_same_event_twice_is_one_point():
    assert len(metrics_table([event(1, train_loss=2.0)] * 2)) == 1


def test_a_step_measured_again_after_a_resume_keeps_the_later_figures():
    events = [event(5, at=200, train_loss=1.1), event(5, at=100, train_loss=1.4)]
    assert metrics_table(events)[0].train_loss == 1.1


def test_checkpoints_fill_what_the_events_lack_and_do_not_overrule_them():
    points = metrics_table(
        [event(8, train_loss=1.0)], [checkpoint(8, train_loss=9.0, full_valid_loss=1.2)]
    )
    assert points == [MetricPoint(8, train_loss=1.0, full_valid_loss=1.2)]


def test_checkpoints_alone_make_a_table():
    points = metrics_table([], [checkpoint(16, train_loss=0.5), checkpoint(8, train_loss=0.9)])
    assert [(p.step, p.train_loss) for p in points] == [(8, 0.9), (16, 0.5)]


def test_missing_and_null_fields_are_left_open():
    points = metrics_table(
        [
            Event(datetime.fromtimestamp(5, UTC), {}),
            event(1, train_loss=None, valid_loss=2.0),
            event(2),
        ],
        [Checkpoint(3, {})],
    )
    assert points == [MetricPoint(1, valid_loss=2.0)]


def test_values_that_are_no_numbers_are_passed_over():
    points = metrics_table([event(1, train_loss="n/a", valid_loss=True, train_accuracy="0.5")])
    assert points == [MetricPoint(1, train_accuracy=0.5)]


def test_a_step_that_is_no_whole_number_is_no_point():
    assert metrics_table([event("x", train_loss=1.0), event(1.5, train_loss=1.0)]) == []


def test_the_epoch_follows_from_the_steps_where_a_place_does_not_say_it():
    points = metrics_table([event(5, total_steps=20, train_loss=1.0)], n_epochs=4)
    assert points[0].epoch == 1.0


def test_the_epoch_that_a_place_says_is_kept():
    points = metrics_table([event(5, total_steps=20, epoch=1.3, train_loss=1.0)], n_epochs=4)
    assert points[0].epoch == 1.3


def test_a_loss_that_is_not_a_number_stays_visible():
    points = metrics_table([event(1, train_loss=math.nan)])
    assert math.isnan(points[0].train_loss)


CSV = (
    b"step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n"
    b"1,2.5,0.4,,\n"
    b"2,2.0,0.5,2.2,0.45\n"
)


def test_a_result_file_is_read_plain_with_a_mark_and_in_base64():
    for data in (CSV, b"\xef\xbb\xbf" + CSV, base64.b64encode(CSV), base64.encodebytes(CSV)):
        assert metrics_table([], results=result_rows(data)) == [
            MetricPoint(1, train_loss=2.5, train_accuracy=0.4),
            MetricPoint(2, None, 2.0, 0.5, 2.2, 0.45),
        ]


def test_another_places_column_names_are_understood():
    data = b"step,training_loss,training_token_accuracy,validation_accuracy\n1,2,0.4,0.3\n"
    assert metrics_table([], results=result_rows(data)) == [
        MetricPoint(1, train_loss=2.0, train_accuracy=0.4, valid_accuracy=0.3)
    ]


def test_a_file_that_is_no_result_file_gives_no_rows():
    for data in (b"\xff\xfe\x00junk", b"<html>not found</html>", b""):
        assert result_rows(data) == []


def test_rows_for_a_chart_carry_every_field():
    assert as_rows([MetricPoint(1, train_loss=2.0)])[0] == {
        "step": 1,
        "epoch": None,
        "train_loss": 2.0,
        "train_accuracy": None,
        "valid_loss": None,
        "valid_accuracy": None,
        "full_valid_loss": None,
        "full_valid_accuracy": None,
        "train_reward_margin": None,
        "train_reward_accuracy": None,
        "valid_reward_margin": None,
        "valid_reward_accuracy": None,
        "full_valid_reward_margin": None,
        "full_valid_reward_accuracy": None,
    }


def test_rewards_of_preference_pairs_are_read_from_events_and_the_result_file():
    figures = {
        f"{part}_{name}": value
        for part, margin, share in (
            ("train", 0.4, 0.75),
            ("valid", 0.2, 0.5),
            ("full_valid", 0.3, 0.6),
        )
        for name, value in (("reward_margin", margin), ("reward_accuracy", share))
    }
    told = metrics_table([event(2, epoch=1, train_loss=0.5, **figures)])
    header, row = ",".join(["step", "train_loss", *figures]), [2, 0.5, *figures.values()]
    data = f"{header}\n{','.join(map(str, row))}\n".encode()
    read = metrics_table([], results=result_rows(data), n_epochs=1, total_steps=2)
    for (point,) in (told, read):
        assert (point.train_reward_margin, point.train_reward_accuracy) == (0.4, 0.75)
        assert (point.validation_margin, point.validation_reward_accuracy) == (0.3, 0.6)
        assert as_rows([point])[0]["valid_reward_margin"] == 0.2
