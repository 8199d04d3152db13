// The shape of each kind of thing, the same on the canvas, in an SVG file and in a legend: a list of
// x, y, … of the corners, from -1 to 1 (y goes down); no list is a circle. Kinds: service/things/kinds.py.
const SVG = "http://www.w3.org/2000/svg";

const regular = (corners, turn = -90) =>
  Array.from({ length: corners }, (_, i) => ((turn + (360 / corners) * i) * Math.PI) / 180).flatMap(
    (angle) => [Math.cos(angle), Math.sin(angle)],
  );
const star = regular(5).flatMap((_, i, points) =>
  i % 2 ? [] : [points[i], points[i + 1], ...inner(i / 2)],
);

function inner(i) {
  const angle = ((-90 + 36 + 72 * i) * Math.PI) / 180;
  return [0.5 * Math.cos(angle), 0.5 * Math.sin(angle)];
}

export const POINTS = {
  act: [-0.8, -1, 0.3, -1, 0.8, -0.5, 0.8, 1, -0.8, 1], // a sheet with a corner turned down
  provision: [-1, -0.55, 1, -0.55, 1, 0.55, -1, 0.55],
  norm: [0, -1, 1, 0, 0, 1, -1, 0],
  penalty: regular(8, -67.5),
  age: regular(5),
  body: [-1, 1, -1, -0.3, 0, -1, 1, -0.3, 1, 1], // a house
  party: null,
  place: [-0.9, -1, 0.9, -1, 0, 1],
  measure: [-1, -0.7, 0.4, -0.7, 1, 0, 0.4, 0.7, -1, 0.7], // an arrow
  statistic: [-1, 1, -1, 0.2, -0.33, 0.2, -0.33, -0.4, 0.33, -0.4, 0.33, -1, 1, -1, 1, 1], // steps
  citation: star,
  other: [-0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.85],
};

/** Return the corners of a kind as `[x, y]`, or null for a circle. */
export function corners(kind) {
  const points = kind in POINTS ? POINTS[kind] : POINTS.other;
  return points && points.flatMap((x, i) => (i % 2 ? [] : [[x, points[i + 1]]]));
}

/** Return an <svg> element with the shape of a kind, for a legend; its fill is the colour `--k`. */
export function icon(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-1.1 -1.1 2.2 2.2");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `shape kind-${kind}`);
  const found = corners(kind);
  const shape = document.createElementNS(SVG, found ? "polygon" : "circle");
  if (found) shape.setAttribute("points", found.map((point) => point.join(",")).join(" "));
  else shape.setAttribute("r", "1");
  svg.append(shape);
  return svg;
}
