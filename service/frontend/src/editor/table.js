// An answer as a table, a page of rows at a time: terms by their labels, which are asked for as they
// are shown, with links to their pages.
import { abbreviate, fetchLabels, labels, link } from "./names.js";
import { fill } from "./words.js";

const PAGE = 100;
const PLAIN = /#(string|integer|decimal|boolean|date)$/;
// Columns that hold notations of codes, and the word before: mostly the name of the code list.
function notations(query) {
  return new Map([...query.matchAll(/[:?](\w+)\s*\/?\s*skos:notation\s+\?(\w+)/g)].map(([, list, column]) => [column, list]));
}

// The label of a code by its notation, in the list of that name if there are several.
function code(notation, list, terms, language) {
  const found = terms.terms.filter(([name, kind]) => kind === "code" && name.endsWith(`:${notation}`));
  const names = (found.find(([name]) => name.startsWith(`${list}:`)) ?? found[0])?.[2] ?? {};
  return [language, "kk", "ru", "en"].map((tag) => [tag, names[tag]]).find(([, text]) => text);
}

function cell(term, terms, language, list) {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.iri === undefined) {
    const named = list && code(term.text, list, terms, language);
    if (named) {
      td.append(Object.assign(document.createElement("span"), { lang: named[0], textContent: named[1] }), " ");
      td.append(Object.assign(document.createElement("small"), { className: "note", textContent: term.text }));
      return td;
    }
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
  constructor(parent, answer, query, terms, words, language) {
    Object.assign(this, { parent, answer, terms, words, language, page: 0, lists: notations(query) });
  }

  async show(page) {
    const { parent, answer, terms, words } = this;
    this.page = page;
    const rows = answer.rows.slice(page * PAGE, (page + 1) * PAGE);
    const iris = new Set(rows.flat().filter((term) => term?.iri).map((term) => term.iri));
    await fetchLabels(iris, this.language);
    if (this.page !== page) return;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const name of answer.columns) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: name }));
    const body = table.createTBody();
    for (const row of rows) body.insertRow().append(...row.map((term, at) => cell(term, terms, this.language, this.lists.get(answer.columns[at]))));
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
