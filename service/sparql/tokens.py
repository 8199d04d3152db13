"""Who may write: the bearer of the token that the settings hold."""

from hmac import compare_digest

from flask import request

from service import web
from service.http.problem import Problem


def require_writer() -> None:
    """Raise the 401 or 403 unless the current request has the token of the service."""
    settings = web.site().settings
    if settings.snapshot:
        raise Problem(
            403,
            "read-only",
            "Read-only",
            "this service reads a snapshot, which never changes: write to the store it is made of",
        )
    token = settings.token
    if not token:
        raise Problem(
            403,
            "read-only",
            "Read-only",
            "this service accepts no writes: it was started without KZOP_TOKEN",
        )
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise unauthorised("send the header Authorization: Bearer TOKEN")
    if not compare_digest(given.strip().encode(), token.encode()):
        raise unauthorised("the token is not that of this service", 'error="invalid_token"')


def unauthorised(detail: str, parameters: str = "") -> Problem:
    """Return the 401."""
    challenge = f'Bearer realm="kzop"{", " if parameters else ""}{parameters}'
    return Problem(
        401, "unauthorised", "Unauthorised", detail, headers={"WWW-Authenticate": challenge}
    )
