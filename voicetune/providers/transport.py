"""The HTTP connections that every client shares; imports openai, so import it late.

They hold no key (the SDK sends it with each request), and making one costs 20 ms of TLS set-up.
"""

from functools import cache

import httpx2
import openai

HOSTED_TIMEOUT = httpx2.Timeout(120, connect=10)
LOCAL_TIMEOUT = httpx2.Timeout(600, connect=5)
"""Read and write timeouts are between two pieces of data; a busy computer may take long for the
first token."""


class WebPageError(openai.APIConnectionError):
    """A web page came where data was expected: a proxy's, a firewall's or a log-in page."""

    def __init__(self, request: httpx2.Request) -> None:
        super().__init__(message="A web page came instead of data.", request=request)


def is_web_page(response: httpx2.Response) -> bool:
    """Says whether a response is HTML."""
    return response.headers.get("content-type", "").startswith("text/html")


def _refuse_web_page(response: httpx2.Response) -> None:
    # The SDK would hand the page's text over in place of the object that was asked for.
    if response.is_success and is_web_page(response):
        raise WebPageError(response.request)


@cache
def hosted_connections() -> httpx2.Client:
    """Returns the connections to places on the network; proxies are taken from the environment."""
    return openai.DefaultHttpx2Client(
        timeout=HOSTED_TIMEOUT, event_hooks={"response": [_refuse_web_page]}
    )


@cache
def local_connections() -> httpx2.Client:
    """Returns the connections to the engine on this computer, which no proxy may stand between.

    Idle ones are dropped before the engine's server drops them (after 5 seconds), so that no
    request meets a connection that is just being closed.
    """
    return openai.DefaultHttpx2Client(
        timeout=LOCAL_TIMEOUT,
        trust_env=False,
        limits=httpx2.Limits(keepalive_expiry=2),
        event_hooks={"response": [_refuse_web_page]},
    )
