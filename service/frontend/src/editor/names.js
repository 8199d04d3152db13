// Names of things: IRIs in, labels in the language of the reader and links out.
import { readTerm } from "./run.js";

const UNSAFE = /[<>"{}|\\^`\s]/; // no IRI that may stand in a query
/** IRI -> { text, language }, null where it has no label. */
export const labels = new Map();

export function abbreviate(iri, prefixes) {
  for (const [prefix, namespace] of Object.entries(prefixes)) if (iri.startsWith(namespace)) return `${prefix}:${iri.slice(namespace.length)}`;
  return iri;
}

// Where an IRI leads: the page of this service, or the address itself if it is one of the web.
export function link(iri, terms) {
  if (iri.startsWith(`${terms.base}id/`)) return `/${iri.includes("#") ? "id" : "doc"}/${iri.slice(terms.base.length + 3)}`;
  if (iri.startsWith(`${terms.base}graph/`)) return `/${iri.slice(terms.base.length)}`;
  if (iri.startsWith(terms.ontology)) return `/ontology#${iri.slice(terms.ontology.length)}`;
  if (iri.startsWith(terms.code)) return `/code/${iri.slice(terms.code.length)}`;
  return /^https?:/.test(iri) ? iri : "";
}

// The rows of a query about some things, which stand in it as ?x.
async function rowsAbout(iris, wanted, pattern) {
  const query = `PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?x ${wanted} WHERE { VALUES ?x { ${iris.map((iri) => `<${iri}>`).join(" ")} } ${pattern} }`;
  const response = await fetch("/sparql", { method: "POST", body: query, headers: { Accept: "text/tab-separated-values", "Content-Type": "application/sparql-query" } }).catch(() => null);
  if (!response?.ok) return [];
  const lines = (await response.text()).split("\n").slice(1);
  return lines.map((line) => line.split("\t").map((cell) => readTerm(cell)[0])).filter(([subject, value]) => subject?.iri && value);
}

// Ask for the labels of these IRIs, once for each.
export async function fetchLabels(iris, language) {
  const wanted = [...iris].filter((iri) => !labels.has(iri) && !UNSAFE.test(iri));
  if (!wanted.length) return;
  wanted.forEach((iri) => labels.set(iri, null));
  const order = [language, "kk", "ru", "en"];
  const rank = (tag) => (order.includes(tag) ? order.indexOf(tag) : order.length);
  for (const [{ iri }, label] of await rowsAbout(wanted, "?label", "{ ?x rdfs:label ?label } UNION { ?x skos:prefLabel ?label }")) {
    const known = labels.get(iri);
    if (!known || rank(label.language) < rank(known.language)) labels.set(iri, label);
  }
}

// Ask for the classes of these IRIs: pairs of IRIs.
export async function fetchTypes(iris) {
  const wanted = iris.filter((iri) => !UNSAFE.test(iri));
  const found = wanted.length ? await rowsAbout(wanted, "?type", "?x a ?type") : [];
  return found.map(([subject, type]) => [subject.iri, type.iri]);
}
