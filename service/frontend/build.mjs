// Builds the scripts of src/ and the fonts into service/static, and lists the licences of what is
// built in. Run by `make assets`; what it writes is committed, so that kzop installs without npm.
import { build } from "esbuild";
import subsetFont from "subset-font";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "static");
const FONT = "@expo-google-fonts/golos-text";
const WEIGHTS = ["400Regular", "600SemiBold"];
// One file a weight for Kazakh, Russian and English: of a font in parts, one that comes late would
// change letters in the middle of a word.
const RANGES = [
  [0x20, 0x7e], [0xa0, 0xff], [0x400, 0x45f], [0x490, 0x4ff], [0x2010, 0x2027], [0x2030, 0x203a],
  [0x20ac, 0x20ac], [0x20b8, 0x20b8], [0x2116, 0x2122], [0x2190, 0x2199], [0x2212, 0x2212],
];
const FREE = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "MIT AND OFL-1.1"];

const scripts = (await readdir(join(here, "src"))).filter((name) => name.endsWith(".js")).sort();
await rm(join(target, "js"), { recursive: true, force: true }); // shared parts change their names
const result = await build({
  absWorkingDir: here,
  entryPoints: scripts.map((name) => `src/${name}`),
  outdir: join(target, "js"),
  bundle: true,
  splitting: true, // what two scripts share, the drawing above all, is built and fetched once
  chunkNames: "shared-[hash]",
  charset: "utf8",
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
});

await mkdir(join(target, "fonts"), { recursive: true });
let letters = "";
for (const [first, last] of RANGES) {
  for (let code = first; code <= last; code += 1) letters += String.fromCodePoint(code);
}
for (const weight of WEIGHTS) {
  const name = `GolosText_${weight}`;
  const whole = await readFile(join(here, "node_modules", FONT, weight, `${name}.ttf`));
  const part = await subsetFont(whole, letters, { targetFormat: "woff2" });
  await writeFile(join(target, "fonts", `${name}.woff2`), part);
}

const packages = new Set([FONT]);
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
let listed = "What is built into the scripts and fonts of kzop's pages, with its licence.\n";
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (!FREE.includes(license)) throw new Error(`${name} has licence ${license}: ship no such thing`);
  const files = (await readdir(folder)).filter((entry) => /^licen[cs]e/i.test(entry)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const text = texts.join("\n\n") || `(${license})`;
  listed += `\n${"=".repeat(72)}\n${name} ${version} (${license})\n\n${text.trim()}\n`;
}
await writeFile(join(target, "licences.txt"), listed);
