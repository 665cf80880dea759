"""The results file."""

from voicetune.engine.results import results_csv


def test_steps_are_sorted_and_a_repeated_one_keeps_its_later_figures():
    points = [
        {"step": 2, "train_loss": 9.0},
        {"step": 1, "train_loss": 3.0, "train_mean_token_accuracy": 0.5},
        {"step": 2, "train_loss": 2.0, "valid_loss": 0.1, "valid_mean_token_accuracy": 0.75},
    ]
    assert results_csv(points).decode() == (
        "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n"
        "1,3.0,0.5,,\n"
        "2,2.0,,0.1,0.75\n"
    )
