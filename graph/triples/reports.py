"""What State reports tell, as RDF: measures, statistics, places."""

from graph import vocab as v
from graph.findings import Findings
from graph.model import within
from graph.rdf import DCTERMS, PROV, SCHEMA, Graph, boolean, date, integer, literal
from graph.triples.facts import Facts
from graph.triples.works import code


class Reports:
    """Writes what the paragraphs of a State report tell."""

    def __init__(self, graph: Graph, facts: Facts, findings: Findings) -> None:
        self.graph = graph
        self.facts = facts
        self.findings = findings
        self.context = findings.context

    def write(self) -> None:
        """Measures, what was counted, where."""
        self._statistics(self._measures())
        self._places()

    def _measures(self) -> list[str]:
        graph = self.graph
        nodes: list[str] = []
        for measure in self.findings.measures:
            where = self.facts.where(measure.start)
            node = graph.id(self.facts.number("measure", where))
            nodes.append(node)
            graph.type(node, v.Measure)
            graph.add(node, f"{DCTERMS}type", code("measureType", measure.type))
            graph.add(node, v.statedIn, graph.id(where))
            if measure.title:
                graph.add(node, f"{DCTERMS}title", literal(measure.title, "kk"))
                graph.label(node, measure.title, "kk")
            if measure.date:
                graph.add(node, f"{SCHEMA}startDate", date(measure.date))
            if measure.place:
                graph.add(node, f"{SCHEMA}location", graph.id(f"place/{measure.place}"))
            for body in measure.bodies:
                graph.add(
                    node,
                    f"{PROV}wasAssociatedWith",
                    graph.id(self.facts.org_path(self.findings.bodies[body])),
                )
            if measure.topic_of is not None:
                graph.add(node, f"{DCTERMS}isPartOf", nodes[measure.topic_of])
            self.facts.evident(node, measure)
        return nodes

    def _statistics(self, measures: list[str]) -> None:
        graph = self.graph
        nodes: list[str] = []
        for statistic in self.findings.statistics:
            where = self.facts.where(statistic.start)
            node = graph.id(self.facts.number("stat", where))
            nodes.append(node)
            graph.type(node, v.Statistic)
            graph.add(node, f"{DCTERMS}type", code("population", statistic.population))
            graph.add(node, v.statedIn, graph.id(where))
            if statistic.more_than:
                graph.add(node, f"{SCHEMA}minValue", integer(statistic.value))
                graph.add(node, v.minInclusive, boolean(False))
            else:
                graph.add(node, f"{SCHEMA}value", integer(statistic.value))
            if statistic.date:
                graph.add(node, f"{SCHEMA}observationDate", date(statistic.date))
            if statistic.body is not None:
                graph.add(
                    node,
                    f"{PROV}wasAttributedTo",
                    graph.id(self.facts.org_path(self.findings.bodies[statistic.body])),
                )
            if statistic.subset_of is not None:
                graph.add(node, f"{DCTERMS}isPartOf", nodes[statistic.subset_of])
            event = self._event(statistic.start, measures) if statistic.event else None
            if event:
                graph.add(node, f"{SCHEMA}about", event)
            self.facts.evident(node, statistic)

    def _event(self, offset: int, measures: list[str]) -> str | None:
        """The event in the sentence of a count of its participants."""
        for i in within(self.findings.measures, *self.context.sentence(offset)):
            if self.findings.measures[i].type == "forum":
                return measures[i]
        return None

    def _places(self) -> None:
        names = {e.id: e.kk for e in self.context.lexicon.places}
        for place in self.findings.places:
            node = self.graph.id(f"place/{place.id}")
            self.graph.type(node, f"{SCHEMA}Place")
            self.graph.label(node, names[place.id], "kk")
            self.facts.evident(node, place)
