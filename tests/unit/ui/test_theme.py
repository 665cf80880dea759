"""The theme as data: every pair of colours that carries words is readable (WCAG 2.2, level AA)."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
READABLE, VISIBLE = 4.5, 3.0
COLOURS = ("red", "orange", "yellow", "green", "blue", "violet", "gray")


def luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def mixed(colour: str, ground: str, share: float) -> str:
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable(scheme: str) -> None:
    theme = CONFIG["theme"][scheme]
    page, panel = theme["backgroundColor"], theme["secondaryBackgroundColor"]
    for ground in (page, panel):
        assert contrast(theme["textColor"], ground) >= READABLE
        assert contrast(theme["linkColor"], ground) >= READABLE
    # Captions and placeholders are the text colour at 60 per cent.
    assert contrast(mixed(theme["textColor"], page, 0.6), page) >= READABLE
    assert contrast("#ffffff", theme["primaryColor"]) >= READABLE
    assert contrast(theme["primaryColor"], page) >= VISIBLE
    assert contrast(theme["codeTextColor"], theme["codeBackgroundColor"]) >= READABLE
    for colour in COLOURS:
        assert contrast(theme[f"{colour}TextColor"], page) >= READABLE, colour
        assert contrast(theme[f"{colour}TextColor"], theme[f"{colour}BackgroundColor"]) >= READABLE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_of_a_chart_are_visible_and_apart(scheme: str) -> None:
    theme = CONFIG["theme"][scheme]
    colours = theme["chartCategoricalColors"]
    assert len(set(colours)) == len(colours) >= 5
    for colour in colours:
        assert contrast(colour, theme["backgroundColor"]) >= VISIBLE, colour


def test_both_schemes_name_the_same_colours() -> None:
    assert CONFIG["theme"]["light"].keys() == CONFIG["theme"]["dark"].keys()


def test_no_font_comes_from_the_network() -> None:
    text = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    assert "http" not in text
