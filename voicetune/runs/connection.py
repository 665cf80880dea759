"""Connecting with a place for as long as a command runs; the local engine is started if need be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voicetune.engine.launcher import EngineProcess, EngineStartError
from voicetune.home import home
from voicetune.providers.addresses import address_of, is_url
from voicetune.providers.client import Place, hosted_place, local_place
from voicetune.providers.profiles import Profile


class NotConnectedError(Exception):
    """The place cannot be used now; the text says what is missing."""


@contextmanager
def connected(profile: Profile) -> Iterator[Callable[[], Place]]:
    """Gives a function that returns the place as it is at this moment.

    An engine on this computer that another process runs (the app, say) is used; otherwise one is
    started and stopped again at the end. It is started again where it dies, at another address
    perhaps: ask for the place each time. Raises NotConnectedError.
    """
    if not profile.local:
        place = hosted_place(profile)
        if place is None and not is_url(address_of(profile)):
            variable = profile.address.environment if profile.address else None
            raise NotConnectedError(f"{profile.name} needs an address: set {variable}.")
        if place is None:
            raise NotConnectedError(
                f"{profile.name} needs a key: set {profile.api_key_env} in the environment. "
                f"Keys are made at {profile.keys_url}"
            )
        yield lambda: place
        return
    engine = EngineProcess()
    try:
        engine.start(home())
    except EngineStartError as error:
        raise NotConnectedError(str(error)) from error
    try:
        last = local_place(home())
        if last is None:
            raise NotConnectedError("The engine on this computer started and was gone again.")
        first = last
        yield lambda: local_place(home()) or first
    finally:
        engine.stop()
