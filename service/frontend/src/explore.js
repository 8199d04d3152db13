// The graph explorer (/explore): draws the surroundings of things, and lets them grow.
import { draw } from "./lib/drawing.js";
import { addressOf, compose, readState, Source } from "./lib/neighbourhood.js";
import { fill, make, save } from "./lib/page.js";
import { Panel, writeTable } from "./lib/panel.js";
import { icon } from "./lib/shapes.js";

const byId = (id) => document.getElementById(id);
const without = (list, value) => list.filter((each) => each !== value);

class Explorer {
  constructor(element) {
    element.hidden = false;
    this.element = element;
    this.words = JSON.parse(element.dataset.words);
    this.most = Number(element.dataset.most);
    this.mostThings = Number(element.dataset.mostThings);
    const { words } = this;
    this.source = new Source();
    this.turn = 0;
    this.state = readState(location.search);
    const kinds = Object.fromEntries(
      Object.entries(words).flatMap(([key, word]) =>
        key.startsWith("kind_") ? [[key.slice(5), word]] : [],
      ),
    );
    this.drawing = draw(byId("drawing"), {
      words: { graph: words.graph_canvas, kinds },
      onOpen: (node, byKey) => this.toggle(node, byKey),
      onFocus: (node) => this.focused(node),
      onEdge: (edge) => {
        const node = this.graph.nodes.find((each) => each.id === this.drawing.focused);
        this.panel.edge(edge, node);
      },
      onRemove: (node) => this.remove(node),
    });
    const actions = {
      open: (node) => this.open(node),
      close: (node) => this.close(node),
      remove: (node) => this.remove(node),
      only: (node) => this.go({ ...this.state, things: [node.iri], loads: [], without: [], hide: [] }),
      load: (group, n) => this.load(group, n),
      choose: (edge) => this.drawing.chooseEdge(edge.id),
      back: (node) => this.drawing.focus(node.id),
    };
    this.panel = new Panel(byId("panel"), words, Number(element.dataset.step), actions);
    this.listen();
    history.replaceState({ depth: history.state?.depth ?? 0 }, "");
    this.restore();
  }

  listen() {
    const { drawing } = this;
    const does = {
      undo: () => this.undo(),
      fit: () => drawing.fit(),
      closer: () => drawing.zoom(1.25),
      farther: () => drawing.zoom(0.8),
      png: async () => save(await drawing.png(), "image/png", this.fileName("png")),
      svg: () => save(drawing.svg(document.title), "image/svg+xml", this.fileName("svg")),
      cyjs: () => {
        const text = JSON.stringify(drawing.cyjs(document.title), null, 1);
        save(text, "application/json", this.fileName("cyjs"));
      },
    };
    this.element.addEventListener("click", (event) => {
      const name = event.target.closest("button[data-do]")?.dataset.do;
      does[name]?.();
    });
    this.element.addEventListener("change", ({ target }) => {
      if (target.dataset.do === "layout") this.go({ ...this.state, layout: target.value });
      if (target.dataset.do === "details") this.go({ ...this.state, details: target.checked });
      if (target.dataset.hide) this.hide(target.dataset.hide, !target.checked);
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.undo();
    });
    addEventListener("popstate", () => this.restore());
  }

  /** Show what the address says. */
  restore() {
    this.state = readState(location.search);
    return this.go(this.state, { keep: true });
  }

  /** Go to another state. One that would `grow` past the limit is refused, and nothing changes. */
  async go(state, { keep = false, grow = false } = {}) {
    const mine = ++this.turn;
    this.element.setAttribute("aria-busy", "true");
    let graph;
    try {
      graph = await compose(this.source, state, this.most);
    } catch (error) {
      return this.refuse(fill(this.words.graph_failed, { reason: error.message }));
    } finally {
      this.element.removeAttribute("aria-busy");
    }
    if (mine !== this.turn) return;
    const full = graph.total > graph.nodes.length;
    const { most } = this;
    if (full && grow) {
      const numbers = { most, shown: this.graph.nodes.length, total: graph.total };
      return this.refuse(fill(this.words.graph_full, numbers));
    }
    const numbers = { most, shown: graph.nodes.length, total: graph.total };
    this.refuse(full ? fill(this.words.graph_full, numbers) : "");
    this.state = state;
    this.graph = graph;
    if (!keep) history.pushState({ depth: history.state.depth + 1 }, "", addressOf(state));
    this.show();
  }

