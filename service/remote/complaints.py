"""What an engine says about an answer that is none, or not all: its status and headers as Problems.

Nothing of the request to the engine is repeated: its headers hold who asks.
"""

import re
from collections.abc import Mapping

from graph.remote.endpoint import Endpoint
from service.http.problem import Problem

UNAVAILABLE = (502, 503, 504)
"""Statuses of an engine, or of a proxy before it, that is down for the moment."""
SHOWN = 300
"""Characters of an engine's own message that are passed on."""
STATE = "X-SQL-State"
"""Header of Virtuoso: the state of a query that was ended early."""
LATE = ("S1T00", "S1TAT", "42000 RQ")
"""Its values for a query that took too long."""


def is_unavailable(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether the engine is down, so that asking again may help."""
    return status in UNAVAILABLE and STATE not in headers


def check_status(status: int, headers: Mapping[str, str], message: str) -> None:
    """Raise the Problem for an answer that is not 200."""
    said = shown(message)
    if headers.get(STATE) in LATE or re.search(r"\bS1T(?:00|AT)\b", message[:200]):
        raise incomplete("the engine ended the query at its own time limit")
    if status in (401, 403):
        raise Problem(
            502,
            "engine-refuses",
            "Engine refuses",
            f"the database behind this service refuses it (status {status}): "
            "its operator must look at KZOP_REMOTE_USER and its like",
        )
    if status in (408, 429):
        raise Problem(
            503,
            "engine-busy",
            "Engine busy",
            "the database behind this service has too much to do: try again in a moment",
            headers={"Retry-After": "2"},
        )
    if status in (400, 413, 414, 422, 500, 501):
        raise Problem(
            400 if status != 500 else 503,
            "engine-failed",
            "Engine failed",
            f"the database behind this service cannot answer the query: {said}",
        )
    raise Problem(
        502,
        "engine-unknown",
        "Engine answers strangely",
        f"the database behind this service answers with status {status}: "
        "its operator must look at query_url",
    )


def check_headers(endpoint: Endpoint, headers: Mapping[str, str]) -> None:
    """Raise the Problem for an answer of which the engine says that it is not all."""
    if STATE in headers:
        raise incomplete("the engine ended the query at its own time limit")
    name = endpoint.row_cap_header
    if name and name in headers:
        raise incomplete(f"the engine gives at most {headers[name][:20]} rows at once")


def incomplete(reason: str) -> Problem:
    """Return the 503 for an answer that would lack something."""
    return Problem(
        503,
        "answer-incomplete",
        "Answer incomplete",
        f"the answer would not be complete: {reason}: "
        "ask for a part (LIMIT, or FILTER by a key), or for less at once",
    )


def shown(message: str) -> str:
    """Return the first line of an engine's message, as much of it as is passed on."""
    text = re.sub(r"<[^>]*>", " ", message).strip()
    line = text.split("\n", 1)[0]
    return " ".join(line.split())[:SHOWN] or "it does not say why"
