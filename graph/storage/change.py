"""Works out what a write changes: from a store and the new graphs to one SPARQL update.

Nothing here writes. A `Change` holds only the difference, so that a document extracted again costs
what it differs by, and it may be applied twice with the same result.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, Triple, parse

from graph.iris import Base
from graph.model import DocumentGraphs

Statements = dict[str, Triple]
"""Triples by their canonical N-Triples form, without the final dot."""


@dataclass
class Change:
    """What a write takes out of named graphs and puts into them, and into the default graph."""

    removed: dict[str, Statements] = field(default_factory=lambda: defaultdict(dict))
    """Statements that go, by graph IRI."""
    added: dict[str, Statements] = field(default_factory=lambda: defaultdict(dict))
    """Statements that come, by graph IRI."""
    dropped: set[str] = field(default_factory=set)
    """Graphs that go as a whole; their statements are in `removed` too."""
    unstated: set[str] = field(default_factory=set)
    """Statements that leave the default graph: no named graph states them any more."""

    def replace(self, name: str, old: Statements, new: Statements) -> None:
        """Record that `new` takes the place of `old` in the graph `name`."""
        gone = {text: triple for text, triple in old.items() if text not in new}
        come = {text: triple for text, triple in new.items() if text not in old}
        if gone:
            self.removed[name].update(gone)
        if come:
            self.added[name].update(come)

    def settle(self, quads: Store) -> "Change":
        """Find which removed statements no graph of `quads` will still state; return self."""
        added = {text for statements in self.added.values() for text in statements}
        for statements in self.removed.values():
            for text, triple in statements.items():
                if text not in added and not self._stays(quads, text, triple):
                    self.unstated.add(text)
        return self

    def _stays(self, quads: Store, text: str, triple: Triple) -> bool:
        found = quads.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return any(
            isinstance(quad.graph_name, NamedNode)
            and text not in self.removed.get(quad.graph_name.value, ())
            for quad in found
        )

    def is_empty(self) -> bool:
        """Tell whether the named graphs stay as they are."""
        return not (self.removed or self.added or self.dropped)

    def update(self) -> str:
        """Return the change as one SPARQL update: the engine runs it in one transaction."""
        # No statement of a graph both comes and goes, so the order is free: insertions first takes
        # the engine two thirds of the time of deletions first.
        added = sorted({text for statements in self.added.values() for text in statements})
        parts = [
            f"INSERT DATA {{ GRAPH <{name}> {{\n{_lines(statements)}}} }}"
            for name, statements in sorted(self.added.items())
        ]
        if added:
            parts.append(f"INSERT DATA {{\n{_lines(added)}}}")
        parts += [
            f"DELETE DATA {{ GRAPH <{name}> {{\n{_lines(statements)}}} }}"
            for name, statements in sorted(self.removed.items())
            if name not in self.dropped
        ]
        if self.unstated:
            parts.append(f"DELETE DATA {{\n{_lines(sorted(self.unstated))}}}")
        parts += [f"DROP SILENT GRAPH <{name}>" for name in sorted(self.dropped)]
        return " ;\n".join(parts)


@dataclass(frozen=True)
class Parsed:
    """The graphs of one document as triples."""

    doc: str
    content: Statements
    evidence: Statements
    facts: Statements
    """Authority facts about the nodes that it mentions."""


def parse_document(document: DocumentGraphs) -> Parsed:
    """Parse the statements of a document; ValueError names the first that is not N-Triples."""
    return Parsed(
        document.doc,
        parse_statements(document.content),
        parse_statements(document.evidence),
        parse_statements(document.authority),
    )


def plan_put(quads: Store, base: Base, document: Parsed, replaced: Iterable[str]) -> Change:
    """Plan to write `document`, in place of its own older graphs and the documents `replaced`."""
    change = Change()
    vanished = _plan_drop(change, quads, base, replaced)
    for name, new in (
        (base.graph(f"doc/{document.doc}"), document.content),
        (base.graph(f"evidence/{document.doc}"), document.evidence),
    ):
        old = read_graph(quads, name)
        change.replace(name, old, new)
        vanished |= nodes(old)
    leaving = {*replaced, document.doc}
    _plan_facts(change, quads, base, document.facts, nodes(document.content), leaving, vanished)
    return change.settle(quads)


def plan_facts(quads: Store, base: Base, facts: Statements) -> Change:
    """Plan to write authority facts in place of those about the same nodes.

    It is for documents of which nothing is stored yet: each fact is about a node that one of them
    mentions.
    """
    change = Change()
    _plan_facts(change, quads, base, facts, set(), set(), set())
    return change.settle(quads)


def _plan_facts(
    change: Change,
    quads: Store,
    base: Base,
    facts: Statements,
    mentioned: set[NamedNode],
    leaving: set[str],
    vanished: set[NamedNode],
) -> None:
    """Replace facts, and drop those about nodes that nothing leads to any more.

    `mentioned` are the nodes of the content to come, `leaving` the documents whose stored graphs
    go or are replaced, `vanished` the nodes of those graphs.
    """
    authority = base.graph("authority")
    described = {t.subject for t in facts.values() if isinstance(t.subject, NamedNode)}
    stated: Statements = {}
    for node in described:
        stated |= read_graph(quads, authority, node)
    change.replace(authority, stated, facts)
    here = mentioned | nodes(facts)
    gone = (vanished | nodes(stated)) - here
    _drop_unmentioned(change, _Mentions(quads, base, leaving, here, described), gone)


def plan_remove(quads: Store, base: Base, documents: Iterable[str]) -> Change:
    """Plan to take out the documents with these names."""
    change = Change()
    vanished = _plan_drop(change, quads, base, documents)
    _drop_unmentioned(change, _Mentions(quads, base, set(documents), set(), set()), vanished)
    return change.settle(quads)


def plan_replace(quads: Store, graphs: Mapping[str, Iterable[str]]) -> Change:
    """Plan to give whole named graphs, by IRI, new statements."""
    change = Change()
    for name, statements in graphs.items():
        change.replace(name, read_graph(quads, name), parse_statements(statements))
    return change.settle(quads)


def parse_statements(statements: Iterable[str]) -> Statements:
    """Parse statements "S P O"; ValueError names the first that is not N-Triples."""
    body = "".join(f"{statement} .\n" for statement in statements)
    try:
        triples = [quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        line = body.split("\n")[(error.lineno or 1) - 1]
        raise ValueError(f"not a statement in N-Triples: {line[:200]!r}: {error.msg}") from error
    for triple in triples:
        if not isinstance(triple.subject, NamedNode):
            raise ValueError(f"the subject of a statement must be an IRI: {triple}")
    return {str(triple): triple for triple in triples}


def read_graph(quads: Store, name: str, subject: NamedNode | None = None) -> Statements:
    """Read a named graph, or its statements about one subject."""
    found = quads.quads_for_pattern(subject, None, None, NamedNode(name))
    return {str(quad.triple): quad.triple for quad in found}


def nodes(statements: Statements) -> set[NamedNode]:
    """Return the IRIs that stand as subject or object."""
    ends = (end for triple in statements.values() for end in (triple.subject, triple.object))
    return {end for end in ends if isinstance(end, NamedNode)}


@dataclass
class _Mentions:
    """Answers whether a node will still be mentioned once a write is done."""

    quads: Store
    base: Base
    leaving: set[str]
    """Documents whose stored graphs are about to go."""
    here: set[NamedNode]
    """Nodes that the new document mentions or describes."""
    described: set[NamedNode]
    """Nodes whose stored authority facts are about to be replaced."""

    def reach(self, node: NamedNode) -> bool:
        """Follow authority facts backwards from `node` until a document mentions something."""
        seen, waiting = {node}, [node]
        while waiting:
            current = waiting.pop()
            if current in self.here or self._in_a_document(current):
                return True
            referrers = self.referrers(current) - seen - self.described
            seen |= referrers
            waiting += referrers
        return False

    def _in_a_document(self, node: NamedNode) -> bool:
        content = self.base.graph("doc/")
        leaving = {self.base.graph(f"doc/{name}") for name in self.leaving}
        for subject, object_ in ((node, None), (None, node)):
            for quad in self.quads.quads_for_pattern(subject, None, object_, None):
                if isinstance(quad.graph_name, DefaultGraph):
                    continue
                name = quad.graph_name.value
                if name.startswith(content) and name not in leaving:
                    return True
        return False

    def referrers(self, node: NamedNode) -> set[NamedNode]:
        """Return the nodes whose stored authority facts point to `node`."""
        authority = NamedNode(self.base.graph("authority"))
        found = self.quads.quads_for_pattern(None, None, node, authority)
        return {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}


def _plan_drop(
    change: Change, quads: Store, base: Base, documents: Iterable[str]
) -> set[NamedNode]:
    """Drop both graphs of each document, and return the nodes that they mention."""
    vanished: set[NamedNode] = set()
    for document in documents:
        content = base.graph(f"doc/{document}")
        for name in (content, base.graph(f"evidence/{document}")):
            old = read_graph(quads, name)
            change.replace(name, old, {})
            change.dropped.add(name)
            vanished |= nodes(old)
    return vanished


def _drop_unmentioned(change: Change, mentions: _Mentions, vanished: set[NamedNode]) -> None:
    """Drop the authority facts of nodes that no document leads to any more."""
    authority = mentions.base.graph("authority")
    seen, waiting = set(vanished), list(vanished)
    while waiting:
        node = waiting.pop()
        facts = read_graph(mentions.quads, authority, node)
        if facts and not mentions.reach(node):
            change.replace(authority, facts, {})
            found = (nodes(facts) | mentions.referrers(node)) - seen
            seen |= found
            waiting += found


def _lines(statements: Iterable[str]) -> str:
    return "".join(f"{text} .\n" for text in statements)
