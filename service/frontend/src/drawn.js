// The drawing of graphs for pages that import it only when a graph is to be drawn: it is large.
export { draw } from "./lib/drawing.js";
