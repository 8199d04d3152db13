// Writes a drawing as an SVG file: a cytoscape instance and its colours in, the text of the file out.
// All that is drawn is drawn with the colours of the page, on its ground, so that it stays legible.
import { corners } from "./shapes.js";

const MARGIN = 24;
const escape = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const n = (number) => String(Math.round(number * 10) / 10);
const at = ({ x, y }) => `${n(x)} ${n(y)}`;

/** Return the SVG of what `cy` shows, hidden things left out. `look`: see drawing.js. */
export function toSvg(cy, look, title) {
  const seen = cy.elements(":visible");
  const box = seen.boundingBox({ includeLabels: true });
  const [width, height] = [box.w + 2 * MARGIN, box.h + 2 * MARGIN];
  const view = [box.x1 - MARGIN, box.y1 - MARGIN, width, height].map(n);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(" ")}" width="${n(width)}" ` +
      `height="${n(height)}" font-family="${escape(look.font)}" text-anchor="middle">`,
    `<title>${escape(title)}</title>`,
    `<rect x="${view[0]}" y="${view[1]}" width="${view[2]}" height="${view[3]}" fill="${look.paper}"/>`,
    ...seen.edges().map((edge) => line(edge, look)),
    ...seen.edges().map((edge) => name(edge, look)),
    ...seen.nodes().map((node) => thing(node, look)),
    "</svg>",
    "",
  ].join("\n");
}

function line(edge, look) {
  const [start, end] = [edge.sourceEndpoint(), edge.targetEndpoint()];
  const bends = edge.controlPoints() ?? [];
  let path = `M${at(start)}`;
  bends.forEach((bend, i) => {
    const next = bends[i + 1];
    const stop = next ? { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 } : end;
    path += ` Q${at(bend)} ${at(stop)}`;
  });
  if (!bends.length) path += ` L${at(end)}`;
  return (
    `<path d="${path}" fill="none" stroke="${look.edge}" stroke-width="1.5"/>` +
    `<path d="${arrow(bends.at(-1) ?? start, end)}" fill="${look.edge}"/>`
  );
}

function name(edge, look) {
  const { x, y } = edge.midpoint();
  return text([edge.data("label")], x, y + 4, 11, look.quiet, look);
}

function arrow(from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [x, y] = [((to.x - from.x) / length) * 9, ((to.y - from.y) / length) * 9];
  const left = { x: to.x - x - y / 2.2, y: to.y - y + x / 2.2 };
  const right = { x: to.x - x + y / 2.2, y: to.y - y - x / 2.2 };
  return `M${at(to)} L${at(left)} L${at(right)} Z`;
}

function thing(node, look) {
  const { x, y } = node.position();
  const half = node.width() / 2;
  const kind = node.data("kind");
  const found = corners(kind);
  const colour = look.kinds[kind] ?? look.kinds.other;
  const points = found?.map(([dx, dy]) => `${n(x + dx * half)},${n(y + dy * half)}`).join(" ");
  const shape = found
    ? `<polygon points="${points}" fill="${colour}"/>`
    : `<circle cx="${n(x)}" cy="${n(y)}" r="${n(half)}" fill="${colour}"/>`;
  const words = text(node.data("lines").split("\n"), x, y + half + 16, 13, look.ink, look);
  return `<g><title>${escape(node.data("label"))}</title>${shape}${words}</g>`;
}

/** Lines of text with the ground around the letters, so that lines below do not cross them out. */
function text(parts, x, y, size, colour, look) {
  const spans = parts.map((part, i) => {
    const step = i ? ` dy="${n(size * 1.2)}"` : "";
    return `<tspan x="${n(x)}"${step}>${escape(part)}</tspan>`;
  });
  return (
    `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${colour}" stroke="${look.paper}" ` +
    `stroke-width="3" stroke-linejoin="round" paint-order="stroke">${spans.join("")}</text>`
  );
}
