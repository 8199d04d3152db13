// Long names in a few short lines. Names of provisions begin alike and end in what tells them apart
// ("…, 10-бап, 2-тармақ"), so what is left out is their middle.
const WIDTH = 26;
const MOST = 3;

/** Return `text` in at most three lines of about 26 characters. */
export function lines(text) {
  const found = [];
  for (const word of text.trim().split(/\s+/)) {
    for (let rest = word; rest; ) {
      const last = found.at(-1);
      if (last !== undefined && last.length + 1 + rest.length <= WIDTH) {
        found[found.length - 1] = `${last} ${rest}`;
        rest = "";
      } else {
        found.push(rest.slice(0, WIDTH));
        rest = rest.slice(WIDTH);
      }
    }
  }
  if (found.length <= MOST) return found;
  return [`${found[0]} …`, ...found.slice(1 - MOST)];
}
