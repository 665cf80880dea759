"""A preference pair costs the tokens of both its answers, each cut where the model's sight ends."""

from voicetune.cost.pairs import PACE, measure_pairs, pairs_pace
from voicetune.cost.tokens import lengths
from voicetune.examples.example import Example
from voicetune.examples.preferences import PreferencePair, both_answers

ASKED = [{"role": "user", "content": "How do I water a fern?"}]


def pair(preferred: str, rejected: str) -> PreferencePair:
    answers = ({"role": "assistant", "content": text} for text in (preferred, rejected))
    return PreferencePair(ASKED, *answers)


def test_both_conversations_of_each_pair_are_counted() -> None:
    pairs = [pair("Little, and often. 🌿", "As an AI, I cannot say."), pair("慢慢来。", "No.")]
    alone = [lengths(both_answers(each)) for each in pairs]
    measured = measure_pairs(pairs)
    assert [each.preferred for each in measured] == [preferred for preferred, _ in alone]
    assert [each.tokens for each in measured] == [a.total + b.total for a, b in alone]


def test_a_long_answer_counts_up_to_the_limit() -> None:
    long = pair("Little.", "On and on it goes. " * 200)
    preferred, _ = (Example([*ASKED, answer]) for answer in (long.preferred, long.rejected))
    assert measure_pairs([long], limit=50)[0].tokens == lengths([preferred])[0].total + 50


def test_pairs_of_unlike_length_are_learned_more_slowly_token_for_token() -> None:
    alike = measure_pairs([pair("Little, and often.", "Often, and little.")])
    assert pairs_pace(alike) == PACE
    unlike = measure_pairs([pair("Little.", "On and on it goes. " * 200)])
    assert PACE / 2 < pairs_pace(unlike) < PACE * 0.55
    assert pairs_pace([]) == 1
