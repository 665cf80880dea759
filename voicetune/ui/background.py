"""What runs beside the pages for as long as the server does: the local engine and the poller."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from voicetune.home import home
from voicetune.ui import places

if TYPE_CHECKING:
    from voicetune.engine.launcher import EngineProcess
    from voicetune.runs.poller import Poller
    from voicetune.workspace.database import Workspace

log = logging.getLogger(__name__)

_poller: "Poller | None" = None
_trouble: str | None = None


def wake() -> None:
    """Has every open run looked at now: after a launch, a cancel, a resume."""
    if _poller is not None:
        _poller.wake()


def engine_trouble() -> str | None:
    """Returns why the local engine did not start, in its own words, or None."""
    return _trouble


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Starts the local engine, where it is installed, and the poller; stops both at the end."""
    global _poller
    from voicetune.engine.launcher import EngineProcess
    from voicetune.runs.poller import Poller

    engine = EngineProcess()
    # The first page does not wait for the engine: pages ask for it when they need it.
    starting = threading.Thread(target=_start, args=(engine,), name="engine-start", daemon=True)
    if places.local_engine_available():
        starting.start()
    workspace = _open_workspace()
    if workspace is not None:
        _poller = Poller(workspace, places.place_of_run)
        _poller.start()
    try:
        yield
    finally:
        if workspace is not None and _poller is not None:
            await anyio.to_thread.run_sync(_poller.stop)
            _poller = None
            workspace.close()
        if places.local_engine_available():
            await anyio.to_thread.run_sync(starting.join)
            await anyio.to_thread.run_sync(engine.stop)


def _open_workspace() -> "Workspace | None":
    """Opens the workspace; one that cannot be opened is for the pages to explain."""
    from voicetune.workspace.database import open_workspace
    from voicetune.workspace.errors import WorkspaceError

    try:
        return open_workspace()
    except WorkspaceError as error:
        log.error("%s", error)
        return None


def _start(engine: "EngineProcess") -> None:
    global _trouble
    from voicetune.engine.launcher import EngineStartError

    try:
        engine.start(home())
    except EngineStartError as error:
        _trouble = str(error)
        log.error("The local engine did not start: %s", error)
