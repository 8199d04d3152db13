"""HTTP sessions with an engine, which tell it who asks: an Endpoint in, a session out."""

from collections import defaultdict
from functools import partial

from aiohttp import (
    ClientHandlerType,
    ClientMiddlewareType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DigestAuthMiddleware,
    DummyCookieJar,
    TCPConnector,
    encode_basic_auth,
)

from graph.remote.endpoint import Endpoint

KEPT = 15.0
"""Seconds that a connection is kept for the next request."""


def open_session(endpoint: Endpoint, timeout: ClientTimeout) -> ClientSession:
    """Return a session for the loop that runs; `timeout` is that of each request.

    It leaves answers as they come, knows no proxy, keeps no cookies and limits no connections.
    Requests must be sent with `allow_redirects=False`: an engine that has moved is an error.
    """
    headers = {"User-Agent": "kzop", "Accept-Encoding": "identity"}
    signers: tuple[ClientMiddlewareType, ...] = ()
    match endpoint.auth:
        case "basic":
            headers["Authorization"] = encode_basic_auth(endpoint.user, endpoint.password)
        case "digest":
            signers = (Digest(endpoint),)
        case "bearer":
            headers["Authorization"] = f"Bearer {endpoint.token}"
    return ClientSession(
        middlewares=signers,
        headers=headers,
        timeout=timeout,
        connector=TCPConnector(limit=0, keepalive_timeout=KEPT),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )


class Digest:
    """Signs requests by digest; a signer of aiohttp is one of a single origin."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Sign with the user and the password of `endpoint`."""
        self._signers: defaultdict[str, DigestAuthMiddleware] = defaultdict(
            partial(DigestAuthMiddleware, endpoint.user, endpoint.password)
        )

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send a request, again if it is challenged."""

        async def send(request: ClientRequest) -> ClientResponse:
            response = await handler(request)
            if response.status == 401:
                await response.read()  # else its connection is never free
            return response

        return await self._signers[str(request.url.origin())](request, send)
