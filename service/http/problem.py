"""What the service tells a client that it cannot answer; the fields follow RFC 9457.

Knows neither Flask nor the store: `service.errors` makes answers of it.
"""

import json
from collections.abc import Mapping

TYPES = "https://w3id.org/kzop/problem/"
"""Namespace of the problem types; the rest is a slug that says what went wrong."""


class Problem(Exception):
    """A request that cannot be answered; `detail` says what was wrong and what to do instead."""

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        """Keep the parts: `slug` names the type, `members` go into the JSON beside the rest."""
        super().__init__(f"{status} {title}: {detail}")
        self.status = status
        self.slug = slug
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    def body(self) -> bytes:
        """Return the problem as application/problem+json."""
        values = {
            "type": TYPES + self.slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        return json.dumps(values, ensure_ascii=False).encode()


def not_found(detail: str) -> Problem:
    """Return the 404 for something that is not there."""
    return Problem(404, "not-found", "Not found", detail)


def bad_request(detail: str, **members: object) -> Problem:
    """Return the 400 for a request that cannot be understood."""
    return Problem(400, "bad-request", "Bad request", detail, members=members)
