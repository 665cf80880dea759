"""The light measure of a voice against other writers."""

from statistics import fmean

import numpy as np
import pytest

from tests.unit.voice.posts import blunt, formal
from voicetune.voice.model import VoiceModel, held_out, plain, tokens


def test_unseen_posts_of_the_writer_score_high_and_of_others_low() -> None:
    model = VoiceModel.fit(blunt(40, seed=1), formal(40, seed=2))
    own, others = model.scores(blunt(10, seed=3)), model.scores(formal(10, seed=4))
    assert 60 < fmean(own) < 140
    assert -40 < fmean(others) < 40
    assert min(own) > max(others)


def test_too_few_texts_are_no_voice() -> None:
    with pytest.raises(ValueError, match="20"):
        VoiceModel.fit(blunt(19), formal(40))
    with pytest.raises(ValueError, match="20"):
        VoiceModel.fit(blunt(40), formal(19))


def test_the_same_texts_give_the_same_scores() -> None:
    texts = blunt(5, seed=9)
    first = VoiceModel.fit(blunt(30), formal(30)).scores(texts)
    assert VoiceModel.fit(blunt(30), formal(30)).scores(texts) == first


def test_bold_letters_and_curly_marks_do_not_change_a_score() -> None:
    model = VoiceModel.fit(blunt(30), formal(30))
    text = "I don't get it. So there."
    fancy = "𝗜 don’t get 𝗶𝘁. So there."
    assert model.scores([fancy]) == model.scores([text])


def test_a_row_is_judged_by_a_model_that_never_saw_it() -> None:
    # Noise has no voice: a model that had seen its rows would tell them apart perfectly.
    rng = np.random.default_rng(3)
    vectors, mine = rng.normal(size=(200, 300)), np.arange(200) < 100
    scores = held_out(vectors, mine)
    right = np.mean((scores > 0) == mine)
    assert 0.3 < right < 0.7


def test_line_ends_and_marks_are_part_of_the_voice() -> None:
    assert plain("Oh.\n\nYes – No") == "oh. ¶ yes – no"
    assert tokens("Don't!\n\n3 ways…") == ["don't", "!", "\n\n", "3", "ways", ".", ".", "."]
