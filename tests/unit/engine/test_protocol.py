import io
import os

from voicetune.engine.protocol import Channel


def test_commands_come_whole_however_the_bytes_arrive_and_the_end_is_told():
    reading, writing = os.pipe()
    channel = Channel(reading, io.BytesIO())
    for part in (b'{"op": "a', b'", "text": "\xf0\x9f', b'\x8c\xbf"}\n{"op": "b"}\n'):
        os.write(writing, part)
    assert channel.commands.get() == {"op": "a", "text": "🌿"}
    assert channel.commands.get() == {"op": "b"}
    os.close(writing)
    assert channel.commands.get() is None


def test_an_event_is_one_line_whatever_is_in_it():
    reading, writing = os.pipe()
    sink = io.BytesIO()
    Channel(reading, sink).send("token", id="1", text="a\nb\u2028🌿")
    os.close(writing)
    assert sink.getvalue() == (
        b'{"event": "token", "id": "1", "text": "a\\nb\\u2028\\ud83c\\udf3f"}\n'
    )
