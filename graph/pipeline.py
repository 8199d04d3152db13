"""The whole line on one text: normalise, structure, find, link, triples."""

from functools import cache

from graph import lexicon
from graph.context import analyse
from graph.extractor import EXTRACTOR_VERSION
from graph.find import find, matchers
from graph.findings import Findings
from graph.iris import Base
from graph.lexicon import Lexicon
from graph.link import Linked, link
from graph.linking.hyperlinks import attach
from graph.matcher import Matcher
from graph.model import DocumentGraphs, Source
from graph.normalise import normalise
from graph.triples import triples

__all__ = ["EXTRACTOR_VERSION", "extract", "to_graphs"]


@cache
def _ready() -> tuple[Lexicon, dict[str, Matcher]]:
    """The lexicons and their matchers, once a process."""
    read = lexicon.load()
    return read, matchers(read)


def extract(source: Source) -> tuple[Findings, Linked]:
    """Find and link everything in one text; never fails on a text."""
    read, ready = _ready()
    findings = attach(find(analyse(normalise(source), read, ready)))
    return findings, link(findings)


def to_graphs(source: Source, base: Base | None = None) -> DocumentGraphs:
    """Extract one text and write it as RDF; `base` defaults to the environment's."""
    findings, linked = extract(source)
    return triples(findings, linked, base or Base.from_environment())
