"""The server without Qt: says where it is ready, and runs until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator

import segno

from server.bootstrap import lasting_server
from server.settings import Options


async def serve(options: Options) -> None:
    """Run until SIGINT or SIGTERM. Raises StartError when the server can't start."""
    stopping = asyncio.Event()
    with _signals(stopping):
        async with lasting_server(options) as server:
            print(f"Miauflix is ready at {server.url}", flush=True)
            if options.demo or sys.stdout.isatty():
                link = await server.pairing_link()
                print(f"Watch now: {link}", flush=True)
                if sys.stdout.isatty():
                    segno.make(link).terminal(compact=True)
            await stopping.wait()


@contextlib.contextmanager
def _signals(stopping: asyncio.Event) -> Iterator[None]:
    """Set the event on the signals that ask a program to end."""
    loop = asyncio.get_running_loop()
    handled = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in handled:
            loop.add_signal_handler(number, stopping.set)
    except NotImplementedError:  # Windows: Ctrl-C cancels the main task instead
        yield
        return
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
