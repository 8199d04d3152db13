// Draws a graph of things on a canvas, for mouse, touch and keyboard: what /explore shows, and any
// other page that has a graph (an answer to CONSTRUCT, the surroundings of a thing).
//
//   const drawing = draw(container, { words, onOpen, onFocus, onEdge, onRemove });
//   drawing.show({ nodes, edges });
//
// The page links css/drawing.css; `container` is an empty <div class="drawing">. It gets the focus of
// the keyboard: arrows go to the next thing in their direction, Enter opens, Home and End go to the
// first and the last, Delete removes, Escape lets go, + - 0 zoom.
//
// A node: { id, label, language, kind, … } with a kind of service/things/kinds.py; an edge: { id, source,
// target, label, … }, ids of nodes. Any other fields come back in the calls of the page.
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

import { lines } from "./lines.js";
import { POINTS } from "./shapes.js";
import { toSvg } from "./svg.js";

cytoscape.use(dagre);

const SIZE = 30;
const LEAST_ZOOM = 0.55; // below this, names cannot be read: a large graph is seen in parts instead
const NARROW = 600; // pixels: on a phone, columns stand closer
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LAYOUTS = {
  dagre: { name: "dagre", rankDir: "LR", nodeSep: 14, edgeSep: 6 },
  concentric: { name: "concentric", minNodeSpacing: 24, concentric: (node) => node.degree() },
  breadthfirst: { name: "breadthfirst", spacingFactor: 1.1, circle: false },
};

/** The layouts that `show` and `arrange` know. */
export const LAYOUT_NAMES = Object.keys(LAYOUTS);

/**
 * Return a drawing in `container`. All options may be left out:
 *   words.graph           the name of the canvas for those who do not see it
 *   words.kinds           kind -> its word in the language of the page
 *   onOpen(node, byKey)   a thing was tapped, or Enter pressed on it (byKey)
 *   onFocus(node | null)  another thing has the focus
 *   onEdge(edge)          a line was tapped
 *   onRemove(node)        Delete was pressed on a thing
 */
export function draw(container, options = {}) {
  return new Drawing(container, options);
}

class Drawing {
  constructor(container, { words = {}, onOpen, onFocus, onEdge, onRemove }) {
    this.container = container;
    this.words = words;
    this.calls = { onOpen, onFocus, onEdge, onRemove };
    this.layout = "dagre";
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    keepPolicy();
    container.tabIndex = 0;
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", words.graph ?? "Graph");
    this.live = document.createElement("p");
    this.live.className = "drawing-live";
    this.live.setAttribute("aria-live", "polite");
    container.after(this.live);
    this.cy = cytoscape({
      container,
      style: styles(look()),
      minZoom: 0.1,
      maxZoom: 4,
      boxSelectionEnabled: false,
      autounselectify: true,
    });
    this.listen();
  }

  listen() {
    const { cy, calls } = this;
    cy.on("tap", "node", ({ target }) => {
      this.focus(target.id());
      calls.onOpen?.(target.data(), false);
    });
    cy.on("tap", "edge", ({ target }) => this.chooseEdge(target.id()));
    this.container.addEventListener("keydown", (event) => this.key(event));
    this.recolour = () => cy.style(styles(look()));
    this.dark.addEventListener("change", this.recolour);
    // The canvas draws with the font that is there: once more when it has come.
    document.fonts?.load('13px "Golos Text"', "Қазақ").then(this.recolour);
    this.resized = new ResizeObserver(() => cy.resize());
    this.resized.observe(this.container);
  }

  /** Show this graph: what was there keeps its place until all is arranged anew. */
  show({ nodes, edges }, { layout = this.layout } = {}) {
    const { cy } = this;
    const wanted = new Set([...nodes, ...edges].map((element) => element.id));
    cy.batch(() => {
      cy.elements().filter((element) => !wanted.has(element.id())).remove();
      for (const node of nodes) this.put("nodes", { ...node, lines: lines(node.label).join("\n") });
      for (const edge of edges) this.put("edges", edge);
    });
    if (this.focused && !cy.getElementById(this.focused).length) this.focus(null);
    this.arrange(layout);
  }

