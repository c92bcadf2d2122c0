// <archive-arrivals>: files that are brought in, each a row that is asked about, sent, checked and kept.
//
// Every sentence is in the page; `data-when` names the states of a row in which it is shown.
import { recall, remember } from "../memory.js";
import { Pace, pace, share, size, span } from "./amounts.js";
import { ask, Trouble } from "./asking.js";
import { stayFor } from "./awake.js";
import { ofFile } from "./digest.js";
import { Sending } from "./sending.js";
import { show, slot, sure } from "./stating.js";

const AT_ONCE = 2;
const ON_ITS_WAY = ["queued", "sending", "broken", "held", "logged-out", "checking"];
const TAKES_A_PLACE = ["sending", "broken", "held"];

/** What tells one file from another on this device. */
function print(file) {
  return `${file.name}:${file.size}:${file.lastModified}`;
}

class Row {
  constructor(list, { file = null, arrival = null }) {
    Object.assign(this, { list, file, arrival, state: null, sent: arrival?.offset ?? 0, pace: new Pace() });
    this.element = list.template.content.firstElementChild.cloneNode(true);
    this.size = file?.size ?? arrival.size;
    this.slot("name").textContent = file?.name ?? arrival.name;
    this.slot("size").textContent = this.size ? size(this.size) : "";
    for (const radio of this.element.querySelectorAll("input[type=radio]")) radio.name = `channels-${list.count}`;
    this.element.addEventListener("submit", (event) => { event.preventDefault(); this.queue(); });
    this.element.addEventListener("click", (event) => this.do(event.target.closest("[data-do]")?.dataset.do));
    this.element.querySelector("input[type=file]").addEventListener("change", ({ target }) => this.goOnWith(target.files[0]));
    list.rows.append(this.element);
  }

  slot(name) {
    return slot(this.element, name);
  }

  get choices() {
    const [session, channels] = [this.element.querySelector("select"), this.element.querySelector("input:checked")];
    return { session: session.value, channels: channels.value };
  }

  set choices({ session, channels }) {
    this.element.querySelector("select").value = session;
    this.element.querySelector(`input[value="${channels}"]`).checked = true;
  }

  show(state, sentence = "") {
    this.state = state;
    show(this.element, state, sentence);
    if (state !== "sending") {
      this.pace.forget();
      this.slot("pace").textContent = "";
    }
    stayFor(this, ON_ITS_WAY.includes(state));
    this.progress(this.sent);
    this.list.next();
  }

  progress(bytes) {
    this.sent = bytes;
    const bar = this.element.querySelector("progress");
    bar.max = this.size || 1;
    bar.value = bytes;
    this.slot("share").textContent = `${share(bytes, this.size)} · ${size(bytes)}`;
    const speed = this.state === "sending" ? this.pace.at(bytes) : null;
    if (!speed) return;
    this.slot("pace").textContent = `${pace(speed)} · ${this.list.dataset.left.replace("{}", span((this.size - bytes) / speed))}`;
  }

  queue() {
    this.show("queued");
  }

  /** Its turn has come. */
  start() {
    this.sending ??= this.prepared();
    if (!this.digest) {
      this.digest = ofFile(this.list.dataset.digest, this.file);
      this.digest.result.catch(() => this.sending?.unreadable());
    }
    this.sending.start();
  }

  prepared() {
    return new Sending({
      endpoint: this.list.dataset.endpoint,
      url: this.arrival && `${this.list.dataset.endpoint}${this.arrival.code}`,
      metadata: { filename: this.file?.name, ...this.choices },
      open: () => this.file,
      digest: () => this.digest.result,
      say: (state, sentence, arrival) => this.hear(state, sentence, arrival),
      progress: (bytes) => this.progress(bytes),
      created: (url) => {
        this.code = url.split("/").pop();
        remember(`arrival:${this.code}`, print(this.file));
      },
    });
  }

  hear(state, sentence, arrival) {
    if (state === "checking" || state === "kept") this.sent = this.size;
    if (["kept", "refused", "ended"].includes(state)) {
      this.digest?.stop();
      remember(`arrival:${this.code ?? this.arrival?.code}`, null);
    }
    if (state === "unreadable") this.chooseAgain();
    else this.show(state, sentence);
  }

  /** The file was moved or changed while it was being sent. */
  chooseAgain() {
    this.digest?.stop();
    this.arrival ??= { code: this.code, name: this.file.name, size: this.file.size };
    this.digest = this.sending = this.file = null;
    this.slot("gone").hidden = false;
    this.show("unfinished");
  }

