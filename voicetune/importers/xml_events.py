"""XML as a stream of events, safe against entities that grow, and against files outside."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

_CHUNK = 2**16
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")


class XmlError(Exception):
    """The file is no XML from here on; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Event:
    """The start or the end of an element, or text; names are without their namespace.

    `space` is the address of an element's namespace. Exactly one of start, end and text is set.
    """

    start: str = ""
    end: str = ""
    text: str = ""
    space: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def events(stream: BinaryIO) -> Iterator[Event]:
    """Yields the events of an XML file; XmlError where it is broken or declares entities.

    An entity that the file does not declare (such as &nbsp;) is passed over. Control characters,
    which some programs write although XML forbids them, are dropped.
    """
    waiting: deque[Event] = deque()
    # This is pyexpat with what defusedxml forbids, without the dependency: no entity is declared,
    # nothing outside the file is fetched.
    parser = expat.ParserCreate(namespace_separator="\n")
    parser.buffer_text = True
    parser.UseForeignDTD(True)
    parser.ExternalEntityRefHandler = lambda *_: 1

    def refuse(*_: object) -> None:
        raise XmlError("This file declares entities, as files do that are made to fill up memory.")

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition("\n")
        named = {key.rpartition("\n")[2]: value for key, value in attributes.items()}
        waiting.append(Event(start=local, space=space, attributes=named))

    def end(name: str) -> None:
        space, _, local = name.rpartition("\n")
        waiting.append(Event(end=local, space=space))

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: waiting.append(Event(text=text))
    data = stream.read(_CHUNK)
    one_byte = not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if one_byte:
        data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    while True:
        try:
            parser.Parse(data.translate(None, _CONTROLS) if one_byte else data, not data)
        except expat.ExpatError as error:
            yield from waiting
            raise XmlError(f"This file is not good XML from line {error.lineno} on.") from None
        except ValueError:
            raise XmlError("This file is in an encoding that cannot be read.") from None
        yield from waiting
        waiting.clear()
        if not data:
            return
        data = stream.read(_CHUNK)
