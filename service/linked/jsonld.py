"""Writes triples as compact JSON-LD: short names, languages as keys, the topic as the root.

In: triples and the thing that they are about. Out: JSON whose expansion is exactly those triples,
with the context that it needs inside, so that nothing has to be fetched to read it. Knows neither
Flask nor the store.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from service.http.language import LANGUAGES
from service.linked.context import PLAIN, THING, WORDS, context, many, shorten, terms
from service.prefixes import PREFIXES, RDF, XSD

DEPTH = 6
"""How deep things stand in one another; what is deeper stands beside the root."""
LARGEST = 2**53
"""Whole numbers from here on are no numbers in JavaScript."""

TYPE = f"{RDF}type"
STRING = f"{XSD}string"
INTEGER = f"{XSD}integer"
BOOLEAN = f"{XSD}boolean"
WHOLE = re.compile(r"0|-?[1-9][0-9]*")

Node = NamedNode | BlankNode
Properties = dict[str, list[object]]


def write_jsonld(triples: Iterable[Triple], topic: Node | None = None) -> bytes:
    """Return triples as JSON-LD: a tree with `topic` as its root, or a list of things."""
    triples = list(triples)
    if not all(is_plain(triple) for triple in triples):
        return serialize(triples, format=RdfFormat.JSON_LD, prefixes=PREFIXES) or b""
    return json.dumps(Tree(triples).write(topic), ensure_ascii=False, indent=1).encode()


def write_script(triples: Iterable[Triple], topic: Node | None = None) -> str:
    """Return triples as JSON-LD for a `<script type="application/ld+json">` of a page.

    No `<` is in it, so that nothing in it can end the script.
    """
    return write_jsonld(triples, topic).decode().replace("<", "\\u003c")


def is_plain(triple: Triple) -> bool:
    """Tell whether the short form can say a triple: no nested triple, and no IRI that looks short.

    `schema:x` may be an IRI by itself, but with a prefix `schema` it would be another one.
    """
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, Triple):
            return False
        if isinstance(term, Literal) and getattr(term, "direction", None):
            return False
        iri = term.datatype.value if isinstance(term, Literal) else term.value
        if isinstance(term, NamedNode | Literal) and iri.partition(":")[0] in PREFIXES:
            return False
    return True


class Tree:
    """Triples as JSON values."""

    def __init__(self, triples: list[Triple]) -> None:
        """Take the triples, which are all `is_plain`."""
        self._things: dict[Node, dict[str, list[object]]] = defaultdict(dict)
        self._pointing: dict[object, list[tuple[str, Node]]] = defaultdict(list)
        for triple in sorted(set(triples), key=str):
            assert isinstance(triple.subject, Node)
            properties = self._things[triple.subject]
            properties.setdefault(triple.predicate.value, []).append(triple.object)
            if not isinstance(triple.object, Literal):
                self._pointing[triple.object].append((triple.predicate.value, triple.subject))
        self._written: set[Node] = set()
        self._used: set[str] = set()

    def write(self, topic: Node | None) -> dict[str, object]:
        """Return the document."""
        if topic is None:
            content: dict[str, object] = {
                "@graph": [self.thing(node, 1) for node in sorted(self._things, key=str)]
            }
        else:
            content = self.root(topic)
        return {"@context": context(self._used), **content}

    def root(self, topic: Node) -> dict[str, object]:
        """Return the topic with what points at it, and beside it what is left."""
        self._written.add(topic)
        pointing = self._pointing.get(topic, [])
        said = {(predicate, subject) for predicate, subject in pointing if subject != topic}
        content = {"id": identifier(topic), **self.properties(topic, DEPTH)}
        backwards: dict[str, list[object]] = {}
        for predicate, subject in sorted(said, key=str):
            if subject in self._written:
                continue  # it says so itself
            name = self.name(predicate, plain=self.kind(predicate) == WORDS)
            self.forget(subject, predicate, topic)
            backwards.setdefault(name, []).append(self.thing(subject, DEPTH - 1))
        if backwards:
            content["@reverse"] = backwards
        left = [node for node in sorted(self._things, key=str) if node not in self._written]
        beside = [self.thing(n, 1) for n in left if n not in self._written and self._things[n]]
        if beside:
            content["@included"] = beside
        return content

    def forget(self, subject: Node, predicate: str, value: Node) -> None:
        """Leave out a triple of a thing that is still to be written: it is said backwards."""
        values = self._things[subject][predicate]
        values.remove(value)
        if not values:
            del self._things[subject][predicate]

    def thing(self, node: Node, depth: int) -> dict[str, object]:
        """Return a thing with what is said about it, unless that stands elsewhere."""
        if node in self._written or node not in self._things:
            return {"id": identifier(node)}
        self._written.add(node)
        return {"id": identifier(node), **self.properties(node, depth)}

    def properties(self, node: Node, depth: int) -> dict[str, object]:
        """Return what is said about a thing: its types, then its properties by name."""
        found: dict[str, list[object]] = defaultdict(list)
        words: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for predicate, values in self._things.get(node, {}).items():
            kind = self.kind(predicate)
            for value in values:
                if predicate == TYPE and isinstance(value, NamedNode):
                    found["type"].append(self.name(value.value))
                elif kind == WORDS and isinstance(value, Literal) and in_words(value):
                    tags = words[self.name(predicate)]
                    tags.setdefault(value.language or "@none", []).append(value.value)
                else:
                    # A key with languages takes nothing else, and the long name of a type no IRI.
                    name = self.name(predicate, plain=kind == WORDS or predicate == TYPE)
                    found[name].append(self.value(value, kind, depth))
        listed = {"type", *(self.name(p) for p in self._things.get(node, {}) if p in many())}
        said: dict[str, object] = {}
        for name, several in found.items():
            said[name] = several if len(several) > 1 or name in listed else several[0]
        for name, by_tag in words.items():
            ordered = sorted(by_tag.items(), key=lambda item: place(item[0]))
            said[name] = {tag: t[0] if len(t) == 1 else t for tag, t in ordered}
        return dict(sorted(said.items(), key=lambda item: (item[0] != "type", item[0])))

    def value(self, value: object, kind: str | None, depth: int) -> object:
        """Return one value of a property."""
        if isinstance(value, Literal):
            return self.literal(value, kind)
        assert isinstance(value, Node)
        goes_in = depth > 0 and value in self._things and value not in self._written
        if goes_in:
            return self.thing(value, depth - 1)
        return identifier(value) if kind == THING else {"id": identifier(value)}

    def literal(self, value: Literal, kind: str | None) -> object:
        """Return a literal: by itself where its property tells its type."""
        datatype = value.datatype.value
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if datatype == STRING:
            return value.value if kind in (PLAIN, None) else {"@value": value.value}
        if datatype == kind:
            if kind == INTEGER and WHOLE.fullmatch(value.value) and abs(int(value.value)) < LARGEST:
                return int(value.value)
            if kind == BOOLEAN and value.value in ("true", "false"):
                return value.value == "true"
            return value.value
        return {"@value": value.value, "@type": self.name(datatype, plain=True)}

    def kind(self, predicate: str) -> str | None:
        """Return how the values of a property are written, None if it has no short name."""
        term = terms().get(predicate)
        return term.kind if term else None

    def name(self, iri: str, *, plain: bool = False) -> str:
        """Return the name of a term: short, or (always if `plain`) with its prefix, or whole."""
        term = None if plain else terms().get(iri)
        name = term.name if term else shorten(iri)
        self._used.add(name)
        return name


def place(tag: str) -> tuple[int, str]:
    """Return the sort key of a language."""
    return (LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES), tag)


def in_words(value: Literal) -> bool:
    """Tell whether a map of languages can hold a literal."""
    return bool(value.language) or value.datatype.value == STRING


def identifier(node: Node) -> str:
    """Return the `id` of a thing."""
    return f"_:{node.value}" if isinstance(node, BlankNode) else node.value
