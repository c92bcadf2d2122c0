// The text of a recording as it stands in this browser: segments in order, and what edits make of them.
//
// What an edit does here is what the archive will do, but for the times of new words, which its answer brings.
// A segment is never changed in place: what it was before can be put back.
import { lastBefore } from "../../clock.js";

const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/; // as Python splits
const ALPHABET = "23456789bcdfghjkmnpqrstvwxz"; // lib/ids.py
const SHORTEST = 100;
const ROOM = 400;
const LISTS = ["words", "unsure", "cut", "mentions", "heard", "flags"];

export const words = (text) => text.split(BLANKS).filter(Boolean);
export const plain = (text) => words(text).join(" ");

function random(length) {
  let made = "";
  while (made.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 243 && made.length < length) made += ALPHABET[byte % 27];
    }
  }
  return made;
}

export const newCode = () => random(24);
export const newCue = () => random(8);

/** With empty lists for what was not sent. */
export function whole(segment) {
  for (const name of LISTS) segment[name] ??= [];
  segment.speaker ??= "";
  segment.voice ??= "";
  return segment;
}

export class Text {
  constructor(segments) {
    this.segments = segments.map(whole);
    this.changed();
  }

  changed() {
    this.places = null;
    this.revision = (this.revision ?? 0) + 1;
  }

  place(cue) {
    this.places ??= new Map(this.segments.map((segment, place) => [segment.cue, place]));
    return this.places.get(cue) ?? -1;
  }

  of(cue) {
    return this.segments[this.place(cue)] ?? null;
  }

  beside(cue, by) {
    const place = this.place(cue);
    return place < 0 ? null : this.segments[place + by] ?? null;
  }

  at(ms) {
    return this.segments[lastBefore(this.segments, ms)] ?? null;
  }

  /** What an edit makes of the text: the segments before and after. Null where it can do nothing. */
  outcome(edit) {
    const segment = this.of(edit.cue);
    const make = {
      text: () => one(segment, reworded(segment, edit.text)),
      split: () => one(segment, ...split(segment, edit)),
      merge: () => this.merged(segment),
      insert: () => this.inserted(segment, edit),
      delete: () => ({ before: [segment], after: [] }),
      boundary: () => this.moved(segment, edit),
      speaker: () => this.spoken(edit),
    }[edit.kind];
    return !segment && edit.kind !== "speaker" && !(edit.kind === "insert" && !edit.cue) ? null : make();
  }

  /** Put segments in the place of others. */
  swap(before, after) {
    const stays = new Set(after.map(({ cue }) => cue));
    const gone = new Set(before.map(({ cue }) => cue).filter((cue) => !stays.has(cue)));
    if (gone.size) {
      this.segments = this.segments.filter(({ cue }) => !gone.has(cue));
      this.changed();
    }
    for (const segment of after) {
      const place = this.place(segment.cue);
      if (place >= 0) this.segments[place] = segment;
      else this.insert(segment);
    }
    this.revision += 1;
  }

  insert(segment) {
    const place = segment.follows === undefined ? -1 : this.place(segment.follows);
    const at = place >= 0 ? place : lastBefore(this.segments, segment.start);
    this.segments.splice(at + 1, 0, segment);
    this.changed();
  }

  remove(cues) {
    const gone = new Set(cues);
    if (!this.segments.some(({ cue }) => gone.has(cue))) return;
    this.segments = this.segments.filter(({ cue }) => !gone.has(cue));
    this.changed();
  }

  merged(first) {
    const second = this.beside(first.cue, 1);
    if (!second) return null;
    const shift = second.start - first.start;
    const beyond = first.text.length + 1;
    const after = { ...first, text: `${first.text} ${second.text}`, end: Math.max(first.end, second.end) };
    after.words = [...first.words, ...second.words.map((each, at) => each + (at % 3 ? shift : beyond))];
    for (const name of ["unsure", "cut", "mentions", "heard"]) {
      after[name] = [...first[name], ...second[name].map(([start, end, ...rest]) => [start + beyond, end + beyond, ...rest])];
    }
    after.flags = [...new Set([...first.flags, ...second.flags])];
    return { before: [first, second], after: [after] };
  }

  inserted(before, edit) {
    const after = before ? this.beside(before.cue, 1) : this.segments[0];
    let [left, right] = [before?.end ?? 0, after?.start ?? (before?.end ?? 0) + ROOM];
    const states = [before, after].filter(Boolean);
    const given = new Map(states.map((state) => [state.cue, state]));
    const lacking = ROOM - (right - left);
    if (lacking > 0 && before && spare(before) > 0) {
      left -= Math.min(lacking, spare(before));
      given.set(before.cue, timed(before, before.start, left));
    }
    if (ROOM - (right - left) > 0 && after && spare(after) > 0) {
      right += Math.min(ROOM - (right - left), spare(after));
      given.set(after.cue, timed(after, right, after.end));
    }
    const made = whole({ cue: edit.new_cue, start: left, end: right, text: "", language: (before ?? after)?.language, speaker: edit.speaker, hand: true });
    return { before: states, after: [...given.values(), reworded(made, edit.text)].sort((a, b) => a.start - b.start) };
  }

