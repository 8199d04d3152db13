"""The service's end of the socket to one of its processes, in the event loop of the service."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

from service.processes import frames
from service.processes.frames import frame

MOST_WAITING = 1 << 20
"""Bytes of an answer that may wait for a slow client before its worker has to wait too."""


class Connection(asyncio.Protocol):
    """The service's end of the socket to a process: frames as they come."""

    def __init__(self) -> None:
        """Wait for a transport."""
        self.on_notice: Callable[[bytes], None] | None = None
        """Gets the payload of a NOTICE at once."""
        self.transport: asyncio.Transport | None = None
        self.closed = False
        self._data = bytearray()
        self._part = 0
        """Bytes that are still to come of a part that is being handed on."""
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._size = 0
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Cut what comes into frames; a part of an answer is handed on as far as it is there."""
        if self._part:
            piece = data[: self._part]  # no copy where all of it belongs to the part
            self._part -= len(piece)
            self._take(frames.PART, piece)
            data = data[len(piece) :]
        self._data += data
        start, head = 0, frames.HEAD.size
        while len(self._data) >= start + head:
            kind, length = frames.HEAD.unpack_from(self._data, start)
            end = start + head + length
            if len(self._data) < end:
                if kind != frames.PART:
                    break
                self._part = end - len(self._data)
                end = len(self._data)
            self._take(kind, bytes(self._data[start + head : end]))
            start = end
        del self._data[:start]
        if self._size > MOST_WAITING and self.transport:
            self.transport.pause_reading()

    def _take(self, kind: bytes, payload: bytes) -> None:
        if kind == frames.NOTICE and self.on_notice:
            self.on_notice(payload)
        elif payload or kind != frames.PART:
            self._frames.append((kind, payload))
            self._size += len(payload)
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """Let who waits see the end."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send a frame."""
        if self.transport:
            self.transport.write(frame(kind, payload))

    async def receive(self) -> tuple[bytes, bytes] | None:
        """Wait for the next frame; None if the process is gone."""
        while not self._frames:
            if self.closed:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
            self._waiter = None
        kind, payload = self._frames.popleft()
        self._size -= len(payload)
        if self._size <= MOST_WAITING and self.transport and not self.closed:
            self.transport.resume_reading()
        return kind, payload

    def close(self) -> None:
        """Close the socket: the process at its other end sees the end of its work."""
        if self.transport:
            self.transport.abort()
