"""One request under ASGI, and what is sent back."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from service.http.observe import Exchange
from service.http.problem import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

WHEN_GONE = "kzop.when_gone"
"""Key of a scope whose value takes what is to be called when the client leaves."""


class Gone(Exception):
    """The client has left."""


class Call:
    """One request under ASGI, and what is sent back."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, exchange: Exchange, patience: float
    ) -> None:
        """Wrap what the server gives.

        A client that neither sends nor takes anything for `patience` seconds counts as gone.
        """
        self.scope = scope
        self.exchange = exchange
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[str, str] = {}
        for name, value in scope["headers"]:  # RDF4J sends a line for each type that it takes
            key, text = name.decode("latin-1"), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text
        self.is_gone = False
        self._patience = patience
        self._receive = receive
        self._send = send
        self._read: list[Message] = []
        self._is_read = False
        self._watcher: asyncio.Task[None] | None = None
        self._when_gone: list[Callable[[], object]] = []

    async def read_body(self, limit: int, is_form: bool) -> bytes:
        """Return the body, which `receive` gives again. Raises the 413 for more than `limit`.

        The form of an update may be longer: its beginning is returned.
        """
        pieces, size, more = [], 0, True
        while more:
            message = await self._next()
            if message["type"] == "http.disconnect":
                raise Gone
            self._read.append(message)
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            more = message.get("more_body", False)
            if size > limit:
                if is_form and b"update=" in (begin := b"".join(pieces)):
                    return begin
                raise Problem(
                    413,
                    "query-too-long",
                    "Query too long",
                    "the request body is longer than this service accepts: send a shorter query",
                )
        return b"".join(pieces)

    async def receive(self) -> Message:
        """Give what the server gives, from the beginning. Gone for a body that breaks off."""
        message = self._read.pop(0) if self._read else await self._next()
        if message["type"] == "http.disconnect" and not self._is_read:
            raise Gone
        self._is_read = not message.get("more_body", False)
        return message

    async def _next(self) -> Message:
        """Wait for the next piece of the body, or for the client to leave after the last."""
        try:
            async with asyncio.timeout(None if self._is_read else self._patience):
                return await self._receive()
        except TimeoutError:
            raise Gone from None

    def watch(self, work: "asyncio.Task[Any] | None" = None) -> None:
        """Look out for the client to leave, and cancel `work` then."""
        if work:
            self._when_gone.append(work.cancel)
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        self.is_gone = True
        for tell in self._when_gone:
            tell()

    def when_gone(self, tell: Callable[[], object]) -> None:
        """Have `tell` called, in the loop, when the client leaves or has left; from any thread."""
        self._when_gone.append(tell)
        if self.is_gone:
            tell()

    def stop_watching(self) -> None:
        """Let the client come and go."""
        if self._watcher:
            self._watcher.cancel()

    async def respond_problem(self, problem: Problem, headers: dict[str, str]) -> None:
        """Send a problem document."""
        self.exchange.outcome = problem.slug
        fields = {
            "Content-Type": "application/problem+json",
            "Vary": "Accept, Accept-Language, Cookie, Origin",
            "Cache-Control": "no-store",
        }
        await self.respond(problem.status, {**fields, **headers, **problem.headers}, problem.body())

    async def respond(self, status: int, headers: dict[str, str], body: bytes | None) -> None:
        """Send a whole answer."""
        if body is not None:
            headers = {**headers, "Content-Length": str(len(body))}
        await self.start(status, headers)
        self.exchange.bytes = len(body or b"")
        await self._send({"type": "http.response.body", "body": body or b"", "more_body": False})

    async def start(self, status: int, headers: dict[str, str]) -> None:
        """Send the status and the headers."""
        self.exchange.status = status
        fields = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": fields})

    async def part(self, data: bytes) -> None:
        """Send a part of the body; more will follow."""
        self.exchange.bytes += len(data)
        await self._send_part({"type": "http.response.body", "body": data, "more_body": True})
        if self.is_gone:
            raise Gone

    async def _send_part(self, message: Message) -> None:
        """Send a message as soon as the client takes it; it is gone if it does not for long."""
        try:
            async with asyncio.timeout(self._patience):
                await self._send(message)
        except TimeoutError:
            self._leave()

    async def end(self) -> None:
        """Say that the body is whole."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def send_on(self, message: Message) -> None:
        """Send what Flask sends, and note it."""
        if message["type"] == "http.response.start":
            self.exchange.status = message["status"]
            message["headers"] = [
                *message["headers"],
                (b"x-request-id", self.exchange.id.encode()),
            ]
            if message["status"] >= 400:
                self.exchange.outcome = f"status-{message['status']}"
        else:
            self.exchange.bytes += len(message.get("body", b""))
        if not self.is_gone:  # else Flask goes on to the end for nobody: it cannot be stopped
            await self._send_part(message)
