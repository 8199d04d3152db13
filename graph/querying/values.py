"""Lines `VALUES ?name { ... }` of a query: terms in, the query with them between the braces out.

Such a line is how a query takes a parameter. With a default or `UNDEF` between the braces the query
runs unchanged in any endpoint, and a term in N-Triples form cannot change anything else of it.
"""

import re
from collections.abc import Mapping

_LINE = re.compile(
    r"(?P<head>[ \t]*VALUES[ \t]+[?$](?P<name>\w+)[ \t]*\{)[ \t]*(?P<held>[^\n]*?)[ \t]*"
    r"(?P<tail>\}[ \t]*\r?)",
    re.IGNORECASE,
)


def values_lines(query: str) -> list[tuple[str, str]]:
    """Return the variable (without `?`) and what is between the braces of each such line."""
    return [
        (found["name"], found["held"]) for found in map(_LINE.fullmatch, query.split("\n")) if found
    ]


def with_values(query: str, terms: Mapping[str, str]) -> str:
    """Return the query with terms in N-Triples form, by variable, in the lines that bind them."""
    return "\n".join(_bound(line, terms) for line in query.split("\n"))


def _bound(line: str, terms: Mapping[str, str]) -> str:
    found = _LINE.fullmatch(line)
    if found is None or found["name"] not in terms:
        return line
    return f"{found['head']} {terms[found['name']]} {found['tail']}"
