// Completion: what stands before the cursor in, classes, properties, codes, acts and bodies by their
// labels in three languages out; also prefixed names, variables, keywords and the named queries.
import { syntaxTree } from "@codemirror/language";
import { begins, fold } from "./words.js";

const KEYWORDS = "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND CONSTRUCT DESCRIBE ASK PREFIX ORDER BY DESC GROUP HAVING LIMIT OFFSET COUNT EXISTS NOT IN STR LANG REGEX CONTAINS STRSTARTS LCASE COALESCE BOUND IF".split(" ");
const MOST = 40;
const LANGUAGES = ["kk", "ru", "en"];

// The text in which a prefix is declared, if it is not: the first line of the query.
export function declaration(text, prefix, prefixes) {
  const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text);
  return declared || !prefixes[prefix] ? "" : `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
}

function insertName(name, prefixes) {
  return (view, completion, from, to) => {
    const head = declaration(view.state.doc.toString(), name.split(":")[0], prefixes);
    const changes = [{ from, to, insert: name }];
    if (head) changes.unshift({ from: 0, insert: head });
    view.dispatch({ changes, selection: { anchor: from + head.length + name.length }, userEvent: "input.complete" });
  };
}

function vocabulary(terms, typed, language) {
  const order = [language, ...LANGUAGES.filter((tag) => tag !== language)];
  const found = [];
  for (const [name, kind, labels] of terms.terms) {
    let best = 0;
    let label = labels[language] ?? Object.values(labels)[0] ?? name;
    for (const tag of order) {
      // The reader's language first: Latin and Cyrillic letters that look alike are equal here.
      const rank = labels[tag] ? begins(labels[tag], typed) * (tag === language ? 1.5 : 1) : 0;
      if (rank > best) [best, label] = [rank, labels[tag]];
    }
    const local = fold(name.slice(name.indexOf(":") + 1));
    if (!best && local.startsWith(typed)) best = 1;
    const whole = fold(name).startsWith(typed);
    if (best || whole) found.push({ label, detail: name, type: kind, boost: best * 20 + (kind === "class" ? 6 : kind === "property" ? 4 : 0) + (whole ? 20 : 0) - Math.min(label.length / 10, 9), apply: insertName(name, terms.prefixes) });
  }
  return found.sort((a, b) => b.boost - a.boost).slice(0, MOST);
}

async function entities(words, language, known, context) {
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort());
  const address = `/search?${new URLSearchParams({ prefix: words, lang: language, limit: 12, format: "json" })}`;
  const response = await fetch(address, { signal: stop.signal }).catch(() => null);
  if (!response?.ok) return [];
  const { hits } = await response.json();
  return hits
    .filter(({ iri }) => iri.includes("/id/") && !known.has(iri))
    .map(({ iri, text }) => ({ label: text, detail: iri.split("/id/")[1], type: "entity", boost: -20, apply: `<${iri}>` }));
}

export function source(getTerms, words, language, load) {
  return async (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (/Comment|String|IRIREF|Iriref/i.test(node.name)) return null;
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const names = new Set(context.state.doc.toString().match(/[?$][\p{L}_]\w*/gu) ?? []);
      names.delete(variable.text);
      return { from: variable.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const token = context.matchBefore(/[\p{L}\p{N}_:-]+/u);
    if (!token && !context.explicit) return null;
    const text = token?.text ?? "";
    const from = token?.from ?? context.pos;
    const typed = fold(text);
    const terms = await getTerms();
    const options = text ? vocabulary(terms, typed, language) : [];
    if (!text.includes(":")) {
      for (const word of KEYWORDS) if (!text || word.toLowerCase().startsWith(text.toLowerCase())) options.push({ label: word, type: "keyword", boost: -5 });
      for (const { name, title } of terms.examples) {
        if (text && !begins(title, typed) && !name.startsWith(text.toLowerCase())) continue;
        options.push({ label: title, detail: words.editor_example, type: "example", boost: -30, apply: () => load(name) });
      }
      if (text.length > 1) options.push(...(await entities(text, language, terms.iris, context)));
    }
    return options.length ? { from, options, filter: false } : null;
  };
}
