"""The SPARQL 1.1 Protocol: the parts of a request in, the query or update it asks for out.

Knows neither Flask nor the store. Every breach of the protocol is a ProtocolError with the HTTP
status that the answer must have.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from graph.querying.queries import Resting
from service.http.problem import Problem
from service.sparql.searching import PARAMETERS, Searching, read_searching

METHODS = ("GET", "HEAD", "OPTIONS", "POST")
"""What the endpoint answers to; the value of Allow in a 405."""

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
POSTED = f"{QUERY}, {UPDATE}, {FORM}"
"""What a POST to the endpoint may hold."""

SINGLE = ("query", "update", "format", "output", "timeout", *PARAMETERS)
"""Parameters that may stand once only."""

DATASET = ("default-graph-uri", "named-graph-uri")
"""Parameters of a query that may be repeated, each value adding a graph."""
USING = ("using-graph-uri", "using-named-graph-uri")
"""The same of an update."""
GRAPHS = (*DATASET, *USING)


class ProtocolError(Problem):
    """A request that the protocol does not allow."""


@dataclass(frozen=True)
class Operation:
    """One query to be answered."""

    query: str
    """The query text."""
    default_graphs: tuple[str, ...] = ()
    """IRIs of `default-graph-uri`, in the order given."""
    named_graphs: tuple[str, ...] = ()
    """IRIs of `named-graph-uri`, in the order given."""
    format: str | None = None
    """Value of `format=` or `output=`, which overrides the Accept header; None if absent."""
    timeout: float | None = None
    """Value of `timeout=`, in seconds; it may lower the limit."""
    language: str | None = None
    """Value of `lang=`, for formats with names in them; None if absent."""
    name: str = "query"
    """What the file of the answer is called."""
    searching: Searching | None = None
    """What `search=` and its companions ask of the text index."""
    evidence: tuple[Resting, ...] = ()
    """What the rows of a named query rest on, if they are asked for with their evidence."""

    @property
    def has_dataset(self) -> bool:
        """Whether the request names its dataset, overriding FROM and FROM NAMED of the query."""
        return bool(self.default_graphs or self.named_graphs)


@dataclass(frozen=True)
class Update:
    """One update to be done."""

    text: str
    """The text of the update."""
    using: tuple[str, ...] = ()
    """IRIs of `using-graph-uri`, in the order given."""
    using_named: tuple[str, ...] = ()
    """IRIs of `using-named-graph-uri`, in the order given."""


@dataclass(frozen=True)
class Parameter:
    """One `name=value` of a URL or a form body."""

    name: str
    value: str
    in_body: bool


def read_operation(
    method: str,
    query_string: bytes,
    content_type: str | None = None,
    body: bytes = b"",
    *,
    max_query_bytes: int = 262_144,
) -> Operation | Update | None:
    """Return the query or update that a request asks for, or None for a GET that asks for none.

    None is the request for the description of the service. `query_string` and `body` are the
    bytes as sent; nothing has been percent-decoded yet. Raises ProtocolError.
    """
    if method not in METHODS:
        raise ProtocolError(
            405,
            "method-not-allowed",
            "Method not allowed",
            f"{method} is not a way to query: use GET or POST",
            headers={"Allow": ", ".join(METHODS)},
        )
    parameters = list(read_parameters(query_string, in_body=False))
    direct: dict[str, str] = {}
    if method == "POST":
        media_type = read_content_type(content_type)
        if media_type == FORM:
            parameters += read_parameters(body, in_body=True)
        elif media_type in (QUERY, UPDATE):
            name = "query" if media_type == QUERY else "update"
            direct = {name: decode(body, "the request body")}
        else:
            raise unsupported(f"the Content-Type of this POST is {media_type}", POSTED)
    check_repetition(parameters)
    given = {p.name: p.value for p in parameters}
    if method != "POST" and "update" in given:
        raise bad("an update must be a POST: it is never executed by GET")
    if direct and ("query" in given or "update" in given):
        raise bad("the body is the text already: leave out query= and update= from the URL")
    if "query" in given and "update" in given:
        raise bad("one request is either a query or an update: send query= or update=, not both")
    given |= direct
    named = {name: tuple(p.value for p in parameters if p.name == name) for name in GRAPHS}
    if "update" in given:
        if any(named[name] for name in DATASET):
            raise bad("an update takes its graphs from using-graph-uri= and using-named-graph-uri=")
        return Update(given["update"], named[USING[0]], named[USING[1]])
    if "query" not in given:
        if method == "POST" or any(named.values()):
            raise bad("there is no query: send it as the parameter query=")
        return None
    if any(named[name] for name in USING):
        raise bad("a query takes its graphs from default-graph-uri= and named-graph-uri=")
    check_length(given["query"], max_query_bytes)
    form = given.get("format") or given.get("output") or None
    seconds = read_seconds(given.get("timeout"))
    try:
        searching = read_searching(given)
    except ValueError as error:
        raise bad(str(error)) from error
    return Operation(
        given["query"],
        named[DATASET[0]],
        named[DATASET[1]],
        form,
        seconds,
        given.get("lang") or None,
        searching=searching,
    )


def read_seconds(value: str | None) -> float | None:
    """Return the value of `timeout=`, None for one that asks for no limit or is no number."""
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 < number < 1e9 else None


def read_parameters(encoded: bytes, *, in_body: bool) -> Iterator[Parameter]:
    """Yield the parameters of a URL query or form body, percent-decoded exactly once."""
    where = "the form body" if in_body else "the URL"
    for pair in encoded.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            yield Parameter(decode_part(name, where), decode_part(value, where), in_body)


def decode_part(part: bytes, where: str) -> str:
    """Undo the form encoding of one name or value: "+" is a space, then %XX are bytes of UTF-8."""
    return decode(unquote_to_bytes(part.replace(b"+", b" ")), where)


def decode(data: bytes, where: str) -> str:
    """Return `data` as text; `where` names it in the error."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad(f"{where} is not UTF-8 (byte {error.start}): send UTF-8") from error


