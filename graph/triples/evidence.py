"""The evidence graph: mentions, spans, the run. In: nodes and ranges. Out: statements."""

import hashlib
from collections.abc import Iterable

from graph import vocab as v
from graph.iris import CODE, Base
from graph.normalise import Normalised
from graph.rdf import OA, PROV, RDF_TYPE, Graph, decimal, integer, iri, literal

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
    "adilet-link": 0.98,
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

    def __init__(self, base: Base, text: Normalised, text_iri: str, run: str) -> None:
        self._base = base
        self._text = text
        self._text_iri = text_iri
        self._run = iri(base.id(run))
        self._spans: dict[tuple[int, int], str] = {}
        self._mentions: set[str] = set()
        self._tails: dict[str, tuple[str, ...]] = {}
        self._graph = Graph(base)
        self._graph.type(self._run, f"{PROV}Activity")
        self._graph.add(self._run, f"{PROV}used", iri(text_iri))

    def statements(self) -> tuple[str, ...]:
        """All statements, sorted."""
        return self._graph.statements()

    def mention(self, node: str, ranges: Iterable[tuple[int, int]], rule: str) -> None:
        """Say that `node` (a term) rests on normalised ranges, found by `rule`."""
        parts = list(ranges)
        if len(parts) == 1:
            spans = list(self._text.original(*parts[0]))
        else:
            parts.sort()
            spans = sorted({span for part in parts for span in self._text.original(*part)})
        if not spans:
            return
        key = f"{self._text.source.sha256}|{spans}|{rule}|{node}"
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        if digest in self._mentions:
            return
        self._mentions.add(digest)
        mention = f"<{self._base.iri}id/mention/{digest}>"
        text = self._text.text
        reading = " … ".join(text[start:end].strip().replace("\n", " ") for start, end in parts)
        self._graph.add(node, v.evidencedBy, mention)
        self._graph.describe(mention, self._tails_of(rule))
        self._graph.describe(mention, [f"<{OA}hasTarget> {self._span(*span)}" for span in spans])
        self._graph.add(mention, f"{OA}hasBody", node)
        self._graph.add(mention, v.reading, literal(reading, "kk"))

    def _tails_of(self, rule: str) -> tuple[str, ...]:
        """What all mentions of a rule have in common: predicate and object."""
        tails = self._tails.get(rule)
        if tails is None:
            known = CONFIDENCE.get(rule, CONFIDENCE.get(rule.split("-", 1)[0]))
            confidence = decimal(DEFAULT_CONFIDENCE if known is None else known)
            tails = self._tails[rule] = (
                f"{RDF_TYPE} <{v.Mention}>",
                f"{RDF_TYPE} <{OA}Annotation>",
                f"<{OA}motivatedBy> <{OA}identifying>",
                f"<{v.confidence}> {confidence}",
                f"<{v.extractionRule}> {iri(f'{CODE}rule/{rule}')}",
                f"<{PROV}wasGeneratedBy> {self._run}",
            )
        return tails

    def _span(self, start: int, end: int) -> str:
        """The term of a range of the original text."""
        known = self._spans.get((start, end))
        if known:
            return known
        span = self._spans[start, end] = f"<{self._text_iri}#char={start},{end}>"
        exact = literal(self._text.source.text[start:end])
        tails = (
            f"{RDF_TYPE} <{v.Span}>",
            f"<{v.start}> {integer(start)}",
            f"<{v.end}> {integer(end)}",
            f"<{OA}exact> {exact}",
        )
        self._graph.describe(span, tails)
        return span
