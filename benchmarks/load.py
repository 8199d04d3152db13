"""A client that asks as fast as it is answered: prepared requests over sockets that stay open."""

import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

END = b"\r\n\r\n"


@dataclass(frozen=True)
class Result:
    """What some clients saw in some seconds."""

    seconds: float
    answers: int
    failures: int
    size: int
    """Bytes of all answers."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def get(path: str, query: str, accept: str, **parameters: str) -> bytes:
    """Return the request for a query by GET, with further parameters."""
    target = f"{path}?query={quote(query, safe='')}"
    target += "".join(f"&{name}={quote(value, safe='')}" for name, value in parameters.items())
    return f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}{END.decode()}".encode()


def post(path: str, body: bytes, content_type: str, token: str = "", method: str = "POST") -> bytes:
    """Return a request with a body."""
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n{bearer}"
        f"Content-Length: {len(body)}{END.decode()}"
    )
    return head.encode() + body


def hammer(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Result:
    """Let `clients` processes ask for `seconds`, each going round all requests from another one."""
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[tuple[int, int, int]] = context.Queue()
    until = time.monotonic() + seconds
    started = time.monotonic()
    processes = [
        context.Process(target=run, args=(port, requests, number * 7919, until, results))
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    seen = [results.get() for _ in processes]
    taken = time.monotonic() - started
    for process in processes:
        process.join()
    answers, failures, size = (sum(column) for column in zip(*seen, strict=True))
    return Result(taken, answers, failures, size)


def run(
    port: int,
    requests: Sequence[bytes],
    first: int,
    until: float,
    results: "multiprocessing.Queue[tuple[int, int, int]]",
) -> None:
    """Ask until the time is over, and put what was seen."""
    answers = failures = size = 0
    connection = connect(port)
    place = first
    while time.monotonic() < until:
        try:
            status, length = ask(connection, requests[place % len(requests)])
        except OSError:
            connection.close()
            connection = connect(port)
            status, length = 0, 0
        place += 1
        size += length
        answers += 200 <= status < 300
        failures += not 200 <= status < 300
    connection.close()
    results.put((answers, failures, size))


def connect(port: int) -> socket.socket:
    """Open a connection to a server on this machine."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(connection: socket.socket, request: bytes) -> tuple[int, int]:
    """Send a request and read its answer: the status, and the bytes of the body."""
    connection.sendall(request)
    data = bytearray()
    while (end := data.find(END)) < 0:
        data += receive(connection)
    head = bytes(data[:end]).lower()
    status = int(head[9:12])
    body = len(data) - end - len(END)
    place = head.find(b"content-length:")
    if place >= 0:
        length = int(head[place + 15 :].split(b"\r\n", 1)[0])
        while body < length:
            body += len(receive(connection))
        return status, body
    if b"chunked" in head:
        tail = bytes(data[-5:])
        while not tail.endswith(b"0\r\n\r\n"):
            piece = receive(connection)
            body += len(piece)
            tail = (tail + piece)[-5:]
    return status, body


def receive(connection: socket.socket) -> bytes:
    """Return the next bytes; OSError if the server has closed the connection."""
    piece = connection.recv(1 << 18)
    if not piece:
        raise OSError("closed")
    return piece
