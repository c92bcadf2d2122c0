// Sizes, paces and times as the reader's language writes them.

const language = document.documentElement.lang;
const units = new Map();

function unit(value, name, digits = 0) {
  const key = `${name}${digits}`;
  if (!units.has(key)) {
    units.set(key, new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits }));
  }
  return units.get(key).format(value);
}

export function size(bytes) {
  if (bytes >= 1e9) return unit(bytes / 1e9, "gigabyte", 2);
  return bytes >= 1e6 ? unit(bytes / 1e6, "megabyte", bytes < 1e7 ? 1 : 0) : unit(Math.ceil(bytes / 1e3), "kilobyte");
}

export function pace(bytesPerSecond) {
  return bytesPerSecond >= 1e6
    ? unit(bytesPerSecond / 1e6, "megabyte-per-second", 1)
    : unit(bytesPerSecond / 1e3, "kilobyte-per-second");
}

export function span(seconds) {
  if (seconds < 90) return unit(Math.max(1, Math.round(seconds)), "second");
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? unit(minutes, "minute") : `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}

export function share(part, whole) {
  return new Intl.NumberFormat(language, { style: "percent" }).format(whole ? Math.floor((100 * part) / whole) / 100 : 0);
}

/** How fast something moves, by what it did in the last ten seconds. */
export class Pace {
  #seen = [];

  /** Bytes a second; null while there is too little to say. */
  at(total) {
    const now = performance.now();
    if (this.#seen.length && total < this.#seen.at(-1)[1]) this.#seen = [];
    this.#seen.push([now, total]);
    while (now - this.#seen[0][0] > 10_000) this.#seen.shift();
    const [since, from] = this.#seen[0];
    return now - since < 800 || total === from ? null : ((total - from) * 1000) / (now - since);
  }

  forget() {
    this.#seen = [];
  }
}
