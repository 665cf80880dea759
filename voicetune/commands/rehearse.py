"""`rehearse PLACE`: the app with a paid place played on this computer; nothing is sent or paid."""

import os
import subprocess
import sys
from pathlib import Path

import click

from voicetune.place_option import PlaceType
from voicetune.providers.profiles import Profile

APP = Path(__file__).resolve().parents[2] / "app.py"
VARIABLE = "VOICETUNE_REHEARSE"


@click.command()
@click.argument(
    "profile", metavar="PLACE", type=PlaceType(lambda profile: profile.kind == "hosted")
)
@click.option("--port", type=click.IntRange(1, 65535), help="The app's port; usually 8501.")
@click.option("--no-browser", is_flag=True, help="Only say the address, and open nothing.")
def command(profile: Profile, port: int | None, no_browser: bool) -> None:
    """Walk through a paid place without paying: the app opens with PLACE played here.

    It is your own workspace; what is rehearsed is marked as such, and costs nothing. End it with
    Ctrl+C, or in the app by "End the rehearsal".
    """
    click.echo(
        f"{profile.name} is played on this computer. Nothing is sent to it, nothing is paid, and "
        "no figure or answer of it is a result."
    )
    arguments = [f"--server.headless={'true' if no_browser else 'false'}"]
    if port is not None:
        arguments.append(f"--server.port={port}")
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", str(APP), *arguments],
        cwd=APP.parent,
        env={**os.environ, VARIABLE: profile.id},
        check=False,
    )
    click.get_current_context().exit(done.returncode)