  moved(segment, { edge, at_ms: wanted }) {
    const neighbor = this.beside(segment.cue, edge === "start" ? -1 : 1);
    let [start, end] = [segment.start, segment.end];
    let beside = neighbor;
    if (edge === "start") {
      const limit = neighbor ? neighbor.start + least(neighbor) : 0;
      start = Math.min(Math.max(wanted, limit), end - least(segment));
      if (neighbor && (neighbor.end >= segment.start || start < neighbor.end)) beside = timed(neighbor, neighbor.start, start);
    } else {
      end = Math.max(wanted, start + least(segment));
      if (neighbor) end = Math.min(end, neighbor.end - least(neighbor));
      if (neighbor && (neighbor.start <= segment.end || end > neighbor.start)) beside = timed(neighbor, end, neighbor.end);
    }
    if (end - start < 1) return null;
    const [before, after] = [[segment, neighbor], [timed(segment, start, end), beside]].map((each) => each.filter(Boolean));
    return { before, after };
  }

  spoken({ cues, speaker }) {
    const before = cues.map((cue) => this.of(cue)).filter(Boolean);
    return { before, after: before.map((segment) => ({ ...segment, speaker })) };
  }
}

const one = (before, ...after) => ({ before: [before], after });
const least = ({ start, end, words: own }) => Math.min(Math.max(SHORTEST, own.length / 3), end - start);
const spare = (segment) => segment.end - segment.start - least(segment);

function timed(segment, start, end) {
  const shift = segment.start - start;
  const most = end - start;
  const fit = (ms) => Math.min(Math.max(0, ms + shift), most);
  return { ...segment, start, end, words: segment.words.map((each, at) => (at % 3 ? fit(each) : each)) };
}

function split(segment, { place, new_cue: cue, at_ms: at }) {
  const [first, second] = [plain(segment.text.slice(0, place)), plain(segment.text.slice(place))];
  const from = segment.text.length - second.length;
  const parts = [{ ...segment, text: first, end: at }, { ...segment, cue, text: second, start: at }];
  const shift = at - segment.start;
  parts[0].words = [];
  parts[1].words = [];
  for (let word = 0; word < segment.words.length; word += 3) {
    const [start, begins, ends] = segment.words.slice(word, word + 3);
    if (start < from) parts[0].words.push(start, begins, ends);
    else parts[1].words.push(start - from, Math.max(0, begins - shift), Math.max(0, ends - shift));
  }
  for (const name of ["unsure", "cut", "mentions", "heard"]) {
    parts[0][name] = segment[name].filter(([, end]) => end <= first.length);
    parts[1][name] = segment[name].filter(([start]) => start >= from).map(([start, end, ...rest]) => [start - from, end - from, ...rest]);
  }
  return parts;
}

/** With another text: the words at either end that are still there keep their times, those between share what is left. */
export function reworded(segment, given) {
  const text = plain(given);
  const [old, tokens] = [words(segment.text), words(text)];
  let [left, right] = [0, 0];
  while (left < old.length && left < tokens.length && old[left] === tokens[left]) left += 1;
  while (right < old.length - left && right < tokens.length - left && old.at(-1 - right) === tokens.at(-1 - right)) right += 1;
  const known = segment.words.length === 3 * old.length;
  const time = (word, which) => segment.words[3 * word + which];
  const length = segment.end - segment.start;
  const begins = known && left ? time(left - 1, 2) : 0;
  const ends = known && right ? time(old.length - right, 1) : length;
  const between = tokens.length - left - right;
  const made = [];
  let place = 0;
  tokens.forEach((token, at) => {
    if (known && at < left) made.push(place, time(at, 1), time(at, 2));
    else if (known && at >= tokens.length - right) made.push(place, time(at - tokens.length + old.length, 1), time(at - tokens.length + old.length, 2));
    else {
      const step = Math.max(0, ends - begins) / Math.max(1, between);
      made.push(place, Math.round(begins + (at - left) * step), Math.round(begins + (at - left + 1) * step));
    }
    place += token.length + 1;
  });
  return { ...segment, ...carried(segment, text), text, words: made, hand: true };
}

/** What is marked goes along as long as nothing was changed in it. */
function carried(segment, text) {
  const old = segment.text;
  let [left, right] = [0, 0];
  while (left < old.length && left < text.length && old[left] === text[left]) left += 1;
  while (right < old.length - left && right < text.length - left && old.at(-1 - right) === text.at(-1 - right)) right += 1;
  const shift = text.length - old.length;
  const found = {};
  for (const name of ["unsure", "cut", "mentions", "heard"]) {
    found[name] = segment[name].flatMap(([start, end, ...rest]) => {
      if (end <= left) return [[start, end, ...rest]];
      return start >= old.length - right ? [[start + shift, end + shift, ...rest]] : [];
    });
  }
  return found;
}

/** The moment of the word at a character, in the recording's time. */
export function momentOf(segment, place) {
  let ms = segment.start;
  for (let word = 0; word < segment.words.length && segment.words[word] <= place; word += 3) ms = segment.start + segment.words[word + 1];
  return ms;
}

/** [first character, first after it] of the word said at a moment; null before the first. */
export function wordAt(segment, ms) {
  let found = -1;
  for (let word = 0; word < segment.words.length && segment.start + segment.words[word + 1] <= ms; word += 3) found = word;
  if (found < 0) return null;
  const start = segment.words[found];
  const blank = segment.text.slice(start).search(/\s/);
  return [start, blank < 0 ? segment.text.length : start + blank];
}
