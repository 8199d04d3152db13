// The SPARQL editor: the form of the page becomes an editor that completes, runs, stops and shows.
import { source } from "./editor/completion.js";
import { drawAnswer } from "./editor/graph.js";
import { Refused, ask } from "./editor/run.js";
import { Table } from "./editor/table.js";
import { edit, point } from "./editor/view.js";
import { fill } from "./editor/words.js";

const LONGEST_LINK = 6000;
const KEPT_QUERIES = 15;
const STORE = "kzop-queries";
const language = document.documentElement.lang;
const settings = JSON.parse(document.getElementById("editor-settings").textContent);
const { words } = settings;
const form = document.getElementById("sparql-form");
const field = document.getElementById("query");
const state = document.getElementById("state");
const clock = document.getElementById("clock");
const answerArea = document.getElementById("answer");
const [runButton, stopButton, linkButton] = ["run", "stop", "permalink"].map((id) => document.getElementById(id));

let termsAsked;
function getTerms() {
  termsAsked ??= fetch(settings.terms).then((response) => response.json()).then((terms) => {
    const full = (name) => terms.prefixes[name.split(":")[0]] + name.slice(name.indexOf(":") + 1);
    return { ...terms, examples: settings.examples, iris: new Set(terms.terms.map(([name]) => full(name))) };
  });
  return termsAsked;
}

// --- The text
const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const box = element("div", { className: "editor-box" });
field.after(box);
field.hidden = true;
field.required = false;
const linked = new URLSearchParams(location.hash.slice(1)).get("query");
const view = edit(box, {
  text: linked ?? field.value,
  label: words.query_text,
  words,
  complete: source(getTerms, words, language, loadExample),
  run,
  changed: (text) => { field.value = text; },
});
field.value = view.state.doc.toString();
document.querySelector("label[for=query]").addEventListener("click", () => view.focus());
for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;
for (const part of document.querySelectorAll(".without-script")) part.hidden = true;

function setText(text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
  view.focus();
}

async function loadExample(name) {
  const response = await fetch(`/queries/${name}?format=rq&lang=${language}`);
  if (response.ok) setText(await response.text());
}
for (const example of document.querySelectorAll("a[data-example]")) {
  example.addEventListener("click", (event) => {
    event.preventDefault();
    example.closest("details").open = false;
    loadExample(example.dataset.example);
  });
}

// --- The last queries, in this browser only
function remembered() {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? []; } catch { return []; }
}
function showHistory() {
  const list = document.getElementById("history");
  list.replaceChildren(...remembered().map((text) => {
    const name = text.replace(/^\s*(PREFIX|BASE|#)[^\n]*\n/gim, "").replace(/\s+/g, " ").trim().slice(0, 90);
    const button = element("button", { type: "button", className: "quiet-button", textContent: name });
    button.addEventListener("click", () => setText(text));
    return element("li", {}, button);
  }));
  list.closest("details").hidden = !list.children.length;
}
function remember(text) {
  const kept = [text, ...remembered().filter((other) => other !== text)].slice(0, KEPT_QUERIES);
  try { localStorage.setItem(STORE, JSON.stringify(kept)); } catch { /* the browser keeps nothing */ }
  showHistory();
}
showHistory();

// --- Permalink
function permalink(text) {
  const search = new URLSearchParams({ query: text });
  return `${search}`.length < LONGEST_LINK ? `/sparql?${search}` : `/sparql#${search}`;
}
linkButton.addEventListener("click", async () => {
  const address = location.origin + permalink(view.state.doc.toString());
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address);
    state.textContent = words.editor_copied;
  } catch {
    state.textContent = words.editor_in_address;
  }
});

// --- Running
const seconds = (since) => new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format((performance.now() - since) / 1000);
const size = (bytes) => new Intl.NumberFormat(language, { style: "unit", unit: bytes < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: 1 }).format(bytes < 1e6 ? bytes / 1e3 : bytes / 1e6);
let running = null;

function setRunning(controller) {
  running = controller;
  runButton.disabled = Boolean(controller);
  stopButton.disabled = !controller;
  form.setAttribute("aria-busy", String(Boolean(controller)));
}

