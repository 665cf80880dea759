"""`engine`: the local engine alone, for any OpenAI client, until it is interrupted."""

import signal
import threading

import click

from voicetune.engine.launcher import ENGINE, EngineProcess, EngineStartError
from voicetune.home import home


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Anything but this computer's own can be reached by others.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port; a free one by default."
)
def command(host: str, port: int) -> None:
    """Run the local engine in the foreground. Ctrl-C stops it.

    Any OpenAI client can train and chat with it: it speaks OpenAI's wire format at the address that
    is printed, with the token as key.
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    engine = EngineProcess((*ENGINE, "--host", host))
    try:
        url = engine.start(home(), port=port)
    except EngineStartError as error:
        raise click.ClickException(str(error)) from error
    if not engine.ours:
        raise click.ClickException(f"An engine already runs for {home()}, at {url}")
    click.echo(f"The engine listens on {url}")
    click.echo(f"Its key is in {home() / 'engine' / 'token'}")
    try:
        while not stop.wait(3600):
            pass
    except KeyboardInterrupt:
        pass
    finally:
        engine.stop()
