"""Where a SPARQL engine of another maker is, and how it differs: a TOML file in, an Endpoint out.

The file holds addresses and habits of the engine; the password stands in the environment only, and
neither in a message nor in `repr`.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

AUTH = ("none", "basic", "digest", "bearer")
"""Ways to say who asks."""


class EndpointError(ValueError):
    """A configuration that cannot be used; the message names the file and says what to write."""


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL 1.1 engine. Every field is a key of the TOML file, but the credentials."""

    query_url: str
    """Where it answers queries (SPARQL 1.1 Protocol, POST of a form)."""
    update_url: str = ""
    """Where it takes updates; "" if `kzop publish` is not to be used."""
    gsp_url: str = ""
    """Where its Graph Store Protocol is; "" if `kzop publish` is not to be used."""
    gsp_param: str = "graph"
    """How a graph is named there: `graph`, or `graph-uri` for Virtuoso."""
    auth: str = "none"
    """One of AUTH."""
    default_graph: str = ""
    """IRI of the named graph that holds the merge of all; "" if the engine has a default graph of
    its own that can be written and that no other graph is part of."""
    row_cap_header: str = ""
    """Header that an answer has when rows are missing from it (Virtuoso: X-SPARQL-MaxRows)."""
    row_cap: int = 0
    """Rows that the engine never gives more of, whether it says so or not; 0 for no such limit."""
    result_formats: tuple[str, ...] = ("json", "xml", "csv", "tsv")
    """Formats of tables that the engine writes as the standard wants; the others are made here."""
    graph_formats: tuple[str, ...] = ("ttl", "nt", "rdf")
    """Formats of graphs that the engine writes; the others are made here."""
    connections: int = 8
    """Requests at once."""
    timeout: float = 600.0
    """Seconds that one request of `kzop publish` may take; queries have KZOP_QUERY_TIMEOUT."""
    user: str = field(default="", repr=False)
    """`KZOP_REMOTE_USER`."""
    password: str = field(default="", repr=False)
    """`KZOP_REMOTE_PASSWORD`."""
    token: str = field(default="", repr=False)
    """`KZOP_REMOTE_TOKEN`, for bearer."""


SECRETS = ("user", "password", "token")
ADDRESSES = ("query_url", "update_url", "gsp_url")


def read_endpoint(path: str | os.PathLike[str], environ: Mapping[str, str]) -> Endpoint:
    """Read the TOML file at `path`, and the credentials from `environ`. Raises EndpointError."""
    file = Path(path)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise EndpointError(f"{file}: cannot be read ({error.strerror}): name a file") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EndpointError(f"{file}: not TOML in UTF-8: {error}") from error
    known = {one.name: one for one in fields(Endpoint) if one.name not in SECRETS}
    for key, value in values.items():
        if key in SECRETS:
            name = f"KZOP_REMOTE_{key.upper()}"
            raise EndpointError(f"{file}: {key} does not belong in a file: set {name} instead")
        if key not in known:
            raise EndpointError(f"{file}: unknown key {key}: known are {', '.join(known)}")
        values[key] = checked(file, key, value, known[key].default)
    if not values.get("query_url"):
        raise EndpointError(f"{file}: query_url is missing: write where the engine answers queries")
    auth = values.get("auth", "none")
    if auth not in AUTH:
        raise EndpointError(f"{file}: auth is {auth!r}: write one of {', '.join(AUTH)}")
    if values.get("gsp_param", "graph") not in ("graph", "graph-uri"):
        raise EndpointError(f"{file}: gsp_param: write graph or graph-uri")
    secrets: dict[str, Any] = {
        name: environ.get(f"KZOP_REMOTE_{name.upper()}", "") for name in SECRETS
    }
    needed = {"basic": "user", "digest": "user", "bearer": "token"}.get(auth, "")
    if needed and not secrets[needed]:
        raise EndpointError(f"{file}: auth is {auth}: set KZOP_REMOTE_{needed.upper()}")
    return replace(Endpoint(**values), **secrets)


def checked(file: Path, key: str, value: object, default: object) -> Any:
    """Return the value of a key, if it is of the right kind. Raises EndpointError."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise EndpointError(f"{file}: {key}: write a list of strings")
    if isinstance(default, int | float):
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return type(default)(value)
        raise EndpointError(f"{file}: {key} is {value!r}: write a number of at least 0")
    if not isinstance(value, str):
        raise EndpointError(f"{file}: {key}: write a string")
    if key in ADDRESSES and value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise EndpointError(f"{file}: {key}: write an http or https address")
        if parts.username or parts.password:
            raise EndpointError(
                f"{file}: {key} has a password in it: set KZOP_REMOTE_USER and KZOP_REMOTE_PASSWORD"
            )
    return value
