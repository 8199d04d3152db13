"""JSONP: an answer in JSON as the call of a function that the client names, for LodLive.

In: the parameters and headers of a request, and the parts of an answer. Out: the name of the
function, and the parts of a script. Knows no framework.
"""

import re
from collections.abc import Iterable, Iterator

from service.http.negotiate import JSON, JSON_LD, Offer
from service.http.problem import Problem, bad_request

NAME = re.compile(r"[\w$.]{1,64}", re.ASCII)
CONTENT_TYPE = "application/javascript; charset=utf-8"


def read_callback(
    name: str | None, origins: tuple[str, ...], fetch_site: str | None = None
) -> str | None:
    """Return the function that `callback=` names, None if it is absent. Raises Problem.

    `origins` are those that may read answers, `fetch_site` the header Sec-Fetch-Site. A script is
    read by any page, so it is given only where every origin may read; and never to pages of this
    service, whose policy trusts its own scripts.
    """
    if name is None:
        return None
    if not NAME.fullmatch(name):
        raise bad_request("callback= is no name of a function: write 1 to 64 of A-Z a-z 0-9 _ $ .")
    if "*" not in origins:
        raise bad_request(
            "callback= is not served here, since only some origins may read: use CORS"
        )
    if fetch_site == "same-origin":
        raise bad_request("callback= is for pages of other sites: leave it out")
    return name


def require_json(offer: Offer) -> None:
    """Raise the 406 for an answer that no script can hold."""
    if offer not in (JSON, JSON_LD):
        raise Problem(
            406,
            "not-acceptable",
            "Not acceptable",
            f"callback= takes JSON only, not {offer.media_type}: leave out one of the two",
        )


def script(name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of a script that calls `name` with the JSON in `parts`."""
    # The comment keeps the first bytes, which a caller could choose, from being read as a plug-in.
    yield f"/**/{name}(".encode()
    yield from parts
    yield b");\n"
