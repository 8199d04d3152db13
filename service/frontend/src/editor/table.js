// An answer as a table, a page of rows at a time: terms by their labels, which are asked for as they
// are shown, with links to their pages.
import { readTerm } from "./run.js";
import { fill } from "./words.js";

const PAGE = 100;
const PLAIN = /#(string|integer|decimal|boolean|date)$/;
const labels = new Map();

function abbreviate(iri, prefixes) {
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

async function fetchLabels(iris, language) {
  const wanted = [...iris].filter((iri) => !labels.has(iri));
  if (!wanted.length) return;
  wanted.forEach((iri) => labels.set(iri, null));
  const query = `PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?x ?label WHERE { VALUES ?x { ${wanted.map((iri) => `<${iri}>`).join(" ")} } { ?x rdfs:label ?label } UNION { ?x skos:prefLabel ?label } }`;
  const response = await fetch("/sparql", { method: "POST", body: query, headers: { Accept: "text/tab-separated-values", "Content-Type": "application/sparql-query" } }).catch(() => null);
  if (!response?.ok) return;
  const order = [language, "kk", "ru", "en"];
  for (const line of (await response.text()).split("\n").slice(1)) {
    const [subject, label] = line.split("\t").map((cell) => readTerm(cell)[0]);
    if (!subject?.iri || !label) continue;
    const known = labels.get(subject.iri);
    const rank = (language) => (order.includes(language) ? order.indexOf(language) : order.length);
    if (!known || rank(label.language) < rank(known.language)) labels.set(subject.iri, label);
  }
}

function cell(term, terms) {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.iri === undefined) {
    const span = document.createElement("span");
    span.textContent = term.text;
    if (term.language) span.lang = term.language;
    td.append(span);
    const note = term.language ? `@${term.language}` : term.datatype && !PLAIN.test(term.datatype) ? abbreviate(term.datatype, terms.prefixes) : "";
    if (note) td.append(Object.assign(document.createElement("small"), { className: "note", textContent: ` ${note}` }));
    return td;
  }
  const href = link(term.iri, terms);
  const shown = document.createElement(href ? "a" : "span");
  if (href) shown.href = href;
  const label = labels.get(term.iri);
  shown.textContent = label?.text ?? abbreviate(term.iri, terms.prefixes).replace(`${terms.base}id/`, "");
  if (label?.language) shown.lang = label.language;
  shown.title = term.iri;
  td.append(shown);
  return td;
}

export class Table {
  constructor(parent, answer, terms, words, language) {
    Object.assign(this, { parent, answer, terms, words, language, page: 0 });
  }

  async show(page) {
    const { parent, answer, terms, words } = this;
    this.page = page;
    const rows = answer.rows.slice(page * PAGE, (page + 1) * PAGE);
    const iris = new Set(rows.flat().filter((term) => term?.iri && !/[<>"{}|\\^`\s]/.test(term.iri)).map((term) => term.iri));
    await fetchLabels(iris, this.language);
    if (this.page !== page) return;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const name of answer.columns) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: name }));
    const body = table.createTBody();
    for (const row of rows) body.insertRow().append(...row.map((term) => cell(term, terms)));
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", words.results);
    scroll.append(table);
    parent.replaceChildren(scroll, this.pager(rows.length));
  }

  pager(shown) {
    const { answer, words, page } = this;
    const bar = Object.assign(document.createElement("p"), { className: "pager" });
    const step = (text, to, isPossible) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet-button", textContent: text, disabled: !isPossible });
      button.addEventListener("click", () => this.show(to));
      return button;
    };
    const first = page * PAGE;
    const where = Object.assign(document.createElement("span"), { textContent: fill(words.editor_rows_shown, { from: shown ? first + 1 : 0, to: first + shown, total: answer.total }) });
    bar.append(where);
    if (answer.rows.length > PAGE) bar.append(step(words.previous, page - 1, page > 0), step(words.next, page + 1, first + PAGE < answer.rows.length));
    if (answer.total > answer.rows.length) bar.append(Object.assign(document.createElement("span"), { textContent: fill(words.editor_cut, { kept: answer.rows.length, total: answer.total }) }));
    return bar;
  }
}
