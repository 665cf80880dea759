"""What can go wrong in a worker, as a stable code and a sentence a person can act on."""

import errno
from dataclasses import dataclass


@dataclass
class EngineError(Exception):
    """A failure with a code, a message for people and, where one is to blame, the parameter."""

    code: str
    message: str
    param: str | None = None

    def __str__(self) -> str:
        return self.message


def explain(error: BaseException) -> EngineError:
    """Returns the failure behind any exception; one nobody foresaw names its type alone.

    Its text may hold a person's words and would end up in job events, so it is left out.
    """
    if isinstance(error, EngineError):
        return error
    text = str(error)
    if isinstance(error, MemoryError) or "out of memory" in text or "can't allocate" in text:
        return EngineError(
            "out_of_memory",
            "This computer ran out of memory. Close other programs, choose a smaller batch size "
            "or a smaller base model, and start again.",
            "batch_size",
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EngineError(
            "disk_full", "The disk is full. Free some space and resume: nothing learned is lost."
        )
    return EngineError(
        "internal_error",
        f"Something in the engine broke ({type(error).__name__}). "
        "Its log in the engine's folder has the place.",
    )
