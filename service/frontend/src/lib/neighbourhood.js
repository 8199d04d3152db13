// What a graph of surroundings shows: a state in, its nodes and lines out. A state is plain data and
// is what the address of the page says, so that an address restores the graph and "back" is "undo":
//
//   things    IRIs whose surroundings are shown (iri=)
//   loads     what is shown beyond the first neighbours: { direction, count, property, iri } (load=)
//   without   IRIs that were removed (without=)
//   hide      kinds, and IRIs of properties, that are not shown (hide=)
//   layout, details, at    the arrangement, evidence too, the thing with the focus
const MOST_PART = 100;

/** Return the state that an address says. */
export function readState(search) {
  const values = new URLSearchParams(search);
  const loads = values.getAll("load").flatMap((text) => {
    const [direction, count, property, iri] = text.split(" ");
    return iri && Number(count) > 0 ? [{ direction, count: Number(count), property, iri }] : [];
  });
  return {
    things: [...new Set(values.getAll("iri"))],
    loads,
    without: values.getAll("without"),
    hide: values.getAll("hide"),
    layout: values.get("layout") ?? "dagre",
    details: Boolean(values.get("details")),
    at: values.get("at"),
    lang: values.get("lang"),
  };
}

/** Return the address of a state. */
export function addressOf(state) {
  const values = new URLSearchParams();
  for (const iri of state.things) values.append("iri", iri);
  for (const { direction, count, property, iri } of state.loads) {
    values.append("load", `${direction} ${count} ${property} ${iri}`);
  }
  for (const name of ["without", "hide"]) {
    for (const value of state[name]) values.append(name, value);
  }
  if (state.layout !== "dagre") values.set("layout", state.layout);
  if (state.details) values.set("details", "1");
  if (state.at && state.at !== state.things[0]) values.set("at", state.at);
  if (state.lang) values.set("lang", state.lang);
  return `/explore?${values}`;
}

/** Asks the service for neighbours, each part once. Errors have the words of its problem document. */
export class Source {
  constructor() {
    this.known = new Map();
  }

  part(iri, details, more = {}) {
    const values = new URLSearchParams({ iri, lang: document.documentElement.lang, ...more });
    if (details) values.set("details", "1");
    const address = `/explore/neighbours?${values}`;
    if (!this.known.has(address)) {
      const answer = ask(address);
      this.known.set(address, answer);
      answer.catch(() => this.known.delete(address));
    }
    return this.known.get(address);
  }

  /** Return the neighbours of a thing with what was loaded beyond the first of them. */
  async around(iri, { details, loads }) {
    const first = await this.part(iri, details);
    const nodes = [...first.nodes];
    const edges = [...first.edges];
    const groups = [];
    for (const group of first.groups) {
      const { property, direction } = group;
      const load = loads.find(
        (each) => each.iri === iri && each.property === property && each.direction === direction,
      );
      let { next } = group;
      while (load && next !== null && next < load.count) {
        const limit = Math.min(MOST_PART, load.count - next);
        const part = await this.part(iri, details, { property, direction, offset: next, limit });
        nodes.push(...part.nodes);
        edges.push(...part.edges);
        next = part.groups[0]?.next ?? null;
      }
      groups.push({ ...group, loaded: next ?? Math.max(group.total, group.shown), next });
    }
    return { nodes, edges, groups };
  }
}

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail ?? `${answer.status} ${answer.statusText}`);
}

/**
 * Return what a state shows, with at most `most` nodes:
 *   nodes, edges   as drawing.js wants them; the things of the state have `open`
 *   groups         those of the things, with `loaded` of their `total`
 *   total          nodes that there would be without `most`
 *   kinds, properties   Map of kind or property -> { label, count }, the hidden ones too
 */
export async function compose(source, state, most) {
  const parts = await Promise.all(state.things.map((iri) => source.around(iri, state)));
  const gone = new Set(state.without);
  const hidden = new Set(state.hide);
  const all = new Map(parts.flatMap((part) => part.nodes).map((node) => [node.id, node]));
  const open = new Set(state.things);
  const [kinds, properties, wanted, nodes, edges] = Array.from({ length: 5 }, () => new Map());
  const put = (node) => {
    if (gone.has(node.id)) return false;
    if (!wanted.has(node.id)) {
      wanted.set(node.id, node);
      count(kinds, node.kind, node.kind);
    }
    if (hidden.has(node.kind)) return false;
    if (nodes.has(node.id)) return true;
    if (nodes.size >= most) return false;
    nodes.set(node.id, { ...node, open: open.has(node.id) });
    return true;
  };
  for (const iri of state.things) put(all.get(iri));
  for (const edge of parts.flatMap((part) => part.edges)) {
    if (edges.has(edge.id)) continue;
    if (gone.has(edge.source) || gone.has(edge.target)) continue;
    count(properties, edge.property, edge.label);
    if (hidden.has(edge.property)) continue;
    if ([edge.source, edge.target].map((id) => put(all.get(id))).every(Boolean)) {
      edges.set(edge.id, edge);
    }
  }
  const total = [...wanted.values()].filter((node) => !hidden.has(node.kind)).length;
  const groups = parts.flatMap((part) => part.groups);
  return {
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    groups,
    total,
    kinds,
    properties,
  };
}

function count(map, key, label) {
  map.set(key, { label, count: (map.get(key)?.count ?? 0) + 1 });
}
