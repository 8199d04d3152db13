// A graph answer as a drawing: its statements in, at most `most` things with their lines out.
import { fill, make, save } from "../lib/page.js";
import { abbreviate, fetchLabels, fetchTypes, labels, link } from "./names.js";

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

// The statements between things, as far as there is room for these; kinds by their rdf:type.
export function chosen(rows, most, kinds) {
  const nodes = new Map();
  const edges = [];
  let isWhole = true;
  const place = (iri) => {
    if (!nodes.has(iri) && nodes.size < most) nodes.set(iri, "other");
    return nodes.has(iri);
  };
  const typed = [];
  for (const [subject, predicate, object] of rows) {
    const ends = [subject, object].map((term) => term?.iri ?? (term?.text.startsWith("_:") ? term.text : ""));
    if (predicate?.iri === TYPE) typed.push(ends);
    const isBetween = ends[1] && predicate?.iri !== TYPE;
    const isRoom = ends.filter((iri, at) => (isBetween || !at) && !nodes.has(iri)).length <= most - nodes.size;
    if (!isRoom) isWhole = false;
    else if (place(ends[0]) && isBetween && place(ends[1])) edges.push({ source: ends[0], target: ends[1], iri: predicate.iri });
  }
  for (const [iri, type] of typed) if (nodes.has(iri) && kinds[type]) nodes.set(iri, kinds[type]);
  return { nodes, edges, isWhole };
}

// Draw an answer in `parent`. Returns a function that takes the drawing away.
export async function drawAnswer(parent, answer, terms, settings, language) {
  const { words, most, kinds } = settings;
  const { nodes, edges, isWhole } = chosen(answer.rows, most, kinds);
  if (!nodes.size) return parent.replaceChildren(make("p", { textContent: words.nothing }));
  const canvas = make("div", { className: "drawing" });
  const focused = make("p", { className: "drawn-thing" });
  const says = [fill(words.editor_drawn, { nodes: nodes.size, edges: edges.length })];
  if (!isWhole || answer.total > answer.rows.length) says.push(fill(words.editor_drawn_cut, { most }));
  const counts = make("p", { className: "note", role: "status", textContent: says.join(" ") });
  const tools = make("div", { className: "row" });
  parent.replaceChildren(tools, canvas, focused, counts, make("p", { className: "note", textContent: words.editor_drawn_keys }));
  const named = [...nodes.keys()].filter((iri) => !iri.startsWith("_:"));
  const unknown = named.filter((iri) => nodes.get(iri) === "other");
  const [{ draw }, types] = await Promise.all([
    import(settings.drawn),
    fetchTypes(unknown),
    fetchLabels(new Set([...named, ...edges.map((edge) => edge.iri)]), language),
  ]);
  for (const [iri, type] of types) if (kinds[type]) nodes.set(iri, kinds[type]);
  if (!canvas.isConnected) return;
  const name = (iri) => labels.get(iri)?.text ?? abbreviate(iri, terms.prefixes).replace(`${terms.base}id/`, "");
  const kindWords = Object.fromEntries([...new Set(nodes.values())].map((kind) => [kind, words[`kind_${kind}`]]));
  const drawing = draw(canvas, {
    words: { graph: words.graph_canvas, kinds: kindWords },
    onFocus: (node) => focused.replaceChildren(...(node ? about(node) : [])),
  });
  const about = ({ id, label, kind, language: tag }) => {
    const href = link(id, terms);
    return [make("span", { className: `badge kind-${kind}`, textContent: words[`kind_${kind}`] }), " ", make(href ? "a" : "span", { textContent: label, href: href || undefined, lang: tag ?? "" })];
  };
  drawing.show({
    nodes: [...nodes].map(([id, kind]) => ({ id, kind, label: name(id), language: labels.get(id)?.language })),
    edges: edges.map(({ source, target, iri }, at) => ({ id: `e${at}`, source, target, label: name(iri) })),
  });
  const button = (text, label, act) => {
    const made = make("button", { type: "button", className: "quiet-button", textContent: text, "aria-label": label });
    made.addEventListener("click", act);
    return made;
  };
  tools.append(
    button(words.graph_fit, words.graph_fit, () => drawing.fit()),
    button("+", words.graph_closer, () => drawing.zoom(1.25)),
    button("−", words.graph_farther, () => drawing.zoom(0.8)),
    button("PNG", `${words.graph_save}: PNG`, async () => save(await drawing.png(), "image/png", "kzop.png")));
  canvas.dataset.drawn = String(nodes.size);
}