def read_content_type(header: str | None, accepted: str = POSTED) -> str:
    """Return the media type of a body in lower case, having checked its charset.

    `accepted` are the media types that the 415 says.
    """
    if not header or not header.strip():
        raise unsupported("the request has no Content-Type", accepted)
    media_type, *settings = (part.strip() for part in header.split(";"))
    for setting in settings:
        name, _, value = setting.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in ("utf-8", "utf8"):
            raise unsupported(f"the charset of the request is {charset}, not utf-8", accepted)
    return media_type.lower()


def check_repetition(parameters: list[Parameter]) -> None:
    """Refuse a parameter given twice that may stand once, or in the URL and the body alike."""
    for name in SINGLE:
        if sum(p.name == name for p in parameters) > 1:
            raise bad(f"the parameter {name}= is given more than once: send it once")
    for name in GRAPHS:
        if len({p.in_body for p in parameters if p.name == name}) > 1:
            raise bad(f"{name}= stands in the URL and in the body: send it in one of them")


def check_length(query: str, limit: int) -> None:
    """Refuse a query text of more than `limit` bytes."""
    length = len(query.encode("utf-8"))
    if length > limit:
        raise ProtocolError(
            413,
            "query-too-long",
            "Query too long",
            f"the query has {length} bytes, and at most {limit} are accepted: shorten it",
        )


def bad(detail: str) -> ProtocolError:
    """Return the error for a malformed request."""
    return ProtocolError(400, "bad-request", "Bad request", detail)


def unsupported(found: str, accepted: str) -> ProtocolError:
    """Return the error for a body that is of no known kind."""
    return ProtocolError(
        415,
        "unsupported-media-type",
        "Unsupported media type",
        f"{found}: send one of {accepted}, in UTF-8",
        headers={"Accept-Post": accepted},
    )


PROLOGUE = re.compile(
    r"(?:\s|\#[^\r\n]*|BASE\s*<[^<>]*>|PREFIX\s*[^\s:<>]*:\s*(?:\#[^\r\n]*\s*)*<[^<>]*>"
    r"|VERSION\s*(?:'[^'\r\n]*'|\"[^\"\r\n]*\"))*",
    re.IGNORECASE,
)
FORMS = re.compile(r"(SELECT|ASK|CONSTRUCT|DESCRIBE)", re.IGNORECASE)


def read_form(query: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE, or "" for a text that begins with none of them."""
    prologue = PROLOGUE.match(query)
    found = FORMS.match(query, prologue.end() if prologue else 0)
    return found[1].upper() if found else ""
