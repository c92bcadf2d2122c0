/** "2:18", "1:02:03": a moment as people say it. */
export function clock(ms) {
  const whole = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Milliseconds of "754.2", "12:34", "1:02:03" or "#t=754.2"; null for anything else. */
export function parseTime(text) {
  const found = /^#?(?:t=)?(?:npt:)?(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)s?$/.exec(text.trim());
  if (!found) return null;
  const [, h = 0, m = 0, s] = found;
  return Math.round(((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000);
}

/** {start, end} of "#t=754.2,760", in milliseconds; `end` is null of a moment. Null for anything else. */
export function parseSpan(text) {
  const [first, last, more] = text.split(",");
  const start = parseTime(first);
  const end = last === undefined ? null : parseTime(last);
  if (start === null || more !== undefined || (last !== undefined && !(end > start))) return null;
  return { start, end };
}

/** A moment or a stretch as a media fragment says it: "t=754.2,760". */
export function fragment(start, end) {
  const seconds = (ms) => String(Math.round(ms) / 1000);
  return end === null ? `t=${seconds(start)}` : `t=${seconds(start)},${seconds(end)}`;
}

/** The last of `items`, sorted by `start`, that begins at or before `ms`; -1 for none. */
export function lastBefore(items, ms) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].start <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
