// Words compared as people type them: without case, and look-alike letters of two alphabets as one.
const ALIKE = Object.fromEntries([..."aаeеoоpрcсxхyуiіkкmмtтhһəә"].reduce((pairs, letter, i, all) => (i % 2 ? pairs : [...pairs, [letter, all[i + 1]]]), []));

export function fold(text) {
  return text.toLowerCase().replace(/[aeopcxyikmthə]/g, (letter) => ALIKE[letter]);
}

// Whether a word of the label begins as was typed: 2 the first word, 1 another, 0 none.
export function begins(label, typed) {
  const folded = fold(label);
  if (folded.startsWith(typed)) return 2;
  return folded.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(typed)) ? 1 : 0;
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
