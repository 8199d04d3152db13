// Reactodia's own reader of an endpoint, in a browser, on a page of another origin.
import { SparqlDataProvider, OwlStatsSettings, OwlRdfsSettings } from '@reactodia/workspace';

const LABEL = 'http://www.w3.org/2000/01/rdf-schema#label';

export async function run({ endpoint, method, settings, iri, text, type }) {
  const chosen = settings === 'rdfs' ? OwlRdfsSettings : OwlStatsSettings;
  // Without the full stop, 0.32.0 joins the class and the text to a query that is no SPARQL.
  const mended = { ...chosen, filterTypePattern: `${chosen.filterTypePattern} .` };
  const options = { endpointUrl: endpoint, queryMethod: method };
  const provider = new SparqlDataProvider(options, mended);
  const asItIs = new SparqlDataProvider(options, chosen);
  const tree = await provider.knownElementTypes({});
  const linkTypes = await provider.knownLinkTypes({});
  const elements = await provider.elements({ elementIds: [iri] });
  const element = elements.get(iri);
  const connected = await provider.connectedLinkStats({ elementId: iri });
  const neighbours = await provider.lookup({ refElementId: iri, limit: 20 });
  const ids = neighbours.map((item) => item.element.id);
  const links = await provider.links({ primary: [iri], secondary: ids });
  const typed = await asItIs.lookup({ elementTypeId: type, limit: 20 });
  const named = await asItIs.lookup({ text, limit: 500 });
  const found = await provider.lookup({ text, elementTypeId: type, limit: 20 });
  const values = (literals) => literals.map((one) => [one.value, one.language]);
  return {
    classes: tree.elementTypes.map((one) => ({
      id: one.id, label: values(one.label), count: one.count,
    })),
    edges: tree.subtypeOf,
    linkTypes: linkTypes.map((one) => one.id),
    element: element && { types: element.types, label: values(element.properties[LABEL] ?? []) },
    connected,
    links: links.map((one) => [one.sourceId, one.linkTypeId, one.targetId]),
    typed: typed.map((item) => item.element.id),
    named: named.map((item) => item.element.id),
    found: found.map((item) => item.element.id),
  };
}
