"""Progress: watch a model learn your voice, and pick the moment it knows it best."""

from voicetune.ui.parts.header import page_header
from voicetune.ui.parts.voices import require_voice
from voicetune.ui.progress import room

page_header("Progress", "Watch a model learn your voice, and pick the moment it knows it best.")
room.draw(require_voice())
