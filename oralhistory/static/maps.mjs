// Draws the two outlines that the map page lays circles over, from Natural Earth (public domain) as the npm
// package `world-atlas` has it (TopoJSON, ISC license). Plate carrée: x is the longitude, y the latitude turned over,
// so that a page needs no projection of its own.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ATLAS = resolve(dirname(fileURLToPath(import.meta.url)), "../../node_modules/world-atlas");
// [file, west, north, east, south, points to a degree, smallest ring in square degrees]. The templates name the same edges.
const MAPS = {
  latin_america: ["countries-50m.json", -120, 34, -32, -57, 20, 0.015],
  world: ["countries-110m.json", -180, 84, 180, -60, 10, 0.3],
};

export async function makeMaps(folder) {
  await mkdir(folder, { recursive: true });
  const made = [];
  for (const [name, [file, west, north, east, south, fineness, smallest]] of Object.entries(MAPS)) {
    const atlas = JSON.parse(await readFile(resolve(ATLAS, file), "utf8"));
    const rings = ringsOf(atlas)
      .flatMap(unwrapped)
      .filter((ring) => overlaps(ring, west, north, east, south) && area(ring) >= smallest)
      .map((ring) => drawn(ring, [west, north, east, south], fineness));
    const path = resolve(folder, `${name}.svg`);
    const box = `${west} ${-north} ${east - west} ${north - south}`;
    await writeFile(
      path,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}"><path id="land" vector-effect="non-scaling-stroke" d="${rings.join("")}"/></svg>\n`,
    );
    made.push(path);
  }
  return made;
}

function ringsOf({ arcs, transform, objects }) {
  const lines = arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return [x * transform.scale[0] + transform.translate[0], y * transform.scale[1] + transform.translate[1]];
    });
  });
  const line = (at) => (at < 0 ? [...lines[~at]].reverse() : lines[at]);
  const ring = (indexes) => indexes.flatMap((at, number) => (number ? line(at).slice(1) : line(at)));
  return objects.countries.geometries.flatMap(({ type, arcs: parts }) =>
    (type === "Polygon" ? [parts] : parts).flatMap((polygon) => polygon.map(ring)),
  );
}

// A ring that crosses the 180th meridian is drawn at both edges.
function unwrapped(ring) {
  let shift = 0;
  const whole = ring.map(([x, y], at) => {
    const step = at ? x - ring[at - 1][0] : 0;
    if (step > 180) shift -= 360;
    if (step < -180) shift += 360;
    return [x + shift, y];
  });
  const longitudes = whole.map(([x]) => x);
  const [least, most] = [Math.min(...longitudes), Math.max(...longitudes)];
  if (most <= 180 && least >= -180) return [whole];
  return [whole, whole.map(([x, y]) => [x + (most > 180 ? -360 : 360), y])];
}

function overlaps(ring, west, north, east, south) {
  return ring.some(([x, y]) => x >= west && x <= east && y <= north && y >= south);
}

function area(ring) {
  let twice = 0;
  ring.forEach(([x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length];
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

// What lies far outside the frame is drawn with fewer points: nobody sees it.
function drawn(ring, [west, north, east, south], fineness) {
  const fixed = (value) => String(Math.round(value * fineness) / fineness);
  const points = [];
  for (const [x, y] of ring) {
    const [nearX, nearY] = [Math.min(east + 4, Math.max(west - 4, x)), Math.min(north + 4, Math.max(south - 4, y))];
    const point = `${fixed(nearX)} ${fixed(-nearY)}`;
    if (points.at(-1) !== point) points.push(point);
  }
  return `M${points.join("L")}Z`;
}