  show() {
    const { graph, state, element, words } = this;
    this.drawing.show(graph, { layout: state.layout });
    const ids = new Set(graph.nodes.map((node) => node.id));
    const at = [state.at, this.drawing.focused, state.things[0]].find((id) => ids.has(id));
    this.drawing.focus(at ?? null);
    writeTable(byId("statements"), graph, words);
    byId("parts").replaceChildren();
    const counts = { nodes: graph.nodes.length, edges: graph.edges.length };
    const parts = [fill(words.graph_counts, counts), this.left()];
    if (state.without.length) parts.push(fill(words.graph_hidden, { n: state.without.length }));
    byId("counts").textContent = parts.filter(Boolean).join(" ");
    element.querySelector('[data-do="undo"]').disabled = !history.state.depth;
    element.querySelector('[data-do="layout"]').value = this.drawing.layout;
    element.querySelector('[data-do="details"]').checked = state.details;
    this.writeFilters();
  }

  /** Return what the page says of neighbours that are not loaded, and write the buttons that do. */
  left() {
    const { graph, words } = this;
    const open = graph.groups.filter((group) => group.next !== null);
    if (!open.length) return "";
    const sum = (name) => graph.groups.reduce((total, group) => total + group[name], 0);
    const button = (text, act) => {
      const button = make("button", { type: "button", className: "quiet-button" }, text);
      button.addEventListener("click", act);
      return button;
    };
    for (const group of open) {
      const text = group.exact ? words.graph_group : words.graph_group_least;
      const values = { label: group.label, shown: group.loaded, total: group.total };
      byId("parts").append(
        make("li", {}, fill(text, values), this.panel.more(group, button)),
      );
    }
    const exact = graph.groups.every((group) => group.exact);
    const text = exact ? words.graph_part : words.graph_part_least;
    return fill(text, { shown: sum("loaded"), total: sum("total") });
  }

  writeFilters() {
    const hidden = new Set(this.state.hide);
    const write = (name, entries, label) => {
      const place = this.element.querySelector(`[data-filter="${name}"]`);
      const focused = document.activeElement?.dataset?.hide;
      place.replaceChildren(place.querySelector("legend"));
      for (const [key, { label: word, count }] of entries) {
        const box = make("input", { type: "checkbox", checked: !hidden.has(key) });
        box.dataset.hide = key;
        place.append(make("label", {}, box, ...label(key, word), ` (${count})`));
        if (focused === key) box.focus();
      }
    };
    write("kinds", this.graph.kinds, (kind) => [icon(kind), this.words[`kind_${kind}`]]);
    write("properties", this.graph.properties, (_, word) => [word]);
  }

  focused(node) {
    if (!node) return this.panel.clear();
    this.state = { ...this.state, at: node.id };
    history.replaceState(history.state, "", addressOf(this.state));
    this.panel.node(node, this.graph);
  }

  toggle(node, byKey) {
    if (!node.open) this.open(node);
    else if (byKey) this.close(node);
  }

  open(node) {
    const { state, mostThings } = this;
    if (state.things.length >= mostThings) {
      return this.refuse(fill(this.words.graph_too_many, { most: mostThings }));
    }
    return this.go({ ...state, things: [...state.things, node.iri], at: node.iri }, { grow: true });
  }

  close(node) {
    const { state } = this;
    if (state.things.length === 1) return;
    const loads = state.loads.filter((load) => load.iri !== node.iri);
    this.go({ ...state, things: without(state.things, node.iri), loads });
  }

  remove(node) {
    const { state } = this;
    const things = without(state.things, node.iri);
    if (things.length) this.go({ ...state, things, without: [...state.without, node.iri], at: null });
  }

  hide(key, hidden) {
    const { state } = this;
    const hide = hidden ? [...state.hide, key] : without(state.hide, key);
    this.go({ ...state, hide });
  }

  /** Load the next `n` neighbours of a group. */
  load({ iri, property, direction, loaded }, n) {
    const { state } = this;
    const others = state.loads.filter(
      (load) => load.iri !== iri || load.property !== property || load.direction !== direction,
    );
    const load = { direction, count: loaded + n, property, iri };
    this.go({ ...state, loads: [...others, load] }, { grow: true });
  }

  undo() {
    if (history.state.depth) history.back();
  }

  refuse(text) {
    byId("refused").textContent = text;
  }

  fileName(extension) {
    const name = this.state.things[0].replace(/^.*\/id\//, "").replace(/[^\w.-]+/g, "-");
    return `${name}.${extension}`;
  }
}

new Explorer(byId("explorer"));
