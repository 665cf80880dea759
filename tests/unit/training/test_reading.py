import math

from voicetune.training.metrics import MetricPoint
from voicetune.training.reading import best_point, explain


def falling(count, *, start=3.0, factor=0.95):
    return [MetricPoint(n, train_loss=start * factor**n) for n in range(1, count + 1)]


def epochs(*losses):
    return [
        MetricPoint(10 * n, epoch=float(n), train_loss=3.0 / n, full_valid_loss=loss)
        for n, loss in enumerate(losses, 1)
    ]


def test_before_the_first_step_it_says_when_the_chart_starts():
    assert explain([]) == "The chart starts with the first finished step."


def test_a_run_that_ended_before_anything_was_measured_says_so():
    assert explain([], final=True) == "This run ended before anything was measured."


def test_the_first_points_are_no_trend():
    assert explain(falling(3)).startswith("Training has just started")


def test_falling_loss_is_learning():
    assert explain(falling(30)) == "Training loss falls: the model is learning how you write."


def test_loss_that_no_longer_falls_is_flat():
    assert explain(falling(30, factor=0.9995)).startswith("Training loss flattens")


def test_loss_that_grows_points_at_the_learning_rate():
    assert "smaller learning rate" in explain(falling(30, factor=1.1))


def test_no_validation_examples_are_mentioned():
    text = explain(falling(30), has_validation=False)
    assert text.startswith("Training loss falls")
    assert "No examples are kept apart for validation" in text


def test_two_rising_epochs_are_learning_by_heart_and_name_the_best_checkpoint():
    assert explain(epochs(2.0, 1.8, 1.7, 1.75, 1.9)) == (
        "Validation loss has risen for two epochs: the model starts to learn your examples by "
        "heart (overfitting). The checkpoint after epoch 3 is likely best."
    )


def test_one_rising_epoch_can_be_chance():
    text = explain(epochs(2.0, 1.7, 1.8))
    assert text.startswith("Validation loss rose in the last epoch. One rise can be chance")
    assert text.endswith("The checkpoint after epoch 2 is likely best.")


def test_a_rise_within_the_noise_is_no_rise():
    assert "rose" not in explain(epochs(2.0, 1.7, 1.7001))


def test_a_best_checkpoint_that_is_gone_is_not_recommended():
    points = epochs(2.0, 1.5, 1.6, 1.7, 1.8)
    text = explain(points, kept={30, 40, 50})
    assert text.endswith(
        "Epoch 2 was likely best, but its checkpoint is no longer kept; of those that are, take "
        "the one after epoch 3."
    )
    assert explain(points, kept=set()).endswith(
        "Epoch 2 was likely best; train again with that many epochs."
    )


def test_a_loss_that_is_not_a_number_comes_before_everything_else():
    points = [*epochs(2.0, 2.1, 2.2), MetricPoint(31, train_loss=math.nan)]
    assert explain(points).startswith("The loss stopped being a number at step 31")
    assert explain(points, final=True).startswith("The loss stopped being a number at step 31")


def test_the_end_says_which_model_to_take():
    assert explain(epochs(2.0, 1.8, 1.6), final=True).startswith(
        "Validation loss was lowest at the very end"
    )
    assert explain(epochs(2.0, 1.6, 1.7), final=True) == (
        "Validation loss was lowest before the end. The checkpoint after epoch 2 is likely best."
    )
    assert "heart" in explain(epochs(2.0, 1.6, 1.7, 1.8), final=True)
    assert "measured once" in explain(epochs(2.0), final=True)


def test_the_end_without_validation_says_what_is_not_known():
    text = explain(falling(30), final=True, has_validation=False)
    assert text.startswith("Training loss fell to the end. No examples are kept apart")
    assert explain(falling(30, factor=1.0), final=True) == "Training loss hardly changed."


def test_the_best_point_is_the_lowest_validation_loss_at_an_epochs_end():
    points = epochs(2.0, 1.5, 1.6)
    points.append(MetricPoint(25, valid_loss=0.1))
    assert best_point(points).step == 20


def test_without_epoch_ends_the_best_point_is_the_lowest_validation_loss():
    points = [MetricPoint(1, valid_loss=2.0), MetricPoint(2, valid_loss=1.0), MetricPoint(3)]
    assert best_point(points).step == 2


def test_without_validation_there_is_no_best_point():
    assert best_point(falling(5)) is None
    assert best_point([MetricPoint(1, full_valid_loss=math.nan)]) is None


def test_a_run_that_was_cut_short_is_not_called_finished():
    text = explain(epochs(2.0, 1.8, 1.6), final=True, cut_short=True)
    assert text == "This run ended early. The checkpoint after epoch 3 is likely best."
    assert "before its validation loss" in explain(falling(5), final=True, cut_short=True)


def test_where_the_best_epoch_is_taken_it_is_named_as_the_model():
    text = explain(epochs(2.0, 1.6, 1.7, 1.8), final=True, best_is_taken=True)
    assert text.startswith("Validation loss was lowest after epoch 2, and your model is the one")
    to_the_end = explain(epochs(2.0, 1.8, 1.6), final=True, best_is_taken=True)
    assert to_the_end.startswith("Validation loss was lowest at the very end, and that is your")
    cut = explain(epochs(2.0, 1.6, 1.7), final=True, cut_short=True, best_is_taken=True)
    assert cut == "This run ended early. The checkpoint after epoch 2 is likely best."
