"""A network cable between the workers and the api-server that can be cut: a TCP proxy on loopback."""

import asyncio
import threading
from contextlib import suppress
from enum import Enum

HOST = "127.0.0.1"


class Cable(Enum):
    PLUGGED = "plugged"
    #: Connections are refused, as if nothing listens.
    REFUSED = "refused"
    #: Connections are accepted, and nothing passes, as if packets are dropped.
    SILENT = "silent"


class Proxy:
    """
    Forwards connections to a port.

    :param port: where it listens
    :param to_port: where it connects to
    """

    def __init__(self, port: int, to_port: int) -> None:
        self.port = port
        self._to_port = to_port
        self._state = Cable.PLUGGED
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._call(self._listen())

    def set(self, state: Cable) -> None:
        """Change the cable. A change to or from ``REFUSED`` ends all connections."""
        self._call(self._change(state))

    def close(self) -> None:
        self._call(self._change(Cable.REFUSED))
        self._call(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self.port)

    async def _change(self, state: Cable) -> None:
        was, self._state = self._state, state
        if Cable.REFUSED in (was, state) or was is Cable.SILENT:
            for writer in list(self._writers):
                writer.transport.abort()
        if state is Cable.REFUSED and self._server is not None:
            self._server.close()
            self._server = None
        if state is not Cable.REFUSED and self._server is None:
            await self._listen()

    async def _cancel(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        other: asyncio.StreamWriter | None = None
        try:
            other_reader, other = await asyncio.open_connection(HOST, self._to_port)
            self._writers.add(other)
            await asyncio.gather(self._pass(reader, other), self._pass(other_reader, writer))
        except OSError:
            pass
        finally:
            for each in (writer, other):
                if each is not None:
                    self._writers.discard(each)
                    with suppress(OSError):
                        each.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self._state is Cable.SILENT:
                continue  # lost
            writer.write(data)
            await writer.drain()
        writer.close()
