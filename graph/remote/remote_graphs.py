"""Writes whole graphs to a remote engine: files of N-Triples in, graphs of the engine out.

Each request may be sent again without harm. A graph is put beside its place first, counted there,
and moved: half a graph is never where readers look.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from graph.remote.endpoint import Endpoint, EndpointError
from graph.remote.session import open_session

TRIES = 4
PAUSE = 0.5
"""Seconds before the second try; twice as many before each further one."""
JSON = {"Accept": "application/sparql-results+json"}
CONNECT = 10.0
"""Seconds that a connection may take."""


class RemoteError(EndpointError):
    """The engine did not do what it was asked to; the message says what to look at."""


@dataclass(frozen=True)
class Answer:
    """What the engine answers to one request."""

    status: int
    body: bytes


class RemoteGraphs:
    """The graphs of one engine. Use it as a context manager, where no loop runs."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Write to `endpoint`. Raises RemoteError if it has no addresses for that."""
        if not endpoint.update_url or not endpoint.gsp_url:
            raise RemoteError(
                "no update_url and gsp_url in the configuration: publishing needs both"
            )
        self.endpoint = endpoint
        self._runner = asyncio.Runner()
        self._http: aiohttp.ClientSession | None = None

    def __enter__(self) -> "RemoteGraphs":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the connections go."""
        if self._http is not None:
            self._runner.run(self._http.close())
        self._runner.close()

    def select(self, query: str) -> list[dict[str, str]]:
        """Return the rows of a SELECT: variable -> characters of its value."""
        answer = self._send("a query", lambda: self._post(self.endpoint.query_url, query=query))
        try:
            rows = json.loads(answer.body)["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise RemoteError("the engine answers a SELECT with what is no SPARQL JSON") from error

    def update(self, text: str) -> None:
        """Do an update, which must be one that may be done twice."""
        self._send("an update", lambda: self._post(self.endpoint.update_url, update=text))

    def count(self, graph: str) -> int:
        """Return the number of statements in a graph; "" is the default graph."""
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        rows = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")
        return int(rows[0]["n"]) if rows else 0

    def put(self, graph: str, file: Path, staging: str, number: int) -> None:
        """Give a graph ("" is the default graph) the `number` N-Triples of `file`.

        It stands in the graph `staging` meanwhile. Raises RemoteError; the graph is whole then,
        the old one or the new one.
        """
        self._upload(staging, file)
        found = self.count(staging)
        if found != number:
            raise RemoteError(
                f"<{staging}> has {found} statements after {number} were sent: the engine lost or "
                "changed some; see its log, or load them with its bulk loader (docs/scale.md)"
            )
        self._move(staging, graph, number)

    def drop(self, graph: str) -> None:
        """Delete a graph, if it is there."""
        self.update(f"DROP SILENT GRAPH <{graph}>")

    def _upload(self, graph: str, file: Path) -> None:
        def put() -> Answer:
            # Digest needs an exchange before a body that can be sent once only; the length of a
            # file is known, so it is not sent in chunks, of which Virtuoso keeps nothing.
            self._post(self.endpoint.update_url, query="ASK {}")
            with file.open("rb") as body:
                return self._request(
                    "PUT",
                    self.endpoint.gsp_url,
                    params={self.endpoint.gsp_param: graph},
                    data=body,
                    headers={"Content-Type": "application/n-triples"},
                )

        self._send(f"the graph <{graph}>", put)

    def _move(self, source: str, graph: str, number: int) -> None:
        """Move a graph. A move that was done must not be done again: its source is gone then."""
        target = f"GRAPH <{graph}>" if graph else "DEFAULT"
        text = f"MOVE GRAPH <{source}> TO {target}"
        for attempt in range(TRIES):
            try:
                check(self._post(self.endpoint.update_url, update=text), "a MOVE")
            except (aiohttp.ClientError, RemoteError) as error:
                if attempt == TRIES - 1:
                    raise RemoteError(f"{target} cannot be moved to: {error}") from error
                time.sleep(PAUSE * 2**attempt)
            if self.count(source) == 0:
                break
        found = self.count(graph)
        if found != number:
            raise RemoteError(
                f"{target} has {found} statements after the move, not {number}: publish again"
            )

    def _post(self, url: str, **fields: str) -> Answer:
        return self._request("POST", url, data=fields, headers=JSON)

    def _request(self, method: str, url: str, **more: Any) -> Answer:
        """Send a request once. Raises ClientError."""
        return self._runner.run(self._exchange(method, url, **more))

    async def _exchange(self, method: str, url: str, **more: Any) -> Answer:
        if self._http is None:
            seconds = self.endpoint.timeout
            times = aiohttp.ClientTimeout(None, connect=CONNECT, sock_read=seconds)
            self._http = open_session(self.endpoint, times)
        async with self._http.request(method, url, allow_redirects=False, **more) as response:
            return Answer(response.status, await response.read())

    def _send(self, what: str, send: Callable[[], Answer]) -> Answer:
        """Send something that may be sent again, until it arrives. Raises RemoteError."""
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(PAUSE * 2 ** (attempt - 1))
            try:
                answer = send()
            except aiohttp.ClientError as error:
                reason = type(error).__name__
                continue
            if answer.status not in (502, 503, 504):
                return check(answer, what)
            reason = f"status {answer.status}"
        raise RemoteError(f"the engine does not take {what} ({reason}): see whether it runs")


def check(answer: Answer, what: str) -> Answer:
    """Return an answer of success. Raises RemoteError."""
    if answer.status in (401, 403):
        raise RemoteError(
            f"the engine refuses {what} (status {answer.status}): look at auth, "
            "KZOP_REMOTE_USER, KZOP_REMOTE_PASSWORD and KZOP_REMOTE_TOKEN, and what they may do"
        )
    if not 200 <= answer.status < 300:
        line = answer.body.partition(b"\n")[0].decode("utf-8", "replace")
        said = " ".join(line.split())[:300]
        raise RemoteError(f"the engine refuses {what} (status {answer.status}): {said}")
    return answer
