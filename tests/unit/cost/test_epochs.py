import pytest

from voicetune.cost.epochs import default_epochs, local_batch_size, local_epochs


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [
        (1, 25), (4, 25), (5, 20), (10, 10), (20, 5), (33, 3), (34, 3), (50, 3), (100, 3),
        (8_333, 3), (8_334, 2), (12_501, 1), (25_000, 1), (1_000_000, 1), (0, 3),
    ],
)  # fmt: skip
def test_default_epochs_follow_the_published_heuristic(examples, epochs):
    assert default_epochs(examples) == epochs


@pytest.mark.parametrize(
    ("examples", "parameters", "epochs"),
    [(108, 12_500_000, 4), (10, 12_500_000, 25), (5_000, 12_500_000, 3), (0, 12_500_000, 25),
     (108, 600_000_000, 3), (50, 600_000_000, 6), (10, 600_000_000, 10)],
)  # fmt: skip
def test_local_epochs_are_more_for_small_models_and_small_sets(examples, parameters, epochs):
    assert local_epochs(examples, parameters) == epochs


def test_a_local_batch_is_as_the_engine_takes_it_and_never_larger_than_the_set():
    from voicetune.engine.recipe import choose_recipe

    for examples in (1, 3, 108):
        recipe = choose_recipe(parameters=12_500_000, examples=examples)
        assert local_batch_size(examples, 12_500_000) == recipe.batch_size
        assert local_epochs(examples, 12_500_000) == recipe.n_epochs
