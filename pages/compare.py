"""Compare: ask the base and the tuned model the same question, side by side."""

from voicetune.ui.compare import room
from voicetune.ui.parts.header import page_header
from voicetune.ui.parts.voices import require_voice

page_header(
    "Compare",
    "Ask the [[base model]] and the [[tuned model]] the same question, and judge for yourself.",
)
room.draw(require_voice())
