"""What tells an engine who asks: the credentials of an Endpoint in, a way to sign requests out."""

from collections.abc import Generator

import httpx

from graph.endpoint import Endpoint


def credentials(endpoint: Endpoint) -> httpx.Auth | None:
    """Return what says who asks."""
    match endpoint.auth:
        case "basic":
            return httpx.BasicAuth(endpoint.user, endpoint.password)
        case "digest":
            return httpx.DigestAuth(endpoint.user, endpoint.password)
        case "bearer":
            return Bearer(endpoint.token)
    return None


class Bearer(httpx.Auth):
    """A token in the header of each request."""

    def __init__(self, token: str) -> None:
        """Send `token`."""
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
