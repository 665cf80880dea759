"""How long training takes, and what it costs once and each time."""

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import streamlit as st

from voicetune.cost.money import money, rate
from voicetune.cost.prices import Prices, Rates
from voicetune.training.eta import elapsed_in_words
from voicetune.ui import places
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.text import aside, points, prose
from voicetune.ui.start.how_run import recorded_run

TOKENS, EPOCHS = 20_000, 3
"""A small set: 100 examples of 200 tokens, three epochs."""


def time() -> None:
    """Draws the page on time."""
    prose(
        "Training time is a simple sum: the [[token|tokens]] of your training examples, times the "
        "number of [[epoch|epochs]], divided by the tokens that the place gets through in a "
        "second. The Train page works it out for your voice before you start, and Progress shows "
        "the time left while it runs."
    )
    recording = recorded_run()
    if recording is not None:
        took = elapsed_in_words(timedelta(seconds=recording.seconds))
        prose(
            f"**Measured:** {recording.training_examples} examples, {recording.epochs} epochs, "
            f"{took} from the first step to the last, with the [[starter model]] on "
            f"{recording.machine}."
        )
    points(
        (
            "On this computer the speed is measured on a few real steps, so the estimate is about "
            "your machine, not about somebody else's.",
            "A larger base model is slower in proportion to its size. A graphics card is many "
            "times faster than a processor.",
            "Hosted places queue [[job|jobs]] first. The training itself takes minutes, the "
            "queue can take longer.",
            "Gathering and mending good examples takes longest by far.",
        )
    )


def cost() -> None:
    """Draws the page on money, from the dated prices that ship with VoiceTune."""
    prose(
        "**Once:** training is paid by the token: the tokens of your training examples times the "
        "number of [[epoch|epochs]]. [[validation example|Validation examples]] are usually free.\n"
        "\n**Each time:** every answer is paid by the token too, both what the model reads (system "
        "message, question) and what it writes. A tuned model may cost more a token than its base, "
        "and some places bill a tuned model by the hour, used or not.\n\n"
        "**On this computer** both cost nothing but time and a little electricity."
    )
    rows, sources = [], []
    for profile in places.profiles().values():
        for model in profile.models:
            prices = model.prices
            if prices is None or prices.training is None:
                continue
            tuned = prices.tuned
            once = prices.training * TOKENS * EPOCHS / Decimal(1_000_000)
            rows.append(
                {
                    "Model": f"{profile.name}: {model.name}",
                    "Training, 1M tokens": rate(prices.training, prices.currency),
                    "Small set, once": money(once, prices.currency),
                    "Reading, 1M": _rate(tuned, "input", prices),
                    "Writing, 1M": _rate(tuned, "output", prices),
                    "Hosting, an hour": rate(prices.hosting_per_hour, prices.currency)
                    if prices.hosting_per_hour
                    else "none",
                }
            )
            sources.append(
                f"[{prices.source}]({prices.source}), read on {day_in_words(prices.as_of)}"
            )
    if rows:
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            height="content",
            alt="What training and answers cost with each hosted model",
        )
        aside(
            f"Small set: 100 examples of 200 tokens, {EPOCHS} epochs. Reading and writing are "
            f"those of the tuned model. Prices move, so look before you pay: "
            f"{'; '.join(dict.fromkeys(sources))}."
        )
    for profile in places.profiles().values():
        if profile.closes_on and profile.serving_ends_on:
            aside(
                f"{profile.name} takes new training until {day_in_words(profile.closes_on)}, and "
                f"its tuned models answer until {day_in_words(profile.serving_ends_on)}."
            )


def _rate(tuned: Rates | None, which: str, prices: Prices) -> str:
    if tuned is None:
        return "not known"
    if not tuned.output and prices.hosting_per_hour:
        return "by the hour"
    return rate(getattr(tuned, which), prices.currency)
