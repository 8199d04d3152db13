"""What things are called in files for graph programs: IRIs in, names in a language out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from pyoxigraph import NamedNode

from graph.iris import ONTOLOGY, Base
from graph.store import GraphStore
from service.engine.dataset import Dataset
from service.engine.quads import Quads
from service.prefixes import RDF, RDFS, abbreviate
from service.things.terms import Presenter

TYPE = NamedNode(f"{RDF}type")
SUB_CLASS_OF = NamedNode(f"{RDFS}subClassOf")


@dataclass(frozen=True)
class Snapshot:
    """What a query worker has of a store, which is enough to name things."""

    quads: Quads
    base: Base


class NetworkNames:
    """Names things as the pages do; it is the protocol `Names` of `graph.interchange.network`."""

    def __init__(self, quads: Quads, base: Base, language: str) -> None:
        """Read names in `language` from `quads`, which must not change meanwhile."""
        self.language = language
        self._dataset = Dataset(cast(GraphStore, Snapshot(quads, base)))
        self._presenter = Presenter(self._dataset, language)
        self._ancestors = cache(self._read_ancestors)

    def label(self, iri: str) -> str | None:
        """Return the name of a thing: from the graph, made of its facts, from labels.toml."""
        label = self._presenter.label(NamedNode(iri))
        return label.text if label.language else None

    def short(self, iri: str) -> str:
        """Return `iri` as prefix:name where a prefix fits, else as it is."""
        return abbreviate(iri)

    def tail(self, iri: str) -> str:
        """Return the telling end of an IRI."""
        return self._dataset.short_name(iri)

    def types(self, iri: str) -> tuple[str, ...]:
        """Return the classes that the graph gives a thing."""
        return tuple(sorted(self._values(iri, TYPE)))

    def in_order(self, types: Iterable[str]) -> tuple[str, ...]:
        """Return classes: those of our ontology first, a class before those that it is part of."""

        def place(iri: str) -> tuple[bool, int, str]:
            return (not iri.startswith(ONTOLOGY), -len(self._ancestors(iri)), iri)

        return tuple(sorted(set(types), key=place))

    def _read_ancestors(self, iri: str) -> frozenset[str]:
        """Return all classes that a class is part of."""
        found: set[str] = set()
        waiting = [iri]
        while waiting:
            new = set(self._values(waiting.pop(), SUB_CLASS_OF)) - found
            found |= new
            waiting += new
        return frozenset(found)

    def _values(self, iri: str, predicate: NamedNode) -> Iterator[str]:
        for value in self._dataset.values(NamedNode(iri), predicate):
            if isinstance(value, NamedNode):
                yield value.value
