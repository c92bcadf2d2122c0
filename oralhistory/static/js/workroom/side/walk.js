// <doubt-walk>: from one doubtful place of the text to the next, and off the list. The editor goes where it is asked to.
import { ask, csrfToken } from "../asking.js";

const QUIET = 800; // ms after the last change of the text until the list is asked for again

class DoubtWalk extends HTMLElement {
  connectedCallback() {
    this.places = [];
    this.at = -1; // the place that is looked at; none yet
    this.piece = (name) => this.querySelector(`[data-${name}]`);
    this.addEventListener("click", (event) => this.press(event));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("transcript:current", ({ detail }) => { this.cue = detail.cue; });
    document.addEventListener("transcript:changed", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.load(), QUIET);
    });
    document.addEventListener("htmx:afterSettle", () => { clearTimeout(this.waiting); this.waiting = setTimeout(() => this.load(), QUIET); });
    // The text comes first: on a page of three hours nobody waits for this list.
    if ("requestIdleCallback" in window) requestIdleCallback(() => this.load(), { timeout: 2000 });
    else setTimeout(() => this.load(), 200);
  }

  async load() {
    const told = await ask("GET", this.dataset.url).then((answer) => answer.json()).catch(() => null);
    if (told?.places) this.show(told); // else the list stays as it was; the next change asks again
  }

  show({ left, settled, places }) {
    const here = this.places[this.at]?.key;
    const before = this.at;
    this.places = places;
    this.settled = settled;
    this.at = places.findIndex((each) => each.key === here);
    if (here && this.at < 0) this.at = Math.min(before, places.length - 1); // it is settled: the one after it
    this.hidden = false;
    this.piece("left").textContent = settled ? `${left} / ${left + settled}` : String(left);
    this.querySelector(".none").hidden = left > 0;
    this.querySelector(".keys").hidden = this.querySelector("details").hidden = !left;
    this.querySelector("ol").replaceChildren(...places.map((place, index) => this.line(place, index)));
    this.draw();
  }

  line(place, index) {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `#${place.cue}`, className: "figures", textContent: place.clock });
    link.dataset.place = String(index);
    item.append(link, ` ${place.said}`);
    if (place.words) item.append(" ", Object.assign(document.createElement("q"), { textContent: place.words }));
    return item;
  }

  draw() {
    const place = this.places[Math.max(0, this.at)];
    this.querySelector(".doubt").hidden = !place;
    if (!place) return;
    const clock = this.piece("clock");
    clock.textContent = place.clock;
    clock.href = `#${place.cue}`;
    clock.dataset.place = String(Math.max(0, this.at));
    this.piece("said").textContent = place.said;
    this.piece("words").textContent = place.words;
    this.piece("words").parentElement.hidden = !place.words;
    this.piece("heard").textContent = place.heard;
    this.piece("heard-line").hidden = !place.heard;
    const settle = this.querySelector("[data-do=settle]");
    if (settle) settle.hidden = !place.settles;
    const page = this.piece("page");
    page.hidden = !place.page;
    if (place.page) page.href = place.page;
  }

  press(event) {
    const link = event.target.closest("[data-place]");
    const button = event.target.closest("[data-do]");
    if (link && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      this.go(Number(link.dataset.place));
    } else if (button) {
      this.act(button.dataset.do);
    }
  }

  /** By the key's place, not its letter: with Alt some keyboards write another one. */
  key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) return;
    const act = { KeyN: "next", KeyP: "previous", KeyR: "settle" }[event.code];
    if (!act || !this.places.length) return;
    event.preventDefault();
    this.act(act);
  }

  act(what) {
    if (what === "next") this.go(this.at < 0 ? this.near(1) : (this.at + 1) % this.places.length);
    else if (what === "previous") this.go(this.at < 0 ? this.near(-1) : (this.at - 1 + this.places.length) % this.places.length);
    else if (what === "settle") this.settle();
    else if (what === "again" && this.taken) this.tell({ ...this.taken, do: "again" }, null);
  }

  /** The first place after (or before) the passage that the editor is at. */
  near(way) {
    const cues = [...document.querySelectorAll(".cue, [data-cue]")].map((each) => each.dataset.cue ?? each.id);
    const here = cues.indexOf(this.cue);
    const order = (place) => cues.indexOf(place.cue);
    if (here < 0) return way > 0 ? 0 : this.places.length - 1;
    const found = way > 0 ? this.places.findIndex((each) => order(each) >= here) : this.places.findLastIndex((each) => order(each) < here);
    return found < 0 ? 0 : found;
  }

  go(index) {
    this.at = index;
    this.draw();
    this.piece("taken").hidden = true;
    const { cue, start_ms: at } = this.places[index];
    document.dispatchEvent(new CustomEvent("transcript:goto", { detail: { cue, at } }));
  }

  settle() {
    const place = this.places[Math.max(0, this.at)];
    if (!place?.settles || !this.dataset.settle) return;
    const { kind, key } = place;
    this.tell({ kind, key, do: "settle" }, { kind, key });
  }

  async tell(form, taken) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...form, recording: this.dataset.recording, csrfmiddlewaretoken: csrfToken() })) body.append(name, value);
    const index = Math.max(0, this.at);
    const done = await ask("POST", this.dataset.settle, body).catch(() => null);
    if (!done || !taken) { // somebody was faster, or a place comes back: the list anew
      await this.load();
      this.piece("taken").hidden = true;
      return;
    }
    const places = this.places.filter((each) => each.key !== form.key);
    const told = { left: places.length, settled: this.settled + 1, places };
    this.taken = taken;
    this.show(told);
    this.piece("taken").hidden = !taken;
    if (taken && this.places.length) {
      this.at = Math.min(index, this.places.length - 1);
      this.draw();
      const { cue, start_ms: at } = this.places[this.at];
      document.dispatchEvent(new CustomEvent("transcript:goto", { detail: { cue, at } }));
    }
  }
}

customElements.define("doubt-walk", DoubtWalk);
