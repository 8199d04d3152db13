"""Frames come out of a connection as they went in, however the bytes are cut."""

import asyncio
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from service.processes import frames
from service.processes.connection import Connection
from service.processes.frames import frame

KINDS = [frames.ANSWER, frames.PART, frames.END, frames.PROBLEM, frames.NOTICE]


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.binary(max_size=50)), max_size=8),
    st.lists(st.integers(1, 30), max_size=40),
)
def test_frames_survive_any_cut(sent: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    noticed: list[bytes] = []
    connection = Connection()
    connection.on_notice = noticed.append
    data = b"".join(frame(kind, payload) for kind, payload in sent)
    for cut in cuts:
        connection.data_received(data[:cut])
        data = data[cut:]
    connection.data_received(data)
    connection.connection_lost(None)

    async def read() -> list[tuple[bytes, bytes]]:
        found = []
        while (message := await connection.receive()) is not None:
            found.append(message)
        return found

    assert merged(asyncio.run(read())) == merged(m for m in sent if m[0] != frames.NOTICE)
    assert noticed == [payload for kind, payload in sent if kind == frames.NOTICE]


def merged(messages: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Join parts that follow each other: where an answer is cut says nothing."""
    found: list[tuple[bytes, bytes]] = []
    for kind, payload in messages:
        if kind == frames.PART and found and found[-1][0] == frames.PART:
            found[-1] = (kind, found[-1][1] + payload)
        elif kind != frames.PART or payload:
            found.append((kind, payload))
    return found
