"""Examples: bring your texts in, see what is wrong with them, and mend it."""

from voicetune.ui.examples import first_view, room
from voicetune.ui.parts.header import page_header
from voicetune.ui.parts.voices import choose_voice

page_header("Examples", "Bring your texts in, see what is wrong with them, and mend it.")
voice = choose_voice()
if voice is None:
    first_view.draw()
else:
    room.draw(voice)
