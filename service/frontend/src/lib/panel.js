// The panel beside a graph, and the table below it: what is known of the chosen thing or line.
import { fill, make } from "./page.js";

const LARGE_STEP = 100;
const exploreAt = (iri) => `/explore?${new URLSearchParams({ iri })}`;

export class Panel {
  /** `actions`: open, close, remove, only, load, choose, back; `words` of the page. */
  constructor(element, words, step, actions) {
    Object.assign(this, { element, words, step, actions, turn: 0 });
    this.empty = element.innerHTML;
  }

  /** Show nothing. */
  clear() {
    this.turn += 1;
    this.element.innerHTML = this.empty;
  }

  async load(address) {
    const mine = ++this.turn;
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const content = answer.ok ? await answer.text() : this.empty;
    if (mine !== this.turn) return false;
    // Who is at work in the panel with the keyboard stays in it.
    const within = this.element.contains(document.activeElement);
    this.element.innerHTML = content;
    this.element.scrollTop = 0;
    if (within) this.element.focus();
    return answer.ok;
  }

  /** Show a node of a graph (what `compose` gave). */
  async node(node, graph) {
    const lang = document.documentElement.lang;
    const values = new URLSearchParams({ iri: node.iri, lang });
    if (await this.load(`/explore/thing?${values}`)) this.fill(node, graph);
  }

  /** Show a line, and a way back to the `node` that has the focus, if one has. */
  async edge({ source, property, target }, node) {
    const lang = document.documentElement.lang;
    const values = new URLSearchParams({ subject: source, property, object: target, lang });
    const loaded = await this.load(`/explore/statement?${values}`);
    if (!loaded || !node) return;
    const back = make("button", { type: "button", className: "link-button" }, `← ${node.label}`);
    if (node.language) back.lang = node.language;
    back.addEventListener("click", () => this.actions.back(node));
    this.element.prepend(make("p", {}, back));
  }

  /** Write what the graph knows of a node into the panel that shows it. */
  fill(node, graph) {
    const { words, actions } = this;
    const place = (name) => this.element.querySelector(`[data-panel="${name}"]`);
    const button = (text, act, disabled = false) => {
      const made = make("button", { type: "button", className: "quiet-button", disabled }, text);
      made.addEventListener("click", act);
      return made;
    };
    const alone = graph.nodes.filter((each) => each.open).length === 1;
    const row = make("p", { className: "row" });
    if (node.open) row.append(button(words.graph_close, () => actions.close(node), alone));
    else row.append(button(words.graph_open, () => actions.open(node)));
    row.append(button(words.graph_remove, () => actions.remove(node), node.open && alone));
    if (!(node.open && alone)) row.append(button(words.graph_only, () => actions.only(node)));
    place("actions")?.replaceChildren(row);
    place("groups")?.replaceChildren(...this.links(node, graph, button));
  }

  links(node, graph, button) {
    const { words, actions } = this;
    const edges = graph.edges.filter((edge) => [edge.source, edge.target].includes(node.id));
    if (!edges.length) return [];
    const names = new Map(graph.nodes.map((each) => [each.id, each]));
    const groups = grouped(edges, node);
    const found = [make("h3", {}, words.graph_neighbours)];
    for (const [key, members] of groups) {
      const [direction, property] = key.split(" ");
      const list = make("ul", { className: "plain" });
      for (const edge of members) {
        const other = names.get(direction === "out" ? edge.target : edge.source);
        const choose = make("button", { type: "button", className: "link-button" }, other.label);
        if (other.language) choose.lang = other.language;
        choose.addEventListener("click", () => actions.choose(edge));
        list.append(make("li", {}, choose));
      }
      const group = graph.groups.find(
        (each) =>
          each.iri === node.iri && each.property === property && each.direction === direction,
      );
      const way = direction === "out" ? words.graph_out : words.graph_in;
      const title = group && group.total > members.length
        ? fill(group.exact ? words.graph_group : words.graph_group_least, {
            label: group.label,
            shown: members.length,
            total: group.total,
          })
        : `${members[0].label}: ${members.length}`;
      const few = edges.length <= 6;
      const details = make("details", { open: few }, make("summary", {}, `${title} (${way})`), list);
      found.push(details);
      if (group && group.next !== null) found.push(this.more(group, button));
    }
    return found;
  }

  /** Buttons that load the next neighbours of a group. */
  more(group, button) {
    const left = group.exact ? group.total - group.loaded : Infinity;
    const steps = new Set([Math.min(this.step, left), Math.min(LARGE_STEP, left)]);
    const row = make("p", { className: "row" });
    for (const n of steps) {
      const made = button(fill(this.words.graph_next, { n }), () => this.actions.load(group, n));
      made.setAttribute("aria-label", `${group.label}: ${made.textContent}`);
      row.append(made);
    }
    return row;
  }
}

function keyOf(property, direction) {
  return `${direction} ${property}`;
}

function grouped(edges, node) {
  const found = new Map();
  for (const edge of edges) {
    const key = keyOf(edge.property, edge.source === node.id ? "out" : "in");
    found.set(key, [...(found.get(key) ?? []), edge]);
  }
  return found;
}

/** Write the lines of a graph into the body of a table, as the page has it without script. */
export function writeTable(body, graph, words) {
  const names = new Map(graph.nodes.map((node) => [node.id, node]));
  const cell = (id) => {
    const { iri, label, language, kind } = names.get(id);
    const badge = make("span", { className: `badge kind-${kind}` }, words[`kind_${kind}`]);
    const link = make("a", { href: exploreAt(iri) }, label);
    if (language) link.lang = language;
    return make("td", {}, badge, " ", link);
  };
  const rows = graph.edges.map((edge) => {
    const property = make("td", { title: edge.property }, edge.label);
    if (edge.language) property.lang = edge.language;
    return make("tr", {}, cell(edge.source), property, cell(edge.target));
  });
  body.replaceChildren(...rows);
}
