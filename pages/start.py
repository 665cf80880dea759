"""Start: where each voice stands, whether to tune at all, how it works, the glossary."""

from voicetune.ui.parts.choice import choice_in_address
from voicetune.ui.start import adviser_view, glossary_view, how_view, voices_view

VIEWS = {
    "voices": ("Voices", voices_view.draw),
    "advice": ("Advice", adviser_view.draw),
    "how": ("How it works", how_view.draw),
    "glossary": ("Glossary", glossary_view.draw),
}

show = choice_in_address("View", {name: label for name, (label, _) in VIEWS.items()}, param="show")
VIEWS[show][1]()
