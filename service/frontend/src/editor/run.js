// One run of a query: its text in, columns and rows out as they come. Tables are read as TSV and graphs
// as N-Triples, line by line, so that an answer of any length needs no more memory than what is kept.
export const MOST_KEPT = 50_000;
const MOST_RAW = 200_000;
const ACCEPT = "text/tab-separated-values, application/n-triples;q=0.9, application/sparql-results+json;q=0.8";
const TERM = /<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?|(_:\S+)|([^\s.][^\t ]*)/y;
const ESCAPES = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? "");
    this.status = status;
    this.problem = problem;
  }
}

function unescape(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, one) => (one ? (ESCAPES[one] ?? one) : String.fromCodePoint(parseInt(four ?? eight, 16))));
}

// A term as written in TSV or N-Triples: { iri } or { text, language, datatype } or null.
export function readTerm(written, at = 0) {
  TERM.lastIndex = at;
  const found = TERM.exec(written);
  if (!found) return [null, at];
  const [, iri, string, language, datatype, blank, bare] = found;
  const end = TERM.lastIndex;
  if (iri !== undefined) return [{ iri: unescape(iri) }, end];
  if (string !== undefined) return [{ text: unescape(string), language, datatype }, end];
  return [{ text: blank ?? bare, datatype: "" }, end];
}

function readTriple(line) {
  const row = [];
  for (let at = 0; row.length < 3; at++) {
    let term;
    [term, at] = readTerm(line, at);
    row.push(term);
  }
  return row;
}

// `progress` is called with what is there so far: { columns, rows, total, raw, bytes, truth, isGraph }.
export async function ask(query, signal, progress) {
  const response = await fetch("/sparql", { method: "POST", body: query, signal, headers: { Accept: ACCEPT, "Content-Type": "application/sparql-query; charset=utf-8" } });
  if (!response.ok) {
    const body = await response.text();
    let problem = {};
    try { problem = JSON.parse(body); } catch { problem = { detail: body.slice(0, 500) }; }
    throw new Refused(response.status, problem);
  }
  const type = response.headers.get("Content-Type") ?? "";
  const answer = { columns: null, rows: [], total: 0, raw: "", bytes: 0, truth: null, isGraph: type.includes("n-triples") };
  if (answer.isGraph) answer.columns = ["subject", "predicate", "object"];
  if (type.includes("json")) {
    answer.raw = await response.text();
    answer.bytes = answer.raw.length;
    answer.truth = JSON.parse(answer.raw).boolean;
    return answer;
  }
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let rest = "";
  const take = (line) => {
    if (!answer.columns) answer.columns = line ? line.split("\t").map((name) => name.slice(1)) : [];
    else if (line || !answer.isGraph) {
      answer.total++;
      if (answer.rows.length < MOST_KEPT) answer.rows.push(answer.isGraph ? readTriple(line) : line.split("\t").map((cell) => (cell ? readTerm(cell)[0] : null)));
    }
  };
  for (;;) {
    const { done, value } = await reader.read();
    const piece = done ? decoder.decode() : decoder.decode(value, { stream: true });
    if (value) answer.bytes += value.length;
    if (answer.raw.length < MOST_RAW) answer.raw += piece.slice(0, MOST_RAW - answer.raw.length);
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    lines.forEach(take);
    if (done) break;
    progress(answer);
  }
  if (rest) take(rest);
  answer.isRawWhole = answer.bytes <= MOST_RAW;
  return answer;
}
