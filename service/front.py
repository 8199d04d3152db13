"""The ASGI application that `kzop serve` runs: SPARQL queries at once, all else through Flask.

Under WSGI an answer that fails on its way ends like a whole one in granian, and nobody learns that
a client is gone. Here a failed answer is broken off, and a client that leaves ends its query. What
is not a query of a program (pages, updates, the graph store) goes to the Flask application, in
threads.
"""

import asyncio
import multiprocessing
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware

from service import web
from service.app import create_app
from service.config import Settings
from service.engine.engine import Engine
from service.engine.snapshots import Snapshot
from service.http.call import WHEN_GONE, Call, Gone, Receive, Scope, Send
from service.http.headers import SECURITY_HEADERS, cors_headers
from service.http.negotiate import may_want_page
from service.http.observe import Exchange, Observer
from service.http.problem import Problem
from service.processes.pool import BrokenAnswer
from service.processes.sandbox import die_with_parent
from service.site.warming import warm
from service.sparql.planning import Asked, Plan, asked_of, plan
from service.sparql.protocol import FORM, QUERY, Operation, read_operation

GRACE = 0.1
"""Seconds after which it is watched whether the client of a query is still there."""
PLANS = 1000
"""Plans of queries that are kept: many clients ask the same again and again."""
SHORT = 4000
"""Characters of the longest query whose plan is kept."""
FORM_FACTOR = 4
"""A form body may be this many times as long as a query: percent-encoding makes it longer."""


read_again = lru_cache(maxsize=PLANS)(read_operation)
"""`read_operation` for requests that many clients send."""


def create_front(settings: Settings | None = None) -> "Front":
    """Return the ASGI application over the store of `settings` (default: the environment)."""
    if multiprocessing.parent_process():
        die_with_parent()  # else a server whose main process is killed would keep the port
    return Front(settings or Settings.from_environment())


class Front:
    """Answers every request."""

    def __init__(self, settings: Settings) -> None:
        """Open the store. Raises SettingsError or StoreError."""
        self.settings = settings
        self.flask = create_app(settings)
        self.engine: Engine = self.flask.extensions[web.EXTENSION].engine
        self.observer: Observer = self.flask.extensions[web.EXTENSION].observer
        self._plans: dict[tuple[str, Operation, Asked], Plan] = {}
        self._pages = WSGIMiddleware(self._wsgi, workers=settings.queue)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        if scope["type"] != "http":
            return
        # Some clients send letters as they are; a query string is ASCII from here on.
        scope["query_string"] = quote(scope["query_string"], safe=bytes(range(128))).encode()
        self.engine.bind(asyncio.get_running_loop())
        exchange = Exchange(scope["method"], scope["path"])
        try:
            patience = self.settings.query_timeout
            await self._answer(Call(scope, receive, send, exchange, patience))
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
                loop.run_in_executor(None, warm, self.flask)
            else:
                await loop.run_in_executor(None, self.engine.close)
                self.observer.flush()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, call: Call) -> None:
        is_query = call.path == "/sparql" and call.method in ("GET", "POST")
        is_script = b"callback=" in call.scope["query_string"]
        if not is_query or is_script or may_want_page(call.headers.get("accept")):
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

    async def _read(self, call: Call) -> Operation | None:
        """Return the query of a request, None if it is none, or its answer may be a page."""
        body = b""
        if call.method == "POST":
            kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in (FORM, QUERY):
                return None
            body = await call.read_body(FORM_FACTOR * self.settings.max_query_bytes, kind == FORM)
            if kind == FORM and b"update=" in body:
                return None
        asked = (call.method, call.scope["query_string"], call.headers.get("content-type"), body)
        is_short = len(asked[1]) + len(body) <= SHORT
        read = read_again if is_short else read_operation
        operation = read(*asked, max_query_bytes=self.settings.max_query_bytes)
        if not isinstance(operation, Operation) or operation.searching is not None:
            return None
        return None if may_want_page(None, operation.format) else operation

    async def _query(self, call: Call, operation: Operation) -> None:
        call.exchange.query = operation.query
        await self.engine.settle(self.settings.query_timeout)
        asked = asked_of(call.method, call.headers, call.scope["query_string"].decode("latin-1"))
        snapshot = self.engine.snapshot()
        planned = self._plan(operation, asked, snapshot.version)
        if planned.is_current(asked):
            headers = {"ETag": planned.headers["ETag"], "Vary": planned.headers["Vary"]}
            await call.respond(304, headers | self._common(call), None)
            return
        watch = asyncio.get_running_loop().call_later(GRACE, call.watch, asyncio.current_task())
        try:
            await self._stream(call, planned, snapshot)
        except asyncio.CancelledError:
            if call.is_gone:
                raise Gone from None
            raise
        finally:
            watch.cancel()
            call.stop_watching()

    def _plan(self, operation: Operation, asked: Asked, version: str) -> Plan:
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

    async def _stream(self, call: Call, planned: Plan, snapshot: Snapshot) -> None:
        reply = await self.engine.answer(planned.job, planned.seconds, planned.tag, snapshot)
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

    async def _through_flask(self, call: Call) -> None:
        """Let Flask answer; its headers are those that Flask gives."""
        watch = None
        if call.method in ("GET", "HEAD"):  # what the client of another sends is for Flask to read
            watch = asyncio.get_running_loop().call_later(GRACE, call.watch)
        call.scope[WHEN_GONE] = call.when_gone
        try:
            await self._pages(call.scope, call.receive, call.send_on)  # type: ignore[arg-type]
        except Exception as error:
            # Flask answers its own failures: this one came after the answer had begun.
            raise BrokenAnswer(str(error)) from error
        finally:
            if watch:
                watch.cancel()
            call.stop_watching()
        if call.is_gone:
            raise Gone

    def _wsgi(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input_terminated"] = True  # a body without a length ends too
        return self.flask.wsgi_app(environ, start_response)

    def _common(self, call: Call) -> dict[str, str]:
        cors = cors_headers(self.settings.cors_origins, call.headers.get("origin"))
        return {**SECURITY_HEADERS, **cors, "X-Request-Id": call.exchange.id}
