import ast
import re
from pathlib import Path

import pytest

from voicetune.ui.glossary import entries, linked, term, tip

ROOT = Path(__file__).resolve().parents[3]
CODE = [*(ROOT / "voicetune" / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]


def test_a_term_links_to_its_entry() -> None:
    assert term("learning rate multiplier", "the multiplier") == (
        "[the multiplier](./?show=glossary#learning-rate-multiplier)"
    )


def test_marked_words_become_links() -> None:
    assert linked("Its [[loss]] after [[epoch|three epochs]].") == (
        "Its [loss](./?show=glossary#loss) after [three epochs](./?show=glossary#epoch)."
    )


def test_a_tip_is_a_sentence_and_a_link() -> None:
    assert tip("epoch").startswith("One pass over all your training examples. [")


def test_a_word_that_is_not_there_fails_loudly() -> None:
    with pytest.raises(KeyError):
        term("flux capacitor")


def test_every_entry_is_two_sentences_of_its_own() -> None:
    for entry in entries().values():
        assert entry.short.endswith(".")
        assert entry.more.endswith(".")
        assert "!" not in entry.short + entry.more
    anchors = [entry.anchor for entry in entries().values()]
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_marked_word_in_the_interface_is_in_the_glossary(path: Path) -> None:
    for text in written(path):
        for name in re.findall(r"\[\[([a-zA-Z][^\]|]*)(?:\|[^\]]*)?\]\]", text):
            assert name in {*entries(), "term"}, name


def written(path: Path) -> list[str]:
    """Returns the texts in a module, adjacent pieces joined."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
