"""Examples: bring your texts in, see what is wrong with them, and mend it."""

from voicetune.ui.examples import room
from voicetune.ui.parts.header import page_header
from voicetune.ui.parts.voices import require_voice

page_header("Examples", "Bring your texts in, see what is wrong with them, and mend it.")
room.draw(require_voice())
