"""Serving a scripted place on a free port of the loopback interface, in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from voicetune.rehearsal.place import ScriptedPlace
from voicetune.rehearsal.routes import application

STOP_SECONDS = 10.0


class PlaceServer:
    """Serves a place until `stop`; the place's `base_url` says where."""

    def __init__(self, place: ScriptedPlace) -> None:
        config = uvicorn.Config(
            application(place), host="127.0.0.1", port=0, log_level="critical", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        socket = config.bind_socket()
        # Whoever asks before the server runs waits for it, instead of being refused.
        socket.listen()
        place.base_url = f"http://127.0.0.1:{socket.getsockname()[1]}{place.dialect.root}"
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [socket]}, name="rehearsal", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends it at once; open connections break."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(STOP_SECONDS)


@contextmanager
def serving(place: ScriptedPlace) -> Iterator[ScriptedPlace]:
    """Serves a place for as long as the block runs."""
    server = PlaceServer(place)
    try:
        yield place
    finally:
        server.stop()