async function run() {
  if (running) return;
  const text = view.state.doc.toString();
  const controller = new AbortController();
  const begun = performance.now();
  setRunning(controller);
  remember(text);
  history.replaceState(null, "", permalink(text));
  answerArea.replaceChildren();
  state.textContent = words.editor_running;
  let soFar = 0;
  const tick = () => { clock.textContent = fill(words.editor_clock, { seconds: seconds(begun), limit: settings.timeout }) + (soFar ? ` · ${fill(words.editor_rows_so_far, { n: soFar })}` : ""); };
  tick();
  const timer = setInterval(tick, 100);
  try {
    const answer = await ask(text, controller.signal, ({ total }) => { soFar = total; });
    state.textContent = fill(words.editor_done, { n: answer.truth === null ? answer.total : 1, seconds: seconds(begun), size: size(answer.bytes) });
    await show(answer, text);
  } catch (error) {
    fail(error, controller.signal.aborted);
  } finally {
    clearInterval(timer);
    clock.textContent = "";
    setRunning(null);
  }
}

function fail(error, isStopped) {
  if (isStopped) {
    state.textContent = words.editor_stopped;
    return;
  }
  const status = error instanceof Refused ? error.status : 0;
  const kind = { 0: "network", 400: "syntax", 503: "timeout", 413: "long" }[status] ?? "other";
  const { line, column, title } = error.problem ?? {};
  const message = words[`editor_error_${kind}`];
  state.textContent = message;
  answerArea.replaceChildren(element("div", { className: "problem" },
    element("p", {}, element("strong", { textContent: message })),
    element("p", { lang: "en", className: "mono", textContent: [status || "", title, error.message].filter(Boolean).join(" · ") })));
  if (line) point(view, line, column ?? 1, error.message);
}

runButton.addEventListener("click", (event) => { event.preventDefault(); run(); });
form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
stopButton.addEventListener("click", () => running?.abort());

// --- The answer: tabs for table and raw text, downloads
async function show(answer, text) {
  const terms = await getTerms();
  if (answer.truth !== null) {
    answerArea.replaceChildren(element("p", { className: "truth", textContent: answer.truth ? words.yes : words.no }), downloads("ask", text));
    return;
  }
  const panel = element("div", { id: "answer-panel" });
  const views = {
    table: () => (answer.total ? new Table(panel, answer, text, terms, words, language).show(0) : panel.replaceChildren(element("p", { textContent: words.nothing }))),
    ...(answer.isGraph && { graph: () => drawAnswer(panel, answer, terms, settings, language) }),
    raw: () => panel.replaceChildren(
      element("p", { className: "note", textContent: answer.isRawWhole ? "" : words.editor_raw_cut }),
      element("pre", { textContent: answer.raw, tabIndex: 0, lang: "" })),
  };
  const buttons = Object.entries(views).map(([name, draw]) => {
    const button = element("button", { type: "button", className: "quiet-button", textContent: words[`editor_${name}`] });
    button.addEventListener("click", () => { for (const other of buttons) other.setAttribute("aria-pressed", String(other === button)); draw(); });
    return button;
  });
  const bar = element("div", { className: "row view-choice" }, ...buttons);
  answerArea.replaceChildren(bar, panel, downloads(answer.isGraph ? "graph" : "select", text));
  buttons[0].click();
}

const ZIPPED = ["gephi", "neo4j"];

function downloads(kind, text) {
  const bar = formats(words.downloads, settings.formats[kind], text);
  return kind === "graph" ? element("div", {}, bar, formats(words.editor_networks, settings.formats.network, text)) : bar;
}

function formats(title, names, text) {
  const bar = element("p", { className: "formats", textContent: `${title}: ` });
  for (const name of names) {
    const file = ZIPPED.includes(name) ? `kzop-${name}.zip` : `kzop.${name}`;
    const query = new URLSearchParams({ query: text, format: name, lang: language });
    const anchor = element("a", { textContent: name.toUpperCase(), download: file, href: `/sparql?${query}` });
    if (anchor.href.length > LONGEST_LINK) {
      anchor.addEventListener("click", async (event) => {
        if (anchor.href.startsWith("blob:")) return;
        event.preventDefault();
        const response = await fetch("/sparql", { method: "POST", body: query });
        anchor.href = URL.createObjectURL(await response.blob());
        anchor.click();
      });
    }
    bar.append(anchor, " ");
  }
  return bar;
}

if (linked) run();
view.focus();
