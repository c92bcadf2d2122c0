// What was written and is not yet on the server, kept on this device (IndexedDB) until it is; gone at log-out.
//
// A page holds a lock as long as it lives: what belongs to a page without one is taken up by the next that is opened.

import { database, done } from "../device.js";

export const tab = crypto.randomUUID();
const within = database("transcript-drafts", { edits: { autoIncrement: true }, typing: {} });

/** This page lives. */
export function live() {
  navigator.locks?.request(`transcript ${tab}`, () => new Promise(() => {}));
}

async function living() {
  const locks = await navigator.locks?.query();
  return new Set((locks?.held ?? []).map(({ name }) => name.replace("transcript ", "")));
}

export function keep(owner, edit) {
  return within("readwrite", (edits) => done(edits.add({ owner, tab, edit })), { atOnce: true });
}

export function change(key, owner, edit) {
  return within("readwrite", (edits) => done(edits.put({ owner, tab, edit }, key)));
}

export function forget(keys) {
  return within("readwrite", (edits) => Promise.all(keys.map((key) => done(edits.delete(key)))));
}

/** What is being written at this moment; null when it has become an edit. */
export function typing(owner, draft) {
  return within("readwrite", (_, drafts) => done(draft ? drafts.put({ ...draft, owner, tab }, tab) : drafts.delete(tab)), { atOnce: true });
}

/** What other pages left behind: edits as [key, edit] in their order, and what was being written. They are ours now. */
export async function leftBehind(owner) {
  const alive = await living();
  const isLeft = (each) => each.owner === owner && each.tab !== tab && !alive.has(each.tab);
  return within("readwrite", async (edits, drafts) => {
    const [keys, values, written, holders] = await Promise.all([
      done(edits.getAllKeys()), done(edits.getAll()), done(drafts.getAll()), done(drafts.getAllKeys()),
    ]);
    const found = values.flatMap((value, at) => (isLeft(value) ? [[keys[at], value.edit]] : []));
    for (const [key, edit] of found) edits.put({ owner, tab, edit }, key);
    const texts = written.filter(isLeft);
    holders.forEach((key, at) => { if (isLeft(written[at])) drafts.delete(key); });
    return { edits: found, texts };
  });
}

/** Pages that still live, and that hold something: `taken` is called once each of them has gone. One that is closed and opened
 * again at once is still among the living. */
export async function whenGone(owner, taken) {
  const all = await within("readonly", (edits, drafts) => Promise.all([done(edits.getAll()), done(drafts.getAll())]));
  const others = new Set(all.flat().filter((each) => each.owner === owner && each.tab !== tab).map((each) => each.tab));
  for (const other of others) navigator.locks?.request(`transcript ${other}`, taken);
}

export async function isAny() {
  return within("readonly", async (edits, drafts) => (await done(edits.count())) + (await done(drafts.count())) > 0);
}

/** Nothing of anybody stays on this device. */
export function clear() {
  return within("readwrite", (edits, drafts) => Promise.all([done(edits.clear()), done(drafts.clear())]));
}
