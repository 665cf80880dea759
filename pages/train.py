"""Train: choose where your model learns, see what it costs, and start."""

from voicetune.ui.parts.header import page_header
from voicetune.ui.parts.voices import require_voice
from voicetune.ui.train import room

page_header("Train", "Choose where your model learns, see what it costs, and start.")
room.draw(require_voice())
