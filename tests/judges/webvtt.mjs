// node webvtt.mjs FILE…: what the W3C's parser says of captions.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { WebVTTParser } = createRequire(import.meta.url)("webvtt-parser");
let wrong = 0;
for (const file of process.argv.slice(2)) {
  const { cues, errors } = new WebVTTParser().parse(readFileSync(file, "utf8"), "subtitles/captions/descriptions");
  console.log(`${file}: ${cues.length} cues, ${errors.length} errors`);
  for (const { line, col, message } of errors) console.log(`  ${line}:${col ?? ""} ${message}`);
  wrong += errors.length;
}
process.exit(wrong ? 1 : 0);
