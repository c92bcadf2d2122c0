// A recording that lies in this browser: sent while it grows or afterwards, and here until the archive keeps it.
import { clock } from "../clock.js";
import { share, size } from "./amounts.js";
import { Trouble } from "./asking.js";
import { stayFor } from "./awake.js";
import { Digest } from "./digest.js";
import { Sending } from "./sending.js";
import * as shelf from "./shelf.js";
import { show, slot, sure } from "./stating.js";

const READ = 4 * 1024 * 1024; // bytes at once, where a digest is counted of what lies here
const ON_ITS_WAY = ["sending", "broken", "held", "logged-out", "checking"];

export class MadeHere {
  /** `page` is the recorder's element; `recording` what the shelf knows of it. */
  constructor(page, recording) {
    Object.assign(this, { page, recording, sent: 0, state: null });
    this.element = page.querySelector("template").content.firstElementChild.cloneNode(true);
    const begun = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    slot(this.element, "name").textContent = begun.format(recording.begun);
    this.element.addEventListener("click", (event) => this.do(event.target.closest("[data-do]")?.dataset.do));
    page.querySelector(".made-here").prepend(this.element);
  }

  /** Nobody else in this browser takes it for left behind. */
  hold() {
    this.free ??= new Promise((begun) => {
      navigator.locks.request(`recording:${this.recording.id}`, () => new Promise((free) => { begun(free); }));
    });
    return this.free;
  }

  show(state, sentence) {
    this.state = state;
    show(this.element, state, sentence);
    slot(this.element, "growing").hidden = this.recording.ended || state === "unsent";
    stayFor(this, ON_ITS_WAY.includes(state));
    this.measure();
  }

  measure() {
    const { ms, size: bytes } = this.recording;
    slot(this.element, "size").textContent = `${clock(ms)} · ${size(bytes)}`;
    const bar = this.element.querySelector("progress");
    bar.max = bytes || 1;
    bar.value = this.sent;
    slot(this.element, "share").textContent = share(this.sent, bytes);
  }

  /** It grows while it is sent. */
  async follow() {
    await this.hold();
    this.digest = new Digest(this.page.dataset.digest);
    this.send(() => this.digest.result);
  }

  /** A piece has come from the microphone: here first, then away. */
  async add(bytes, ms) {
    const { recording } = this;
    const { size: start, ms: before } = recording;
    Object.assign(recording, { size: start + bytes.byteLength, ms });
    await shelf.append(recording, bytes, start).catch((failure) => {
      Object.assign(recording, { size: start, ms: before });
      throw failure;
    });
    this.digest.add(bytes);
    this.source.grown();
    this.measure();
  }

  async finish() {
    this.recording.ended = true;
    await shelf.note(this.recording);
    this.digest.end();
    this.source.grown();
    this.show(this.state);
  }

  /** What a page that is gone has left here. */
  async sendWhatIsHere() {
    await this.hold();
    this.recording.ended = true;
    await shelf.note(this.recording);
    this.send(() => this.count());
  }

  async count() {
    const digest = new Digest(this.page.dataset.digest);
    const { id, size: bytes } = this.recording;
    for (let at = 0; at < bytes; at += READ) {
      digest.add(await (await shelf.read(id, at, Math.min(at + READ, bytes))).arrayBuffer());
    }
    return digest.end();
  }

  send(digest) {
    const { recording } = this;
    this.source = new shelf.Source(recording);
    this.sending = new Sending({
      endpoint: recording.endpoint,
      url: recording.url,
      metadata: { filename: recording.name, session: recording.session, channels: "both" },
      open: () => this.source,
      deferred: true,
      digest,
      say: (state, sentence, arrival) => this.hear(state, sentence, arrival),
      progress: (bytes) => { this.sent = bytes; this.measure(); },
      created: (url) => { recording.url = url; shelf.note(recording); },
    });
    this.sending.start();
  }

  async hear(state, sentence) {
    if (state === "checking" || state === "kept") this.sent = this.recording.size;
    if (state === "kept") {
      await shelf.remove(this.recording.id);
      (await this.free)?.();
    }
    if (state === "ended") return;
    this.show(state, sentence);
  }

  async do(what) {
    if (what === "send") await this.sendWhatIsHere();
    else if (what === "go-on") this.sending.start();
    else if (what === "copy") await this.copy();
    else if (what === "give-up") await this.giveUp();
  }

  async copy() {
    const { id, size: bytes, name, type } = this.recording;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await shelf.read(id, 0, bytes)], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async giveUp() {
    if (!(await sure(this.page.querySelector("dialog"), slot(this.element, "name").textContent))) return;
    try {
      if (!this.sending && this.recording.url) this.send(() => this.count());
      await this.sending?.end();
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      this.show(trouble.status === 401 ? "logged-out" : "unsent", trouble.sentence);
      return;
    }
    await shelf.remove(this.recording.id);
    stayFor(this, false);
    this.element.remove();
  }
}
