from datetime import date, timedelta
from decimal import Decimal

from voicetune.cost.estimate import BreakEven, duration, estimate, estimate_examples
from voicetune.cost.prices import Prices, Rates
from voicetune.cost.tokens import Length
from voicetune.examples.example import Example


def prices(**changes) -> Prices:
    read = {"as_of": date(2026, 11, 22), "source": "https://example.org/prices"}
    given = {
        "currency": "USD",
        "unit": "per 1M tokens",
        "training": Decimal("5.00"),
        "hosting_per_hour": Decimal(0),
        "tuned": Rates(input=Decimal("0.80"), output=Decimal("3.20"), **read),
        "base": Rates(input=Decimal("0.40"), output=Decimal("1.60"), **read),
    }
    return Prices(**{**read, **given, **changes})


def bill(prices, **changes):
    given = {
        "training_tokens": 35_000,
        "validation_tokens": 4_000,
        "epochs": 3,
        "median_question_tokens": 300,
        "median_answer_tokens": 400,
    }
    return estimate(prices=prices, **{**given, **changes})


def test_bills_training_tokens_times_epochs_and_validation_not_at_all():
    run = bill(prices())
    assert run.billed_tokens == 105_000
    assert run.training == Decimal("0.525")
    assert run.training == bill(prices(), validation_tokens=10**9).training
    assert (run.currency, run.validation_tokens) == ("USD", 4_000)


def test_tells_what_a_thousand_answers_cost_on_either_model():
    run = bill(prices())
    assert run.answers == 1000
    assert run.answers_base == Decimal("0.76")
    assert run.answers_tuned == Decimal("1.52")
    assert bill(prices(), answers=1).answers_tuned == Decimal("0.00152")


def test_tells_hosting_by_the_hour_and_by_the_month():
    run = bill(prices(hosting_per_hour=Decimal("1.70")))
    assert run.hosting_per_hour == Decimal("1.70")
    assert run.hosting_per_month == Decimal("1241.00")
    assert bill(prices()).hosting_per_month == 0


def test_amounts_are_exact():
    run = bill(prices(training=Decimal("0.1")), training_tokens=3, epochs=1)
    assert run.training == Decimal("0.0000003")


def test_a_place_free_of_charge_tells_time_instead():
    run = bill(None, tokens_per_second=2_000.0)
    assert run.time == timedelta(seconds=52.5)
    assert run.training is run.answers_tuned is run.hosting_per_month is run.currency is None
    assert bill(None).time is None


def test_duration_of_all_epochs():
    assert duration(90_000, 1_500.0) == timedelta(minutes=1)


def test_estimates_a_set_of_examples_as_they_are_trained_on():
    asked, answer = {"role": "user", "content": "hello"}, {"role": "assistant", "content": "hello"}
    short = Example([asked, answer])
    long = Example([asked, {**answer, "content": "hello " * 500}])
    run = estimate_examples([short, short, long], [short], epochs=2, prices=prices(), limit=100)
    assert run.training_tokens == 13 + 13 + 100
    assert run.validation_tokens == 13
    assert run.billed_tokens == 2 * 126
    # Half of the examples ask in 8 tokens and answer in 1.
    assert run.answers_tuned == 1000 * (8 * Decimal("0.80") + 1 * Decimal("3.20")) / 1_000_000


def test_counts_as_the_chosen_model_does():
    def measure(examples):
        return [Length(10, 6, 4) for _ in examples]

    run = estimate_examples(
        [Example([])] * 3, [], epochs=2, prices=None, measure=measure, tokens_per_second=30.0
    )
    assert run.time == timedelta(seconds=2)


def test_a_job_costs_the_minimum_charge_at_least():
    run = bill(prices(minimum_charge=Decimal(4)))
    assert (run.training, run.minimum_applies) == (Decimal(4), True)
    large = bill(prices(minimum_charge=Decimal(4)), training_tokens=1_000_000)
    assert (large.training, large.minimum_applies) == (Decimal(15), False)


def test_some_places_bill_the_validation_examples_too():
    run = bill(prices(bills_validation=True))
    assert run.billed_tokens == 3 * 39_000
    assert run.training == Decimal("0.585")


def test_tells_what_storing_the_model_costs():
    run = bill(prices(storage_per_gb_month=Decimal("0.10"), stored_gb=Decimal("0.17")))
    assert run.storage_per_month == Decimal("0.017")


def test_tells_what_examples_in_each_prompt_cost_on_the_base_model():
    run = bill(prices(), median_shown_tokens=690)
    # 300 + 5 x 690 tokens read, 400 written.
    assert run.answers_shown == Decimal("2.14")


def test_tuning_pays_for_itself_once_the_shorter_prompts_have_saved_its_price():
    run = bill(prices(), median_shown_tokens=690)
    # 0.525 for training; each 1,000 answers save 2.14 - 1.52 = 0.62.
    assert run.break_even == BreakEven(847)


def test_tuning_never_pays_for_itself_where_its_answers_cost_more():
    assert bill(prices(), median_shown_tokens=10).break_even == BreakEven(None)


def test_where_hosting_is_paid_the_answers_of_a_month_have_to_pay_it():
    run = bill(prices(hosting_per_hour=Decimal("1.70")), median_shown_tokens=690)
    # (0.525 + 1,241) x 1,000 / 0.62
    assert run.break_even == BreakEven(2_002_460, hosted_month=True)


def test_what_a_price_list_does_not_say_is_not_known():
    run = bill(prices(training=None, tuned=None, base=None), median_shown_tokens=690)
    assert run.training is run.answers_tuned is run.answers_shown is run.break_even is None
    assert run.currency == "USD"
    assert bill(prices(training=None), median_shown_tokens=690).break_even is None


def test_an_example_in_a_prompt_counts_without_the_system_message():
    system = {"role": "system", "content": "Be brief."}
    asked, answer = {"role": "user", "content": "hello"}, {"role": "assistant", "content": "hello"}
    with_system, without = Example([system, asked, answer]), Example([asked, answer])
    given = {"epochs": 1, "prices": prices()}
    shown = [estimate_examples([e], [], **given) for e in (with_system, without)]
    system_cost = shown[0].answers_base - shown[1].answers_base
    assert system_cost > 0
    assert shown[0].answers_shown - shown[1].answers_shown == system_cost
