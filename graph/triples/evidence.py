"""The evidence graph: mentions, spans, the run. In: nodes and ranges. Out: statements."""

import hashlib
from collections.abc import Iterable

from graph import vocab as v
from graph.iris import CODE
from graph.normalise import Normalised
from graph.rdf import OA, PROV, Graph, decimal, integer, iri, literal

CONFIDENCE = {
    "structure": 0.99,
    "body-name": 0.98,
    "body-abbreviation": 0.97,
    "act-chain": 0.98,
    "act-code": 0.98,
    "act-treaty": 0.98,
    "act-heading": 0.99,
    "act-stamp": 0.97,
    "act-this": 0.97,
    "act-anaphor": 0.85,
    "act-alias-use": 0.95,
    "provision-reference": 0.97,
    "provision-heading": 0.95,
    "provision-implied": 0.9,
    "derived-heading": 0.7,
    "party-implied": 0.7,
    "obligation-indicative": 0.75,
    "measure-told": 0.7,
}
"""Confidence of a rule, 0 to 1; fixed until calibrated. Rules that are not listed have 0.9."""
DEFAULT_CONFIDENCE = 0.9


class Evidence:
    """Collects mentions of one text."""

    def __init__(self, graph: Graph, text: Normalised, text_iri: str, run: str) -> None:
        self._graph = graph
        self._text = text
        self._text_iri = text_iri
        self._run = graph.id(run)
        self._spans: dict[tuple[int, int], str] = {}
        graph.type(self._run, f"{PROV}Activity")
        graph.add(self._run, f"{PROV}used", iri(text_iri))

    def mention(self, node: str, ranges: Iterable[tuple[int, int]], rule: str) -> None:
        """Say that `node` (a term) rests on normalised ranges, found by `rule`."""
        parts = sorted(ranges)
        spans = sorted({span for start, end in parts for span in self._text.original(start, end)})
        if not spans:
            return
        graph = self._graph
        key = f"{self._text.source.sha256}|{spans}|{rule}|{node}"
        mention = graph.id(f"mention/{hashlib.sha256(key.encode()).hexdigest()[:16]}")
        graph.type(mention, v.Mention, f"{OA}Annotation")
        graph.add(mention, f"{OA}hasBody", node)
        graph.add(node, v.evidencedBy, mention)
        graph.add(mention, f"{OA}motivatedBy", f"<{OA}identifying>")
        reading = " … ".join(
            self._text.text[start:end].strip().replace("\n", " ") for start, end in parts
        )
        graph.add(mention, v.reading, literal(reading, "kk"))
        family = rule.split("-", 1)[0]
        graph.add(
            mention,
            v.confidence,
            decimal(CONFIDENCE.get(rule, CONFIDENCE.get(family, DEFAULT_CONFIDENCE))),
        )
        graph.add(mention, v.extractionRule, iri(f"{CODE}rule/{rule}"))
        graph.add(mention, f"{PROV}wasGeneratedBy", self._run)
        for start, end in spans:
            graph.add(mention, f"{OA}hasTarget", self._span(start, end))

    def _span(self, start: int, end: int) -> str:
        """The term of a range of the original text."""
        known = self._spans.get((start, end))
        if known:
            return known
        graph = self._graph
        span = self._spans[start, end] = iri(f"{self._text_iri}#char={start},{end}")
        graph.type(span, v.Span)
        graph.add(span, v.start, integer(start))
        graph.add(span, v.end, integer(end))
        graph.add(span, f"{OA}exact", literal(self._text.source.text[start:end]))
        return span
