// The fonts of what is printed: OpenType files, unpacked from the WOFF files that npm has.
//
// WOFF 1 is the same tables, each deflated by itself; the program that sets our PDFs reads them plain.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { inflateSync } from "node:zlib";

const SERIF = ["400-normal", "400-italic", "700-normal"];
const SANS = ["400-normal", "400-italic", "500-normal", "700-normal"];
const SCRIPTS = ["latin", "latin-ext"];
const HEADER = 44;
const ENTRY = 20;

/** The file that a WOFF was made from. */
function unpacked(woff) {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("not a WOFF");
  const count = woff.readUInt16BE(12);
  const directory = Buffer.alloc(12 + 16 * count);
  const power = Math.floor(Math.log2(count));
  woff.copy(directory, 0, 4, 8);
  [count, 16 * 2 ** power, power, 16 * (count - 2 ** power)].forEach((value, at) => directory.writeUInt16BE(value, 4 + 2 * at));
  const tables = [directory];
  let end = directory.length;
  for (let number = 0; number < count; number += 1) {
    const from = HEADER + ENTRY * number;
    const [start, packed, length] = [4, 8, 12].map((at) => woff.readUInt32BE(from + at));
    const stored = woff.subarray(start, start + packed);
    const table = packed < length ? inflateSync(stored) : stored;
    const to = 12 + 16 * number;
    woff.copy(directory, to, from, from + 4); // its name
    woff.copy(directory, to + 4, from + 16, from + 20); // its checksum
    directory.writeUInt32BE(end, to + 8);
    directory.writeUInt32BE(length, to + 12);
    const padding = Buffer.alloc((4 - (length % 4)) % 4);
    tables.push(table, padding);
    end += length + padding.length;
  }
  return Buffer.concat(tables);
}

/** Write them into `folder`. Returns their paths. */
export async function makePrintFonts(folder) {
  const find = createRequire(import.meta.url);
  await mkdir(folder, { recursive: true });
  const wanted = [["alegreya", SERIF], ["alegreya-sans", SANS]].flatMap(([family, cuts]) =>
    SCRIPTS.flatMap((script) => cuts.map((cut) => ({ family, file: `${family}-${script}-${cut}.woff` }))));
  return Promise.all(wanted.map(async ({ family, file }) => {
    const source = join(dirname(find.resolve(`@fontsource/${family}/package.json`)), "files", file);
    const path = join(folder, `${basename(file, ".woff")}.ttf`);
    await writeFile(path, unpacked(await readFile(source)));
    return path;
  }));
}
