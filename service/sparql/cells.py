"""Cells of an answer as a page shows them: a column and a term in, names of things out.

What a query gives as text, because programs want it so, a reader wants by name: the notation of a
code (`imprisonment`), IRIs that GROUP_CONCAT has joined, `true`.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from graph.iris import CODE
from service.engine.dataset import Term
from service.http.language import messages
from service.prefixes import SKOS, XSD
from service.things.terms import Presenter, Shown

NOTATION = re.compile(r"(?:[:?](\w+)\s*/?\s*)skos:notation\s+\?(\w+)")
"""A column that holds notations, and the word before: mostly the name of the code list."""
JOINED = " | "
MOST_JOINED = 20
"""Joined things that a cell shows by name; it says how many others there are."""
Cells = Callable[[Presenter, str, Term], list[Shown]]


def cells(query: str) -> Cells:
    """Return what shows a cell of the answer to `query` by its column; mostly one thing each."""
    lists = {column: name for name, column in NOTATION.findall(query)}

    def shown(show: Presenter, column: str, term: Term) -> list[Shown]:
        if not isinstance(term, Literal) or term.language:
            return [show(term)]
        if column in lists and (code := code_of(show, lists[column], term)):
            # The notation is what one writes in a query; the name links to the code.
            return [replace(show(code), iri=term.value)]
        if term.datatype.value == f"{XSD}boolean":
            truth = messages()[show.language]["yes" if term.value in ("true", "1") else "no"]
            return [Shown(truth, show.language, "", "")]
        parts = term.value.split(JOINED)
        if all(part.startswith(show.dataset.base.iri) for part in parts):
            more = (
                [Shown(f"+{len(parts) - MOST_JOINED}", "", "", "")] if parts[MOST_JOINED:] else []
            )
            return [*map(show, parts[:MOST_JOINED]), *more]
        return [show(term)]

    return shown


def code_of(show: Presenter, name: str, notation: Literal) -> NamedNode | None:
    """Return the code that a notation stands for, of the list of that name if there are several."""
    found = [
        node
        for node in show.dataset.subjects(NamedNode(f"{SKOS}notation"), notation)
        if node.value.startswith(CODE)
    ]
    own = [node for node in found if node.value.startswith(f"{CODE}{name}/")]
    return min(own or found, key=str, default=None)
