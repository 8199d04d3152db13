"""The adilet codes that links give to works and provisions, with the links as evidence."""

from collections import Counter, defaultdict

from graph.findings import Findings
from graph.link import Linked
from graph.linking.adilet import DOCS
from graph.linking.hyperlinks import agrees, anchors
from graph.rdf import ELI, RDFS, Graph, iri, literal
from graph.triples.evidence import Evidence


def write_links(graph: Graph, evidence: Evidence, findings: Findings, linked: Linked) -> None:
    """One code a work: that of most links, unless the lexicon knows another."""
    codes = _codes(findings, linked)
    for work, code in codes.items():
        graph.add(graph.id(work), f"{ELI}id_local", literal(code))
        graph.add(graph.id(work), f"{RDFS}seeAlso", iri(DOCS + code))
    for act, path in zip(findings.acts, linked.act_paths, strict=True):
        if path and act.adilet and act.adilet == codes.get(path):
            evidence.mention(graph.id(path), [(act.start, act.end)], "adilet-link")
    for i, link in anchors(findings).items():
        where = linked.reference_paths[i]
        if where and codes.get(where.rsplit("/", 1)[0]) == link.target:
            graph.add(graph.id(where), f"{RDFS}seeAlso", iri(f"{DOCS}{link.target}#{link.anchor}"))


def _codes(findings: Findings, linked: Linked) -> dict[str, str]:
    """The code of each work that a link leads to, and of the page's own."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for act, path in zip(findings.acts, linked.act_paths, strict=True):
        if path and act.adilet:
            counts[path][act.adilet] += 1
    own = findings.context.normalised.source.code
    work = linked.works[linked.self_path]
    if own and (work.type == "other" or agrees(work.type, work.date, work.number, own)):
        counts[linked.self_path] = Counter({own: 1})
    codes: dict[str, str] = {}
    for path, count in sorted(counts.items()):
        work = linked.works[path]
        entry = findings.context.lexicon.authority(work.slug) if work.slug else None
        code = max(count, key=lambda code: (count[code], code))
        if not entry or entry.adilet in ("", code):
            codes[path] = code
    return codes
