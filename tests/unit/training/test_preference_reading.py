import math

from voicetune.training.metrics import MetricPoint
from voicetune.training.preference_reading import UNDECIDED, explain_pairs


def steps(*losses):
    return [MetricPoint(n, train_loss=loss) for n, loss in enumerate(losses, 1)]


def ends(*figures):
    return [
        MetricPoint(
            5 * n,
            epoch=float(n),
            train_loss=0.4,
            full_valid_loss=loss,
            full_valid_reward_accuracy=share,
        )
        for n, (loss, share) in enumerate(figures, 1)
    ]


def test_the_first_steps_say_where_the_loss_begins():
    assert "begins at 0.693" in explain_pairs(steps(UNDECIDED))


def test_before_the_first_step_it_says_when_the_chart_starts():
    assert explain_pairs([]).startswith("The chart starts")
    assert "before anything was measured" in explain_pairs([], final=True)


def test_a_run_under_way_says_which_way_the_model_leans():
    assert "leans more towards the answers you prefer" in explain_pairs(
        steps(0.693, 0.68, 0.6, 0.5)
    )
    assert "hardly leans either way" in explain_pairs(steps(*[UNDECIDED] * 6))
    assert "smaller learning rate" in explain_pairs(steps(0.693, 0.7, 0.8, 0.9))


def test_a_loss_that_is_no_number_is_a_model_that_has_come_apart():
    assert "come apart" in explain_pairs(steps(0.7, math.nan))


def test_a_finished_run_tells_the_share_of_pairs_that_it_has_right():
    text = explain_pairs(ends((0.6, 0.7), (0.5, 0.9)), final=True)
    assert text.startswith("Of the pairs kept apart it has 90% the right way round.")
    assert "learned what you prefer" in text


def test_half_of_the_pairs_right_is_called_chance():
    assert "A coin would get half" in explain_pairs(ends((0.69, 0.5)), final=True)


def test_a_lowest_loss_before_the_end_names_its_checkpoint():
    text = explain_pairs(ends((0.5, 0.8), (0.6, 0.8)), final=True, kept={5, 10})
    assert "The checkpoint after epoch 1 is likely best." in text


def test_two_rising_epochs_are_pairs_learned_by_heart():
    text = explain_pairs(ends((0.5, 0.8), (0.6, 0.8), (0.7, 0.8)))
    assert "learns these pairs by heart" in text
    assert "after epoch 1 is likely best" in text


def test_a_run_without_validation_pairs_is_judged_by_its_answers():
    text = explain_pairs(steps(0.69, 0.4), final=True, has_validation=False)
    assert "leans towards your preferred answers now" in text
    assert "judge it by its answers" in text


def test_a_run_that_was_cut_short_says_so():
    text = explain_pairs(steps(0.69, 0.69), final=True, cut_short=True)
    assert text.startswith("This run ended early. The model hardly leans")
