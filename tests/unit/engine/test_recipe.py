import pytest

from voicetune.engine.recipe import choose_recipe

SMALL, USUAL = 12_500_000, 600_000_000


@pytest.mark.parametrize(
    ("parameters", "examples", "epochs"),
    [(USUAL, 100, 3), (USUAL, 10, 10), (USUAL, 5000, 3)],
)
def test_epochs_give_small_sets_more_rounds(parameters, examples, epochs):
    assert choose_recipe(parameters=parameters, examples=examples).n_epochs == epochs


def test_a_small_model_learns_faster_and_longer_than_a_usual_one():
    small = choose_recipe(parameters=SMALL, examples=108)
    usual = choose_recipe(parameters=USUAL, examples=108)
    assert small.learning_rate > 2 * usual.learning_rate
    assert small.n_epochs > usual.n_epochs


def test_numbers_that_are_given_are_taken():
    recipe = choose_recipe(
        parameters=SMALL, examples=30, n_epochs=2, batch_size=7, learning_rate_multiplier=0.5
    )
    auto = choose_recipe(parameters=SMALL, examples=30)
    assert (recipe.n_epochs, recipe.batch_size) == (2, 7)
    assert recipe.learning_rate == auto.learning_rate / 2
    assert recipe.steps_an_epoch(30) == 5


def test_a_batch_is_never_larger_than_the_set():
    assert choose_recipe(parameters=SMALL, examples=3, batch_size=64).batch_size == 3
