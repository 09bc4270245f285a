"""A network that takes its time: each connection to one of these ports goes to another, and so do its bytes, later.

A process of its own. The only argument is JSON: a list of the ports to lead to, and the seconds that there and back
takes longer; it prints its own ports in the same order, then waits for the end of its input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

_CHUNK = 64 << 10
_END = b""


async def main(ports: list[int], seconds: float) -> None:
    async with contextlib.AsyncExitStack() as stack:
        own = []
        for port in ports:
            server = await asyncio.start_server(Line(port, seconds / 2), "127.0.0.1", 0)
            await stack.enter_async_context(server)
            own.append(server.sockets[0].getsockname()[1])
        sys.stdout.write(json.dumps(own) + "\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()


class Line:
    """The way to one port. The first bytes of a connection are as late as all others."""

    def __init__(self, port: int, delay: float) -> None:
        """``delay`` in seconds, each way."""
        self._port = port
        self._delay = delay

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await on_the_way.get()
                await asyncio.sleep(due - loop.time())
                if data == _END:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()

        async with asyncio.TaskGroup() as group:
            group.create_task(deliver())
            data = b"begin"
            while data != _END:
                try:
                    data = await reader.read(_CHUNK)
                except OSError:
                    data = _END
                on_the_way.put_nowait((loop.time() + self._delay, data))


if __name__ == "__main__":
    asyncio.run(main(*json.loads(sys.argv[1])))
