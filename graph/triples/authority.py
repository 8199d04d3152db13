"""What the lexicons know of the nodes that a text mentions: other languages, numbers, dates."""

from graph.findings import Findings
from graph.lexicon import Entry
from graph.link import Linked
from graph.linking.adilet import DOCS
from graph.rdf import DCTERMS, ELI, RDFS, Graph, date, iri, literal


def write_authority(graph: Graph, findings: Findings, linked: Linked) -> None:
    """Facts that depend on the node alone, never on the text that mentions it."""
    lexicon = findings.context.lexicon
    for work in linked.works.values():
        entry = lexicon.authority(work.slug) if work.slug else None
        if entry:
            _work(graph, graph.id(work.path), entry)
        if work.law:
            law = lexicon.law(work.law)
            _work(graph, graph.id(work.path), law)
            graph.add(graph.id(work.path), f"{DCTERMS}title", literal(law.kk, "kk"))
    by_id = {e.id: e for e in lexicon.bodies}
    for id in {b.id for b in findings.bodies if b.id}:
        if id in by_id:
            _labels(graph, graph.id(f"org/{id}"), by_id[id])
    by_name = {e.kk: e for e in lexicon.parties}
    for norm in findings.norms:
        entry = by_name.get(norm.bearer or "субъектісі көрсетілмеген")
        if entry:
            _labels(graph, graph.id(f"party/{entry.id}"), entry)
    places = {e.id: e for e in lexicon.places}
    for id in {p.id for p in findings.places}:
        _labels(graph, graph.id(f"place/{id}"), places[id])


def _labels(graph: Graph, node: str, entry: Entry) -> None:
    for text, language in ((entry.ru, "ru"), (entry.en, "en")):
        if text:
            graph.label(node, text, language)


def _work(graph: Graph, node: str, entry: Entry) -> None:
    _labels(graph, node, entry)
    if entry.number:
        graph.add(node, f"{ELI}number", literal(entry.number))
    if entry.date:
        graph.add(node, f"{ELI}date_document", date(entry.date))
    if entry.adilet:
        graph.add(node, f"{ELI}id_local", literal(entry.adilet))
        graph.add(node, f"{RDFS}seeAlso", iri(DOCS + entry.adilet))
    if entry.un:
        graph.add(node, f"{DCTERMS}identifier", literal(entry.un))
