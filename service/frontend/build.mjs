// Builds the scripts of src/ and the fonts into service/static, and lists the licences of what is
// built in. Run by `make assets`; what it writes is committed, so that kzop installs without npm.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "static");
const FONT = "@fontsource-variable/golos-text";
const PARTS = ["cyrillic", "cyrillic-ext", "latin"];
const FREE = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "OFL-1.1"];

const scripts = (await readdir(join(here, "src"))).filter((name) => name.endsWith(".js")).sort();
const result = await build({
  absWorkingDir: here,
  entryPoints: scripts.map((name) => `src/${name}`),
  outdir: join(target, "js"),
  bundle: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
});

await mkdir(join(target, "fonts"), { recursive: true });
for (const part of PARTS) {
  const name = `golos-text-${part}-wght-normal.woff2`;
  await copyFile(join(here, "node_modules", FONT, "files", name), join(target, "fonts", name));
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
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(folder, file), "utf8") : `(${license})\n`;
  listed += `\n${"=".repeat(72)}\n${name} ${version} (${license})\n\n${text.trim()}\n`;
}
await writeFile(join(target, "licences.txt"), listed);
