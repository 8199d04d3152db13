"""What stands around a thing: the thing in, the statements near it out, and what is left out.

Depth 1 is what is said of the thing and what points at it; depth 2 the same of all that this
reaches, but not through classes and codes: they connect everything with everything. Mentions and
their ranges are left out unless they are asked for: they would be most of every picture.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import Literal, NamedNode, Triple

from graph.iris import CODE, ONTOLOGY
from service.engine.dataset import BODY, DEFAULT, EVIDENCED_BY, TARGET, Dataset
from service.networks.networknames import TYPE

MOST = 1000
"""Most statements that point at one thing."""
MOST_ALL = 10_000
"""Most statements of all."""
DEPTHS = (1, 2)


@dataclass
class Neighbourhood:
    """Statements near a thing."""

    triples: set[Triple] = field(default_factory=set)
    left_out: int = 0
    """How many things there are of which not all statements are in."""

    @property
    def note(self) -> str:
        """What is left out, in a sentence; "" if nothing is."""
        if not self.left_out:
            return ""
        return (
            f"Not all: of {self.left_out} things some statements are left out; at most {MOST} that "
            f"point at a thing and {MOST_ALL} in all are kept. kzop export writes everything."
        )


def neighbourhood(
    dataset: Dataset, topic: NamedNode, depth: int = 1, *, evidence: bool = False
) -> Neighbourhood:
    """Return the statements at most `depth` steps from `topic`."""
    found = Neighbourhood()
    reached: set[NamedNode] = {topic}
    front, rim = [topic], [topic]
    for _ in range(depth):
        further: set[NamedNode] = set()
        for node in front:
            around(dataset, node, found, evidence)
        for triple in found.triples:
            for term in (triple.subject, triple.object):
                if isinstance(term, NamedNode) and triple.predicate != TYPE:
                    further.add(term)
        rim = sorted(further - reached, key=str)
        front = [node for node in rim if not node.value.startswith((CODE, ONTOLOGY))]
        reached |= further
    if evidence:
        for mention in sorted(dataset.subjects(BODY, topic), key=str):
            add(found, dataset.about(mention))
            for span in dataset.values(mention, TARGET):
                add(found, dataset.about(span))
    for node in rim:
        # The names and kinds of what stands at the rim.
        add(found, (t for t in dataset.about(node) if isinstance(t.object, Literal)))
    return found


def around(dataset: Dataset, node: NamedNode, found: Neighbourhood, evidence: bool) -> None:
    """Add what is said of `node`, and what points at it."""
    said = (t for t in dataset.about(node) if evidence or t.predicate != EVIDENCED_BY)
    pointing = (
        quad.triple
        for quad in dataset.quads.quads_for_pattern(None, None, node, DEFAULT)
        if evidence or quad.predicate != BODY
    )
    whole = add(found, said)
    whole &= add(found, islice(pointing, MOST))
    whole &= next(pointing, None) is None
    found.left_out += not whole


def add(found: Neighbourhood, triples: Iterable[Triple]) -> bool:
    """Add statements; False if there is no room for all."""
    for triple in triples:
        if len(found.triples) >= MOST_ALL and triple not in found.triples:
            return False
        found.triples.add(triple)
    return True
