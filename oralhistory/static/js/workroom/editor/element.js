// <transcript-editor>: the text of a recording to be worked on, in time with its sound.
import htmx from "htmx.org";
import { ActingEditor } from "./acting.js";
import { Conflicts } from "./conflicts.js";
import { Doing } from "./doing.js";
import * as drafts from "./drafts.js";
import "./heard.js";
import { Keys } from "./keys.js";
import { Saving } from "./saving.js";
import { Drawing } from "./segment.js";
import { newCode, plain, Text, whole, wordAt } from "./text.js";
import { View } from "./view.js";

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`transcript:${name}`, { detail }));
}

class TranscriptEditor extends ActingEditor {
  async connectedCallback() {
    this.may = Boolean(this.dataset.edits);
    this.owner = `${this.dataset.user} ${this.dataset.recording}`;
    this.player = document.querySelector("editor-player");
    this.picked = new Set();
    const names = [...this.querySelector(".speaker-names").content.children];
    this.speakers = names.map((each) => each.dataset.value);
    this.forms = Object.fromEntries([...this.querySelectorAll("template")].map((each) => [each.className, each]));
    const labels = { ...this.dataset };
    const offset = Number(this.dataset.offset);
    this.drawing = new Drawing({ labels, offset, may: this.may, names: new Map(names.map((each) => [each.dataset.value, each.textContent])) });
    const answer = await fetch(this.dataset.segments).catch(() => null);
    if (!answer?.ok || answer.redirected) return; // the leaf stays, to be read
    this.begin(await answer.json());
  }

  begin(given) {
    this.text = new Text(given.segments);
    this.gaps = given.gaps;
    this.doing = new Doing(this);
    this.conflicts = new Conflicts(this);
    this.setAttribute("role", "feed");
    this.setAttribute("aria-label", this.dataset.label);
    this.view = new View(this, {
      draw: (item, place) => this.draw(item, place), drawn: () => this.drawn(), held: () => this.writing && `s-${this.writing.cue}`,
    });
    this.saving = new Saving({
      address: this.dataset.edits, owner: this.owner, user: this.dataset.user,
      heard: (said, sent) => this.heard(said, sent), show: (state) => this.showState(state), here: () => this.current ?? "",
    });
    Object.assign(this.saving, { number: given.number, version: given.version });
    this.arrange();
    this.player.begin(this);
    this.keys = new Keys(this, this.player);
    this.listen();
    this.classList.add("is-ready");
    this.start();
    if (this.may) this.takeUp();
    performance.mark("transcript-editor-ready");
    tell("ready", {});
  }

  /** Where the address says. */
  start() {
    const asked = new URLSearchParams(location.search).get("edit");
    const chosen = document.getElementById("mention")?.dataset.chosen;
    const mention = chosen && this.player.transcript.mentions.find(({ pk }) => String(pk) === chosen);
    const there = asked ?? mention?.cue ?? this.cueIn(location.hash);
    this.setCurrent(there && this.text.of(there) ? there : this.text.segments[0]?.cue);
    if (there) this.view.bring(`s-${there}`);
    else if (location.hash.startsWith("#gap-")) this.view.bring(location.hash.slice(1));
    if (asked && this.may) this.write(asked);
  }