  /** All its bytes are in the archive: what becomes of it? */
  follow() {
    this.sending = this.prepared();
    this.sending.follow();
  }

  goOnWith(file) {
    if (!file) return;
    const other = file.size !== this.arrival.size || !this.list.isOf(this.arrival, file);
    this.slot("other").hidden = !other;
    this.slot("gone").hidden = true;
    if (other) return;
    this.file = file;
    this.code = this.arrival.code;
    this.queue();
  }

  async do(what) {
    if (what === "pause") {
      if (this.sending) this.sending.pause();
      else this.show("paused");
    } else if (what === "go-on") {
      if (this.state === "paused") this.queue();
      else this.sending.start();
    } else if (what === "leave-out") {
      this.remove();
    } else if (what === "give-up") {
      await this.giveUp();
    }
  }

  async giveUp() {
    if (!(await sure(this.list.querySelector("dialog"), this.slot("name").textContent))) return;
    this.slot("not-given-up").hidden = true;
    try {
      this.sending ??= this.prepared();
      await this.sending.end();
      this.digest?.stop();
      this.remove();
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      if (!this.file) this.sending = null;
      this.slot("not-given-up").hidden = false;
      this.show(this.file ? "paused" : "unfinished", trouble.sentence);
    }
  }

  remove() {
    stayFor(this, false);
    this.list.forget(this);
  }
}

class ArchiveArrivals extends HTMLElement {
  connectedCallback() {
    this.template = this.querySelector("template");
    this.rows = this.querySelector(".arrivals");
    this.all = [];
    this.count = 0;
    this.together = this.querySelector(".together");
    this.unfinished = [];
    for (const plain of this.querySelectorAll("[data-plain]")) plain.remove();
    for (const scripted of this.querySelectorAll("[data-scripted]")) scripted.hidden = false;
    this.recalled = this.recallUnfinished(); // a file that is chosen meanwhile may be one of them
    this.listen();
  }

  listen() {
    const input = this.querySelector(".chooser input[type=file]");
    input.multiple = true;
    input.required = false;
    input.addEventListener("change", () => {
      this.take([...input.files]);
      input.value = "";
    });
    this.querySelector(".chooser").addEventListener("submit", (event) => event.preventDefault());
    this.together.addEventListener("click", () => {
      for (const row of this.all) if (row.state === "asking") row.queue();
    });
    addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.classList.add("is-over");
    });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) this.classList.remove("is-over"); });
    addEventListener("drop", (event) => {
      this.classList.remove("is-over");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.take([...event.dataTransfer.files]);
    });
  }

  /** Those of mine that did not end: on this device or on another, before this page was opened. */
  async recallUnfinished() {
    let arrivals;
    try {
      arrivals = await (await ask("GET", this.dataset.endpoint)).json();
    } catch {
      return; // what is chosen now will say what is wrong
    }
    for (const arrival of arrivals) {
      const row = this.add({ arrival });
      if (arrival.state === "whole") row.follow();
      else row.show(arrival.size === null ? "recorded" : "unfinished");
    }
  }

  add(options) {
    this.count += 1;
    const row = new Row(this, options);
    this.all.push(row);
    return row;
  }

  forget(row) {
    this.all = this.all.filter((each) => each !== row);
    row.element.remove();
    this.next();
  }

  async take(files) {
    await this.recalled;
    for (const file of files) {
      const begun = this.all.find((row) => row.state === "unfinished" && this.isOf(row.arrival, file));
      if (begun) {
        begun.goOnWith(file);
        continue;
      }
      const before = this.all.findLast((row) => row.file && !row.arrival);
      const row = this.add({ file });
      if (before) row.choices = before.choices;
      row.show("asking");
    }
    this.all.find((row) => row.state === "asking")?.element.querySelector("select").focus();
  }

  /** Whether a file is the one that an arrival is made of: as this device remembers it, else by name and size. */
  isOf(arrival, file) {
    return (recall(`arrival:${arrival.code}`) ?? print(file)) === print(file) && arrival.name === file.name && arrival.size === file.size;
  }

  /** Those who wait get the places that are free. */
  next() {
    let free = AT_ONCE - this.all.filter((row) => TAKES_A_PLACE.includes(row.state)).length;
    for (const row of this.all) {
      if (free <= 0) break;
      if (row.state !== "queued") continue;
      free -= 1;
      row.start();
    }
    this.together.hidden = this.all.filter((row) => row.state === "asking").length < 2;
  }
}

customElements.define("archive-arrivals", ArchiveArrivals);
