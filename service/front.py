"""The ASGI application that `kzop serve` runs: SPARQL queries at once, all else through Flask.

Under WSGI an answer that fails on its way ends like a whole one in granian, and nobody learns that
a client is gone. Here a failed answer is broken off, and a client that leaves ends its query. What
is not a query of a program (pages, updates, the graph store) goes to the Flask application, in
threads.
"""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from service import web
from service.app import create_app
from service.config import Settings
from service.engine import Engine
from service.headers import SECURITY_HEADERS, cors_headers
from service.negotiate import may_want_page
from service.observe import Exchange, Observer
from service.planning import Asked, Plan, asked_of, plan
from service.problem import Problem
from service.processes.pool import BrokenAnswer
from service.processes.sandbox import die_with_parent
from service.protocol import FORM, QUERY, Operation, read_operation

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

GRACE = 0.1
"""Seconds after which it is watched whether the client of a query is still there."""
PLANS = 1000
"""Plans of queries that are kept: many clients ask the same again and again."""
SHORT = 4000
"""Characters of the longest query whose plan is kept."""
FORM_FACTOR = 4
"""A form body may be this many times as long as a query: percent-encoding makes it longer."""


def create_front(settings: Settings | None = None) -> "Front":
    """Return the ASGI application over the store of `settings` (default: the environment)."""
    if multiprocessing.parent_process():
        die_with_parent()  # else a server whose main process is killed would keep the port
    return Front(settings or Settings.from_environment())


class Gone(Exception):
    """The client has left."""


class Front:
    """Answers every request."""

    def __init__(self, settings: Settings) -> None:
        """Open the store. Raises SettingsError or StoreError."""
        self.settings = settings
        self.flask = create_app(settings)
        self.engine: Engine = self.flask.extensions[web.EXTENSION].engine
        self.observer: Observer = self.flask.extensions[web.EXTENSION].observer
        self._plans: dict[tuple[str, Operation, Asked], Plan] = {}
        self._pages = WSGIMiddleware(cast(Any, self.flask.wsgi_app), workers=settings.queue)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        if scope["type"] != "http":
            return
        self.engine.bind(asyncio.get_running_loop())
        exchange = Exchange(scope["method"], scope["path"])
        try:
            await self._answer(Call(scope, receive, send, exchange))
        except (BrokenAnswer, Gone) as error:
            # Nothing more is sent, so that the transfer breaks.
            exchange.outcome = "broken" if isinstance(error, BrokenAnswer) else "gone"
        finally:
            self.observer.tell(exchange)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the processes with the server, and end them with it."""
        loop = asyncio.get_running_loop()
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.engine.bind(loop)
                await send({"type": "lifespan.startup.complete"})
            else:
                await loop.run_in_executor(None, self.engine.close)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, call: "Call") -> None:
        is_query = call.path == "/sparql" and call.method in ("GET", "POST")
        if not is_query or may_want_page(call.headers.get("accept")):
            await self._through_flask(call)
            return
        try:
            operation = await self._read(call)
            if operation is None:
                await self._through_flask(call)
            else:
                await self._query(call, operation)
        except Problem as problem:
            await call.respond_problem(problem, self._common(call))

    async def _read(self, call: "Call") -> Operation | None:
        """Return the query of a request, None if it is none, or its answer may be a page."""
        body = b""
        if call.method == "POST":
            kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in (FORM, QUERY):
                return None
            body = await call.read_body(FORM_FACTOR * self.settings.max_query_bytes, kind == FORM)
            if kind == FORM and b"update=" in body:
                return None
        operation = read_operation(
            call.method,
            call.scope["query_string"],
            call.headers.get("content-type"),
            body,
            max_query_bytes=self.settings.max_query_bytes,
        )
        if not isinstance(operation, Operation) or operation.searching is not None:
            return None
        return None if may_want_page(None, operation.format) else operation

    async def _query(self, call: "Call", operation: Operation) -> None:
        call.exchange.query = operation.query
        await self.engine.settle(self.settings.query_timeout)
        asked = asked_of(call.method, call.headers, call.scope["query_string"].decode("latin-1"))
        planned = self._plan(operation, asked)
        if planned.is_current(asked):
            headers = {"ETag": planned.headers["ETag"], "Vary": planned.headers["Vary"]}
            await call.respond(304, headers | self._common(call), None)
            return
        watch = asyncio.get_running_loop().call_later(GRACE, call.watch, asyncio.current_task())
        try:
            await self._stream(call, planned)
        except asyncio.CancelledError:
            if call.is_gone:
                raise Gone from None
            raise
        finally:
            watch.cancel()
            call.stop_watching()

    def _plan(self, operation: Operation, asked: Asked) -> Plan:
        version = self.engine.snapshot().version
        key = (version, operation, asked)
        planned = self._plans.get(key)
        if planned is None:
            planned = plan(
                operation,
                asked,
                version=version,
                base=self.engine.base.iri,
                limit=self.settings.query_timeout,
                hosts=self.settings.service_allow,
            )
            if len(operation.query) <= SHORT:
                if len(self._plans) >= PLANS:
                    self._plans.clear()
                self._plans[key] = planned
        return planned

    async def _stream(self, call: "Call", planned: Plan) -> None:
        reply = await self.engine.answer(planned.job, planned.seconds, planned.tag)
        if planned.refusal:
            raise planned.refusal
        headers = planned.headers | self._common(call)
        if reply.is_whole:
            await call.respond(200, headers, reply.first)
            return
        try:
            await call.start(200, headers)
            await call.part(reply.first)
            async for part in reply.parts():
                await call.part(part)
            await call.end()
        finally:
            reply.abandon()

    async def _through_flask(self, call: "Call") -> None:
        """Let Flask answer; its headers are those that Flask gives."""
        try:
            await self._pages(call.scope, call.receive, call.send_on)  # type: ignore[arg-type]
        except Exception as error:
            # Flask answers its own failures: this one came after the answer had begun.
            raise BrokenAnswer(str(error)) from error

    def _common(self, call: "Call") -> dict[str, str]:
        cors = cors_headers(self.settings.cors_origins, call.headers.get("origin"))
        return {**SECURITY_HEADERS, **cors, "X-Request-Id": call.exchange.id}


class Call:
    """One request under ASGI, and what is sent back."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange) -> None:
        """Wrap what the server gives."""
        self.scope = scope
        self.exchange = exchange
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        self.is_gone = False
        self._receive = receive
        self._send = send
        self._read: list[Message] = []
        self._watcher: asyncio.Task[None] | None = None

    async def read_body(self, limit: int, is_form: bool) -> bytes:
        """Return the body, which `receive` gives again. Raises the 413 for more than `limit`.

        The form of an update may be longer: its beginning is returned.
        """
        pieces, size, more = [], 0, True
        while more:
            message = await self._receive()
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
        """Give what the server gives, from the beginning."""
        return self._read.pop(0) if self._read else await self._receive()

    def watch(self, work: "asyncio.Task[Any] | None") -> None:
        """Cancel `work` when the client leaves."""
        if work:
            self._watcher = asyncio.get_running_loop().create_task(self._watch(work))

    async def _watch(self, work: "asyncio.Task[Any]") -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        work.cancel()

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
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

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
        await self._send(message)
