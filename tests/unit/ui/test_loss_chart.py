from voicetune.training.metrics import MetricPoint
from voicetune.ui.parts.loss_chart import loss_figure

RUN = [
    MetricPoint(step=1, epoch=0.5, train_loss=3.0),
    MetricPoint(step=2, epoch=1.0, train_loss=2.0, full_valid_loss=2.4),
    MetricPoint(step=3, epoch=1.5, train_loss=1.5),
    MetricPoint(step=4, epoch=2.0, train_loss=1.0, full_valid_loss=2.6),
]


def curves(points: list[MetricPoint], **how: object) -> dict[str, object]:
    return {trace.name: trace for trace in loss_figure(points, **how).data}


def test_one_point_is_already_a_chart() -> None:
    training = curves(RUN[:1])["Training"]
    assert "markers" in training.mode
    assert list(training.y) == [3.0]


def test_epoch_ends_are_dots_and_the_best_is_named() -> None:
    drawn = curves(RUN)
    assert list(drawn["Training"].x) == [0.5, 1.0, 1.5, 2.0]
    assert list(drawn["Validation"].x) == [1.0, 2.0]
    assert (drawn["Best so far"].x, drawn["Best so far"].y) == ((1.0,), (2.4,))


def test_steps_can_be_the_axis() -> None:
    assert list(curves(RUN, axis="step")["Training"].x) == [1, 2, 3, 4]


def test_accuracy_gets_a_row_of_its_own() -> None:
    points = [MetricPoint(step=n, epoch=n, train_loss=2.0, train_accuracy=n / 10) for n in (1, 2)]
    figure = loss_figure(points, accuracy=True)
    assert [list(trace.y) for trace in figure.data] == [[2.0, 2.0], [0.1, 0.2]]


def test_the_axes_stand_still_while_a_run_is_scrubbed() -> None:
    early, late = loss_figure(RUN[:1], whole=RUN), loss_figure(RUN, whole=RUN)
    assert early.layout.xaxis.range == late.layout.xaxis.range
    assert early.layout.yaxis.range == late.layout.yaxis.range
    assert early.layout.yaxis.range[1] > 3.0


def test_validation_during_an_epoch_is_drawn_where_no_epoch_ended() -> None:
    points = [MetricPoint(step=n, epoch=n / 4, train_loss=2.0, valid_loss=2.2) for n in (1, 2)]
    assert list(curves(points)["Validation"].y) == [2.2, 2.2]


def test_a_run_without_measurements_draws_nothing() -> None:
    assert curves([]) == {}
