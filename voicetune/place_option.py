"""The --place option of commands: the shipped places and the person's own, read when asked."""

from collections.abc import Callable
from typing import Any

import click

from voicetune.providers.profiles import Profile, ProfileError, load_profiles


class PlaceType(click.ParamType[Profile]):
    """A place by its id; `fits` says which places a command is for."""

    name = "place"

    def __init__(self, fits: Callable[[Profile], bool]) -> None:
        self._fits = fits

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Profile:
        """Returns the profile of the place; refuses one that is not known or does not fit."""
        if isinstance(value, Profile):
            return value
        try:
            known = self._known()
        except ProfileError as error:
            self.fail(str(error), param, ctx)
        if value not in known:
            self.fail(f"{value!r} is not one of {', '.join(known)}.", param, ctx)
        return known[value]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Returns the places there are, for the help."""
        try:
            return f"[{'|'.join(self._known())}]"
        except ProfileError:
            return "PLACE"

    def _known(self) -> dict[str, Profile]:
        return {name: p for name, p in load_profiles().items() if self._fits(p)}
