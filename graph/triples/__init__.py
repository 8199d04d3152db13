"""From findings and links to RDF statements. In: Findings, Linked. Out: DocumentGraphs."""

from graph.extractor import EXTRACTOR_VERSION
from graph.findings import Findings
from graph.iris import Base
from graph.link import Linked
from graph.model import DocumentGraphs
from graph.rdf import Graph
from graph.triples.authority import write_authority
from graph.triples.evidence import Evidence
from graph.triples.facts import Facts, work_slug
from graph.triples.links import write_links
from graph.triples.reports import Reports
from graph.triples.works import Works


def triples(findings: Findings, linked: Linked, base: Base) -> DocumentGraphs:
    """The three graphs of one document; sorted, without blank nodes."""
    text = findings.context.normalised
    sha = text.source.sha256
    content, authority = Graph(base), Graph(base)
    work = linked.works[linked.self_path]
    expression = f"{work.path}/kaz@{work.date or 'undated'}"
    text_iri = f"{base.iri}id/{expression}/original-{sha[:12]}.txt"
    evidence = Evidence(base, text, text_iri, f"run/{sha[:8]}-{EXTRACTOR_VERSION}")
    works = Works(content, evidence, findings, linked)
    works.write()
    works.source(text_iri, expression)
    facts = Facts(content, evidence, findings, linked, works)
    facts.write()
    Reports(content, facts, findings).write()
    write_links(content, evidence, findings, linked)
    write_authority(authority, findings, linked)
    return DocumentGraphs(
        doc=f"{work_slug(work.path)}.{sha[:12]}",
        work=f"{base.iri}id/{work.path}",
        text_iri=text_iri,
        content=content.statements(),
        evidence=evidence.statements(),
        authority=authority.statements(),
    )
