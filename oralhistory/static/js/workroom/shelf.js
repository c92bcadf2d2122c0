// Recordings made in this browser, kept on this device (IndexedDB) until the archive has them.
//
// A piece lies under [recording, first byte], so that any stretch of bytes is found without reading what is before.

import { database, done } from "./device.js";

const GATHER = 256 * 1024; // bytes that are worth a request at once …
const GATHER_MS = 5000; // … and how long fewer wait for more

// Strict: it is on the disk when the work is done.
const within = database("recordings-made-here", { recordings: { keyPath: "id" }, pieces: {} }, { durability: "strict" });

function all(id) {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

export function begin(recording) {
  return within("readwrite", (recordings) => done(recordings.add(recording)));
}

/** Put the next piece behind what is there, and what is known of the whole beside it. */
export function append(recording, bytes, start) {
  return within("readwrite", (recordings, pieces) => {
    pieces.add(bytes, [recording.id, start]);
    return done(recordings.put(recording));
  });
}

export function note(recording) {
  return within("readwrite", (recordings) => done(recordings.put(recording)));
}

export function remove(id) {
  return within("readwrite", (recordings, pieces) => {
    pieces.delete(all(id));
    return done(recordings.delete(id));
  });
}

/** What lies here for one interview, oldest first. */
export async function of(endpoint) {
  const everything = await within("readonly", (recordings) => done(recordings.getAll()));
  return everything.filter((each) => each.endpoint === endpoint).sort((a, b) => a.begun - b.begun);
}

/** The bytes from `start` to at most `end` that are here. */
export function read(id, start, end) {
  return within("readonly", async (_, pieces) => {
    const before = await done(pieces.openKeyCursor(IDBKeyRange.bound([id, 0], [id, start]), "prev"));
    if (!before) return new Blob([]);
    const first = before.key[1];
    const found = await done(pieces.getAll(IDBKeyRange.bound([id, first], [id, end], false, true)));
    return new Blob(found).slice(start - first, end - first);
  });
}

/** What a sender takes from, while the recording may still grow: `grown()` when it has, or has ended. */
export class Source {
  size = null; // not known until it has ended

  #waiting = null;
  #taken = -Infinity; // when something was taken last

  constructor(recording) {
    this.recording = recording;
  }

  grown() {
    if (this.#enough) this.#waiting?.resolve();
  }

  get #enough() {
    const there = this.recording.size - (this.#waiting?.start ?? 0);
    return this.recording.ended || there >= GATHER || (there > 0 && performance.now() - this.#taken > GATHER_MS);
  }

  async slice(start, end) {
    const { recording } = this;
    const waiting = { start };
    const ready = new Promise((resolve) => { waiting.resolve = resolve; });
    this.#waiting = waiting;
    this.grown();
    await ready;
    this.#taken = performance.now();
    const last = Math.min(end, recording.size);
    const complete = recording.ended && last === recording.size;
    return { value: await read(recording.id, start, last), done: complete };
  }

  close() {}
}