  put(group, data) {
    const there = this.cy.getElementById(data.id);
    if (there.length) there.data(data);
    else this.cy.add({ group, data });
  }

  /** Arrange what is there by a layout of LAYOUT_NAMES, and show all of it if it can be read so. */
  arrange(name = this.layout) {
    this.layout = name in LAYOUTS ? name : "dagre";
    const running = this.cy.layout({
      ...LAYOUTS[this.layout],
      rankSep: this.cy.width() < NARROW ? 50 : 150,
      nodeDimensionsIncludeLabels: true,
      fit: false,
      animate: !this.still.matches && this.cy.nodes().length < 120,
      animationDuration: 250,
    });
    running.one("layoutstop", () => this.fit(LEAST_ZOOM));
    running.run();
  }

  /** Show all; with `least`, no smaller than that, around the thing that has the focus. */
  fit(least = 0) {
    const { cy } = this;
    if (!cy.elements().length) return;
    cy.fit(undefined, 24);
    if (cy.zoom() > 1.2) cy.zoom(1.2);
    if (cy.zoom() >= least) return cy.center();
    cy.zoom(least);
    const middle = cy.getElementById(this.focused ?? "");
    cy.center(middle.length ? middle : cy.nodes().max((node) => node.degree()).ele);
  }

  /** Make all larger (`times` above 1) or smaller. */
  zoom(times) {
    const { cy } = this;
    const middle = { x: cy.width() / 2, y: cy.height() / 2 };
    cy.zoom({ level: cy.zoom() * times, renderedPosition: middle });
  }

  /** Give the focus to a node, by id, and say what it is; null lets go. */
  focus(id) {
    const { cy } = this;
    cy.elements(".focus").removeClass("focus");
    const node = cy.getElementById(id ?? "");
    this.focused = node.length ? id : null;
    if (!this.focused) {
      this.live.textContent = "";
      this.calls.onFocus?.(null);
      return;
    }
    node.addClass("focus");
    const { label, kind, language } = node.data();
    this.live.lang = language || document.documentElement.lang;
    this.live.textContent = [label, this.words.kinds?.[kind]].filter(Boolean).join(", ");
    this.bringIn(node);
    this.calls.onFocus?.(node.data());
  }

  /** Choose an edge, by id. */
  chooseEdge(id) {
    const { cy } = this;
    cy.elements(".focus").removeClass("focus");
    const edge = cy.getElementById(id).addClass("focus");
    if (edge.length) this.calls.onEdge?.(edge.data());
  }

  /** Move the view, no more than is needed, so that a node is in it. */
  bringIn(node) {
    const { cy } = this;
    const box = node.renderedBoundingBox({ includeLabels: true });
    const x = Math.min(0, cy.width() - box.x2) + Math.max(0, -box.x1);
    const y = Math.min(0, cy.height() - box.y2) + Math.max(0, -box.y1);
    if (x || y) cy.panBy({ x, y });
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { cy, calls } = this;
    const node = cy.getElementById(this.focused ?? "");
    const zooms = { "+": () => this.zoom(1.25), "-": () => this.zoom(0.8), 0: () => this.fit() };
    const ends = { Home: () => cy.nodes().first(), End: () => cy.nodes().last() };
    if (event.key in ARROWS) this.step(node, ARROWS[event.key]);
    else if (event.key in zooms) zooms[event.key]();
    else if (event.key in ends) this.focus(ends[event.key]().id());
    else if (event.key === "Enter" && node.length) calls.onOpen?.(node.data(), true);
    else if (event.key === "Delete" && node.length) calls.onRemove?.(node.data());
    else if (event.key === "Escape") this.focus(null);
    else return;
    event.preventDefault();
  }

