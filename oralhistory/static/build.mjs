// Bundles our CSS and JavaScript, with what they take from npm, into `dist/`.
//
//   npm run build      once
//   npm run watch      again at every change
//
// An entry is a file named below, whose name it keeps: `js/main.js` becomes `dist/main.js`.
// No hash in a name: Django's manifest storage adds one when it collects the static files.
import { readdir, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { makeMaps } from "./maps.mjs";
import { makePrintFonts } from "./print_fonts.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const watch = process.argv.includes("--watch");

const options = {
  absWorkingDir: here,
  entryPoints: [
    ...["js/main.js", "js/workroom.js", "js/bring_in.js", "js/passkeys.js", "js/embed.js", "js/workroom/digest.worker.js"],
    ...["css/main.css", "css/embed.css", "css/workroom.css"],
  ],
  entryNames: "[name]",
  assetNames: "fonts/[name]",
  outdir: "dist",
  bundle: true,
  minify: !watch,
  sourcemap: watch,
  format: "esm",
  // The oldest browsers with `light-dark()`, which the look needs; esbuild leaves it as it is.
  target: ["chrome123", "firefox120", "safari17.5"],
  loader: { ".woff2": "file", ".svg": "file" },
  legalComments: "linked",
  metafile: true,
  logLevel: watch ? "info" : "warning",
};

if (watch) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  const { metafile } = await esbuild.build(options).catch(() => process.exit(1)); // it has said why
  // What an earlier build left goes only now: a build that failed leaves the pages as they were.
  const printed = await makePrintFonts(resolve(here, "dist/print"));
  const maps = await makeMaps(resolve(here, "dist/maps"));
  const made = new Set([...Object.keys(metafile.outputs).map((path) => resolve(here, path)), ...printed, ...maps]);
  for (const entry of await readdir(resolve(here, "dist"), { recursive: true, withFileTypes: true })) {
    const path = resolve(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !made.has(path)) await rm(path);
  }
}