  cueIn(hash) {
    const cue = hash.replace(/^#(s-)?/, "");
    return this.text.of(cue) ? cue : null;
  }

  async takeUp() {
    drafts.live();
    await this.takeOver();
    this.saving.begin();
    drafts.whenGone(this.owner, () => this.takeOver().then(() => this.saving.flush())).catch(() => {});
  }

  /** What pages that are gone have left. */
  async takeOver() {
    const left = await drafts.leftBehind(this.owner).catch(() => ({ edits: [], texts: [] }));
    for (const [, edit] of left.edits) {
      const outcome = edit.kind === "undo" ? null : this.text.outcome(edit);
      const seen = this.text.of(edit.cue)?.text;
      if (outcome && (edit.seen?.[edit.cue] === undefined || edit.kind === "boundary" || edit.kind === "speaker" || edit.seen[edit.cue] === seen)) this.swap(outcome.before, outcome.after);
      delete edit.conflict;
    }
    this.saving.takeUp(left.edits);
    for (const { cue, seen, text } of left.texts) {
      const segment = this.text.of(cue);
      if (!plain(text) || plain(text) === segment?.text) continue;
      const edit = { code: newCode(), kind: "text", cue, text: plain(text), seen: { [cue]: seen } };
      if (segment?.text === seen) this.doing.write(cue, text);
      else this.saving.add({ ...edit, touches: [] });
    }
  }

  // What is in the page.

  item(segment) {
    return { key: `s-${segment.cue}`, segment, text: segment.text, more: (segment.flags.length ? 24 : 0) + (segment.heard.length ? 24 : 0) };
  }

  arrange() {
    const items = [];
    let gap = 0;
    for (const segment of this.text.segments) {
      for (; gap < this.gaps.length && this.gaps[gap].start < segment.start; gap += 1) items.push(this.gapItem(this.gaps[gap]));
      items.push(this.item(segment));
    }
    items.push(...this.gaps.slice(gap).map((each) => this.gapItem(each)));
    this.arranged = this.text.places;
    this.view.set(items);
  }

  gapItem(gap) {
    return { key: gap.id, gap, text: gap.said + gap.heard };
  }

  draw(item, place) {
    const made = this.drawing.item(item, place, this.view.items.length);
    const { segment } = item;
    if (!segment) return made;
    const { cue } = segment;
    made.classList.toggle("is-current", cue === this.current);
    made.classList.toggle("is-picked", this.picked.has(cue));
    if (cue === this.current) made.tabIndex = 0;
    const other = this.others?.find((each) => each.cue === cue);
    if (other) made.dataset.theirs = this.dataset.here.replace("{name}", other.name);
    if (this.player.transcript?.cue?.id === cue) made.querySelector(".cue").classList.add("is-now");
    if (this.writing?.cue === cue) this.writing.mount(made);
    this.conflicts.mount(cue, made);
    return made;
  }

  drawn() {
    if (this.writing && !this.view.elements.has(`s-${this.writing.cue}`)) this.stopWriting({ focus: false });
    this.player.find?.light?.();
    this.markMention();
  }

  markMention() {
    const chosen = document.getElementById("mention")?.dataset.chosen;
    for (const each of this.querySelectorAll(".mention")) each.classList.toggle("is-chosen", each.dataset.mention === chosen);
  }

  cueElement(cue) {
    return this.view.elements.get(`s-${cue}`)?.querySelector(".cue") ?? null;
  }

  redraw(cue) {
    const segment = this.text.of(cue);
    if (!segment) return;
    if (this.writing?.cue === cue) {
      this.writing.refresh(segment);
      this.view.items[this.view.places.get(`s-${cue}`)] = this.item(segment);
    } else {
      const had = this.view.elements.get(`s-${cue}`)?.contains(document.activeElement);
      this.view.redraw(`s-${cue}`, this.item(segment));
      if (had) this.view.elements.get(`s-${cue}`)?.focus({ preventScroll: true });
    }
  }

  /** Segments in the place of others, here. */
  swap(before, after) {
    const places = this.text.places;
    this.text.swap(before, after);
    if (this.text.places !== places || !places) this.arrange();
    for (const { cue } of after) this.redraw(cue);
    if (!this.text.of(this.current)) this.setCurrent((after[0] ?? this.text.at(before[0]?.start ?? 0) ?? this.text.segments[0])?.cue);
    this.near?.soon();
    tell("changed", { cues: [...new Set([...before, ...after].map(({ cue }) => cue))] });
  }

  // What the archive says.

  heard(answer, sent) {
    if (answer.reload) {
      this.fetchAll();
    } else {
      this.saving.number = answer.number;
      this.saving.version = answer.version;
      this.take(answer);
    }
    const failed = sent.filter((edit) => edit.conflict);
    if (failed.length) this.conflicts.meet(failed, answer);
    this.showOthers(answer.others);
  }

  take({ segments, gone }) {
    const fresh = segments.filter(({ cue }) => !this.saving.isPending(cue) && !(this.writing?.cue === cue && this.writing.isDirty)).map(whole);
    const lost = gone.filter((cue) => !this.saving.isPending(cue) && this.text.of(cue));
    const changed = fresh.filter((segment) => !this.isSame(segment));
    if (!changed.length && !lost.length) return;
    if (lost.includes(this.writing?.cue)) this.stopWriting({ focus: false });
    this.swap(lost.map((cue) => this.text.of(cue)), changed);
  }

  isSame(segment) {
    const known = this.text.of(segment.cue);
    const bare = ({ follows, ...rest }) => JSON.stringify(Object.entries(rest).sort());
    return Boolean(known) && bare(known) === bare(segment);
  }

  async fetchSegments(cues) {
    const answer = await fetch(`${this.dataset.segments}?cues=${cues.join(",")}`).catch(() => null);
    if (answer?.ok && !answer.redirected) this.take(await answer.json());
  }

  async fetchAll() {
    const answer = await fetch(this.dataset.segments).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const given = await answer.json();
    Object.assign(this.saving, { number: given.number, version: given.version });
    const there = new Set(given.segments.map(({ cue }) => cue));
    this.gaps = given.gaps;
    this.take({ segments: given.segments, gone: this.text.segments.map(({ cue }) => cue).filter((cue) => !there.has(cue)) });
    this.arrange();
  }

  showState(state) {
    const kept = this.player.querySelector(".kept");
    if (!kept) return;
    kept.value = kept.dataset[state] ?? kept.dataset.offline;
    kept.dataset.state = state;
    this.player.querySelector(".logged-out").hidden = state !== "logged-out";
  }

  showUndo() {
    for (const [name, stack] of [["undo", this.doing.done], ["redo", this.doing.undone]]) {
      const button = this.player.querySelector(`[data-do=${name}]`);
      if (button) button.disabled = !stack.length;
    }
  }

  showOthers(others) {
    const before = JSON.stringify(this.others ?? []);
    if (before === JSON.stringify(others)) return;
    const touched = [...(this.others ?? []), ...others].map(({ cue }) => cue);
    this.others = others;
    const line = this.player.querySelector(".others");
    line.replaceChildren(...others.map(({ name, cue }) => {
      const there = document.createElement("button");
      there.type = "button";
      const segment = this.text.of(cue);
      there.textContent = this.dataset.here.replace("{name}", name) + (segment ? ` · ${this.drawing.time(segment.start)}` : "");
      there.addEventListener("click", () => this.choose(cue));
      return there;
    }));
    for (const cue of touched) this.redraw(cue);
  }

  async saveAll() {
    this.writing?.commit();
    await this.saving.flush();
  }

  // Where the person is.

  setCurrent(cue, { extend = false } = {}) {
    const before = this.current;
    this.current = cue;
    for (const each of [before, cue]) {
      const element = each && this.view.elements.get(`s-${each}`);
      if (!element) continue;
      element.classList.toggle("is-current", each === cue);
      element.tabIndex = each === cue ? 0 : -1;
    }
    this.pick(extend ? before : null);
    const speaks = this.player.querySelector(".speaks");
    if (speaks) speaks.value = this.text.of(cue)?.speaker ?? "";
    this.near?.soon();
    if (before !== cue) tell("current", { cue });
  }

  /** Several passages, from the one where choosing began to the current one. */
  pick(from) {
    const old = this.picked;
    this.anchor = from ? this.anchor ?? from : null;
    this.picked = new Set();
    if (this.anchor) {
      const [first, last] = [this.text.place(this.anchor), this.text.place(this.current)].sort((a, b) => a - b);
      for (const { cue } of this.text.segments.slice(Math.max(0, first), last + 1)) this.picked.add(cue);
    }
    for (const cue of new Set([...old, ...this.picked])) this.view.elements.get(`s-${cue}`)?.classList.toggle("is-picked", this.picked.has(cue));
  }

  choose(cue, { focus = true, extend = false } = {}) {
    if (!this.text.of(cue)) return;
    this.setCurrent(cue, { extend });
    const element = this.view.bring(`s-${cue}`, { margin: this.player.getBoundingClientRect().bottom });
    if (focus) element?.focus({ preventScroll: true });
  }

  step(by, { extend = false } = {}) {
    const next = this.text.beside(this.current, by);
    if (!next) return;
    if (this.writing) this.write(next.cue, by > 0 ? 0 : next.text.length);
    else this.choose(next.cue, { extend });
  }

  /** The sound has come to a segment. */
  listens(segment, { scroll }) {
    if (!this.writing) this.setCurrent(segment.cue);
    if (scroll && !this.writing) this.view.bring(`s-${segment.cue}`, { margin: this.player.getBoundingClientRect().bottom });
    tell("heard", { cue: segment.cue });
  }

  listen() {
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("dblclick", (event) => {
      const cue = event.target.closest(".cue");
      if (!cue || !this.may) return;
      const at = this.player.transcript.at(event);
      getSelection().removeAllRanges();
      this.player.audio.pause();
      this.write(cue.id, wordAt(this.text.of(cue.id), at)?.[0] ?? 0);
    });
    this.addEventListener("focusin", (event) => {
      const { key } = event.target.closest("[data-key]")?.dataset ?? {};
      if (key?.startsWith("s-") && key !== `s-${this.current}`) this.setCurrent(key.slice(2));
    });
    this.player.querySelector(".edit-tools")?.addEventListener("mousedown", (event) => { if (event.target.matches("button")) event.preventDefault(); });
    this.player.querySelector(".edit-tools")?.addEventListener("click", (event) => {
      const { do: what } = event.target.closest("[data-do]")?.dataset ?? {};
      if (what) this.do(what);
    });
    this.player.querySelector(".speaks")?.addEventListener("change", (event) => this.give(event.target.value));
    document.addEventListener("transcript:goto", ({ detail }) => this.goTo(detail));
    document.addEventListener("transcript:reload", ({ detail }) => this.fetchSegments(detail.cues));
    addEventListener("hashchange", () => {
      const cue = this.cueIn(location.hash);
      if (cue) this.choose(cue);
      else if (location.hash.startsWith("#gap-")) this.view.bring(location.hash.slice(1));
    });
    document.addEventListener("htmx:afterSettle", () => this.markMention());
    // Whoever was logged out in the middle of writing is told so here, and not led away from it.
    document.addEventListener("htmx:beforeOnLoad", (event) => {
      if (!this.may || event.detail.xhr.status !== 401) return;
      event.preventDefault();
      this.saving.flush(true);
    });
  }

  goTo({ cue, at }) {
    const segment = cue ? this.text.of(cue) : this.text.at(at);
    if (!segment) return;
    this.choose(segment.cue);
    this.player.seek(at ?? segment.start);
  }

  openMention(pk) {
    htmx.ajax("GET", `${this.dataset.mention}?mention=${pk}`, { target: "#mention", swap: "outerHTML" });
  }

  clicked(event) {
    const mention = event.target.closest("[data-mention]");
    if (mention && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      if (event.detail < 2) this.openMention(mention.dataset.mention);
    }
    if (event.detail > 1) return; // the second of a double click, which begins to write
    const { key } = event.target.closest("[data-key]")?.dataset ?? {};
    if (key?.startsWith("s-") && !this.writing) this.setCurrent(key.slice(2), { extend: event.shiftKey });
    if (event.target.closest(".who")) {
      this.setCurrent(key.slice(2));
      this.player.querySelector(".speaks")?.focus();
    }
  }
}

customElements.define("transcript-editor", TranscriptEditor);