  /** Go to the nearest node in a direction; the way across counts double. */
  step(from, [dx, dy]) {
    const nodes = this.cy.nodes(":visible");
    if (!from.length) return this.focus(nodes.first().id());
    const here = from.position();
    let best = null;
    let least = Infinity;
    nodes.not(from).forEach((node) => {
      const { x, y } = node.position();
      const along = (x - here.x) * dx + (y - here.y) * dy;
      const across = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
      const way = along + 2 * across;
      if (along > 1 && way < least) [best, least] = [node, way];
    });
    if (best) this.focus(best.id());
  }

  /** Return a promise of the drawing as a PNG file (a Blob), twice as fine as the screen. */
  png() {
    const most = { maxWidth: 8000, maxHeight: 8000 }; // larger canvases are empty in some browsers
    return this.cy.png({ output: "blob-promise", full: true, scale: 2, bg: look().paper, ...most });
  }

  /** Return the drawing as the text of an SVG file. */
  svg(title = "") {
    return toSvg(this.cy, look(), title);
  }

  /** Return the drawing as Cytoscape reads it (.cyjs), places included. */
  cyjs(name = "") {
    const elements = (found) =>
      found.map((element) => {
        const { lines: _, ...data } = element.data();
        const named = { name: data.label, shared_name: data.label, ...data };
        return element.isNode() ? { data: named, position: element.position() } : { data: named };
      });
    const { cy } = this;
    return {
      format_version: "1.0",
      generated_by: "kzop",
      target_cytoscapejs_version: "~3.35",
      data: { name },
      elements: { nodes: elements(cy.nodes()), edges: elements(cy.edges()) },
    };
  }

  /** Take the drawing away. */
  destroy() {
    this.dark.removeEventListener("change", this.recolour);
    this.resized.disconnect();
    this.cy.destroy();
    this.live.remove();
  }
}

/** Cytoscape writes a <style> unless something has its id: that would break the policy of the page. */
function keepPolicy() {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const sign = document.createElement("template");
  sign.id = id;
  document.head.append(sign);
}

/** Return the colours and the font of the page as it looks now. */
function look() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const kinds = Object.fromEntries(Object.keys(POINTS).map((kind) => [kind, colour(`k-${kind}`)]));
  const names = ["ink", "quiet", "paper", "edge", "accent"];
  const font = '"Golos Text", "Noto Sans", "DejaVu Sans", sans-serif';
  return { ...Object.fromEntries(names.map((name) => [name, colour(name)])), kinds, font };
}

function styles({ ink, quiet, paper, edge, accent, kinds, font }) {
  const ground = { "text-background-color": paper, "text-background-opacity": 0.85 };
  const words = { "font-family": font, "text-wrap": "wrap", "text-max-width": 400, ...ground };
  const node = {
    width: SIZE,
    height: SIZE,
    label: "data(lines)",
    color: ink,
    "font-size": 13,
    "text-valign": "bottom",
    "text-margin-y": 5,
    ...words,
  };
  const line = {
    width: 1.5,
    "curve-style": "bezier",
    "line-color": edge,
    "target-arrow-color": edge,
    "target-arrow-shape": "triangle",
    label: "data(label)",
    color: quiet,
    "font-size": 11,
    "text-rotation": "autorotate",
    "min-zoomed-font-size": 5,
    ...words,
  };
  const ring = { "border-width": 4, "border-color": accent };
  return [
    { selector: "node", style: node },
    ...Object.entries(POINTS).map(([kind, points]) => ({
      selector: `node[kind="${kind}"]`,
      style: {
        "background-color": kinds[kind],
        ...(points ? { shape: "polygon", "shape-polygon-points": points } : { shape: "ellipse" }),
      },
    })),
    { selector: "node[?open]", style: { width: SIZE + 10, height: SIZE + 10 } },
    { selector: "edge", style: line },
    { selector: "node.focus", style: ring },
    {
      selector: "edge.focus",
      style: { width: 3, "line-color": accent, "target-arrow-color": accent, color: ink },
    },
  ];
}
