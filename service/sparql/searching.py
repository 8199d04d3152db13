"""A query that asks the text index: `search=words` beside `query=`, the hits bound as VALUES out.

The query holds the line `VALUES ?hit { UNDEF }`, which gets the IRIs of the best hits between its
braces. Without the parameter, and in any other endpoint, the query runs as it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.querying.values import values_lines, with_values

DEFAULT_VARIABLE = "hit"
DEFAULT_LIMIT = 200
MOST_HITS = 1000
PARAMETERS = ("search", "search-var", "search-limit")
"""Parameters of a request: words, the variable without `?`, the number of hits to bind."""


@dataclass(frozen=True)
class Searching:
    """What a request wants from the text index."""

    words: str
    variable: str
    """Name of the SPARQL variable, without `?`."""
    limit: int
    """Hits to bind, 1 to `MOST_HITS`."""


def read_searching(parameters: Mapping[str, str]) -> Searching | None:
    """Return what the parameters of a request ask of the text index; None without `search=`.

    Raises ValueError, saying which parameter is wrong and what to write.
    """
    if "search" not in parameters:
        for name in PARAMETERS[1:]:
            if name in parameters:
                raise ValueError(f"{name}= goes with search=: add search=WORDS or leave it out")
        return None
    variable = parameters.get("search-var", DEFAULT_VARIABLE).lstrip("?$")
    limit = parameters.get("search-limit", str(DEFAULT_LIMIT))
    if not (
        limit.isascii() and limit.isdigit() and len(limit) < 5 and 1 <= int(limit) <= MOST_HITS
    ):
        raise ValueError(f"search-limit= must be a whole number from 1 to {MOST_HITS}")
    return Searching(parameters["search"], variable, int(limit))


def with_hits(query: str, variable: str, iris: Sequence[str]) -> str:
    """Return the query with `iris` in its line `VALUES ?variable { UNDEF }`.

    No IRIs leave no solutions. Raises ValueError if the query does not have exactly one such line,
    or something is no IRI.
    """
    line = f"VALUES ?{variable} {{ UNDEF }}"
    held = [held for name, held in values_lines(query) if name == variable]
    if len(held) != 1:
        count = "no line" if not held else f"{len(held)} lines"
        raise ValueError(
            f"the query has {count} '{line}' for the hits of search=: write exactly one, on a line "
            "of its own, or name another variable with search-var="
        )
    if held[0].upper() != "UNDEF":
        raise ValueError(f"?{variable} is bound already, and search= needs the line '{line}'")
    return with_values(query, {variable: " ".join(str(NamedNode(iri)) for iri in iris)})
