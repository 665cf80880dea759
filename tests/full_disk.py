"""A disk that takes nothing more, for one process: real failures of real writes, for root too."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def full_disk(process: int = 0, room: int = 0) -> Iterator[None]:
    """Lets no file of the process (0 is this one) grow beyond `room` bytes.

    A process that was started inside has the limit too, until another `full_disk` of it ends.
    """
    _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (hard, hard))
