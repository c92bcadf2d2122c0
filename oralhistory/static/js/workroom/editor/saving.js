// Edits on their way to the archive: kept on this device first, sent in order, sent again until they are answered.
import { ask, renewToken, Trouble } from "../asking.js";
import * as drafts from "./drafts.js";

const MOST = 200; // in one request
const AGAIN = 4000; // ms until another try
const ALONE = 10_000; // ms between two beats …
const TOGETHER = 2500; // … while somebody else is here

export class Saving {
  /** `heard(answer, sent)` takes what the archive says; `show(state)` how it stands. */
  constructor({ address, owner, user, heard, show, here }) {
    Object.assign(this, { address, owner, user, heard, show, here, queue: [], keys: new Map(), number: 0, version: 0 });
    this.times = []; // ms of each save, for whoever measures
    this.company = false;
    for (const name of ["online", "focus"]) addEventListener(name, () => this.flush());
    document.addEventListener("visibilitychange", () => this.flush());
    addEventListener("pagehide", () => this.leave());
  }

  get isClear() {
    return !this.queue.length && !this.sending;
  }

  isPending(cue) {
    return this.queue.some((edit) => edit.touches.includes(cue));
  }

  /** `touches`: the cues that an edit speaks of, so that no older answer overwrites them. */
  async add(edit) {
    this.queue.push(edit);
    this.flush();
    try {
      const key = await drafts.keep(this.owner, edit);
      if (this.queue.includes(edit) || edit.conflict) this.keys.set(edit.code, key);
      else await drafts.forget([key]);
    } catch {
      /* no storage here: the archive alone keeps it */
    }
  }

  /** What was left behind by a page that is gone. */
  takeUp(found) {
    for (const [key, edit] of found) {
      this.keys.set(edit.code, key);
      this.queue.push(edit);
    }
  }

  forget(code) {
    const key = this.keys.get(code);
    this.keys.delete(code);
    if (key !== undefined) drafts.forget([key]).catch(() => {});
  }

  begin() {
    this.flush(true);
  }

  async flush(beat = false) {
    if (this.sending) {
      this.once = true;
      return this.sending;
    }
    if (!this.queue.length && !beat) return null;
    this.sending = this.send();
    try {
      await this.sending;
    } finally {
      this.sending = null;
    }
    const more = this.once && this.queue.length && !this.failed;
    this.once = false;
    this.plan();
    return more ? this.flush() : null;
  }

  plan() {
    clearTimeout(this.timer);
    const wait = this.failed ? AGAIN : this.company ? TOGETHER : ALONE;
    this.timer = setTimeout(() => this.flush(document.visibilityState === "visible" || this.queue.length > 0), wait);
  }

  async send() {
    const sent = this.queue.slice(0, MOST);
    if (sent.length) this.show("saving");
    const begun = performance.now();
    const body = { number: this.number, version: this.version, user: this.user, cue: this.here(), edits: sent.map(outward) };
    try {
      const answer = await (await this.asked(JSON.stringify(body))).json();
      if (sent.length) this.times.push(performance.now() - begun);
      this.failed = false;
      this.settle(sent, answer);
      this.show(this.queue.length ? "saving" : "saved");
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      this.failed = true;
      this.show(trouble.status === 401 ? "logged-out" : [0, 408, 429].includes(trouble.status) || trouble.status >= 500 ? "offline" : "refused");
    }
  }

  async asked(body) {
    try {
      return await ask("POST", this.address, body);
    } catch (trouble) {
      if (trouble.status !== 403) throw trouble;
      await renewToken(); // somebody has logged in again
      return ask("POST", this.address, body);
    }
  }

  settle(sent, answer) {
    const said = new Map(answer.answers.map((each) => [each.code, each]));
    this.queue = this.queue.filter((edit) => !said.has(edit.code));
    for (const edit of sent) {
      const { why } = said.get(edit.code);
      if (why) edit.conflict = why;
      else this.forget(edit.code);
    }
    this.company = answer.others.length > 0;
    this.heard(answer, sent);
  }

  /** The page goes: what is on its way may still arrive. */
  leave() {
    clearTimeout(this.timer);
  }
}

function outward({ touches, conflict, compared, ...edit }) {
  return edit;
}
