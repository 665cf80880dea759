"""The command line: each module of `voicetune.commands` is one command, imported when called."""

import importlib
import pkgutil
from typing import Any

import click

from voicetune import __version__, commands


class Commands(click.Group):
    """The commands found in `voicetune.commands`: module `check` holds `command`, named check."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module: Any = importlib.import_module(f"voicetune.commands.{cmd_name}")
        command: click.Command = module.command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="VoiceTune %(version)s")
def main() -> None:
    """Teach a chat model your own voice, watch it learn, and judge the result."""
