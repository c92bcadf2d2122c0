// <saved-form>: a form whose parts are saved while one writes, each by itself.
//
// What could not be saved is kept in this browser until it is, also over a page that was closed. A part that somebody
// else has changed since it was shown is not overwritten: both stand beside each other until one is chosen.
import { recall, remember } from "../memory.js";
import { csrfToken, renewToken, sentenceIn, Trouble } from "./asking.js";
import { show, slot } from "./stating.js";

const PAUSE_MS = 2000; // after the last key
const AGAIN_MS = 4000; // after a request that came to nothing
const WORST_FIRST = ["overtaken", "refused", "out", "away", "writing", "saved"];
const CONTROLS = "input:not([type=hidden], [type=submit]), select, textarea";

class Part {
  held = false; // waits for a person: refused, or overtaken
  state = "";
  #timer = null;
  #busy = false;

  constructor(element, owner) {
    Object.assign(this, { element, owner, name: element.dataset.part });
    this.seen = element.querySelector(`[name="seen_${CSS.escape(this.name)}"]`);
    this.key = `unsaved:${owner.dataset.who}:${owner.dataset.saves}:${owner.dataset.of ?? ""}:${this.name}`;
    this.saved = this.text;
    element.addEventListener("input", () => this.written(PAUSE_MS));
    element.addEventListener("change", () => this.written(0));
    for (const button of element.querySelectorAll("[data-take]")) {
      button.addEventListener("click", () => this.choose(button.dataset.take));
    }
    this.#goOn();
  }

  get controls() {
    return [...this.element.querySelectorAll(CONTROLS)];
  }

  get values() {
    const filled = this.controls.filter((each) => each.type !== "checkbox" || each.checked);
    return filled.map(({ name, value }) => [name, value]);
  }

  set values(pairs) {
    for (const each of this.controls) {
      const own = pairs.filter(([name]) => name === each.name).map(([, value]) => value);
      if (each.type === "checkbox") each.checked = own.includes(each.value);
      else each.value = own[0] ?? "";
    }
  }

  get text() {
    return JSON.stringify(this.values);
  }

  /** What this browser kept of another time. */
  #goOn() {
    const kept = recall(this.key);
    if (!kept) return;
    if (JSON.stringify(kept.values) === this.saved) {
      remember(this.key, null);
      return;
    }
    this.values = kept.values;
    this.seen.value = kept.seen;
    this.written(0);
  }

  written(pause) {
    clearTimeout(this.#timer);
    if (this.theirs) return; // first one of the two is chosen
    this.held = false;
    if (this.text === this.saved) {
      remember(this.key, null);
      this.#tell("saved", { quietly: true });
      return;
    }
    remember(this.key, { values: this.values, seen: this.seen.value });
    this.#tell("writing");
    this.#timer = setTimeout(() => this.save(), pause);
  }

  async save() {
    clearTimeout(this.#timer);
    if (this.#busy || this.held || this.text === this.saved) return;
    this.#busy = true;
    const { text } = this;
    try {
      this.#answered(text, await this.owner.send(this));
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      this.#tell(trouble.status === 401 ? "out" : [0, 429].includes(trouble.status) || trouble.status >= 500 ? "away" : "refused", { sentence: trouble.sentence });
      if (this.state === "refused") this.held = true;
      if (this.state === "away") this.#timer = setTimeout(() => this.save(), AGAIN_MS);
    } finally {
      this.#busy = false;
    }
  }

  #answered(text, { status, said }) {
    this.#list(said.errors ?? []);
    if (status === 200) {
      this.saved = text;
      this.seen.value = said.seen;
      this.element.dispatchEvent(new CustomEvent("archive:saved", { bubbles: true, detail: said }));
      if (this.text === text) {
        remember(this.key, null);
        this.#tell("saved");
      } else this.written(PAUSE_MS);
      return;
    }
    this.held = true;
    if (status === 409) this.#beside(said);
    this.#tell(status === 409 ? "overtaken" : "refused");
  }

  #beside(said) {
    this.theirs = said;
    slot(this.element, "theirs").textContent = said.theirs;
    this.element.querySelector(".theirs").hidden = false;
  }

  choose(whose) {
    const { fields, seen } = this.theirs;
    this.theirs = null;
    this.held = false;
    this.element.querySelector(".theirs").hidden = true;
    this.seen.value = seen;
    if (whose === "mine") {
      this.saved = null;
      this.written(0);
      return;
    }
    this.values = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
    this.saved = this.text;
    remember(this.key, null);
    this.#tell("saved", { quietly: true });
    this.controls[0].focus();
  }

  #list(errors) {
    const list = slot(this.element, "errors");
    list.replaceChildren(...errors.map((error) => Object.assign(document.createElement("li"), { textContent: error })));
    list.hidden = !errors.length;
    for (const each of this.controls) each.toggleAttribute("aria-invalid", errors.length > 0);
  }

  #tell(state, options = {}) {
    this.state = state;
    this.owner.tell(options);
  }
}

class SavedForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.classList.add("saves-itself");
    this.parts = [];
    for (const element of this.querySelectorAll("[data-part]")) this.parts.push(new Part(element, this));
    this.again = () => { for (const part of this.parts) part.save(); };
    addEventListener("online", this.again);
    addEventListener("focus", this.again); // somebody may have logged in in another window
    document.addEventListener("visibilitychange", this.again);
    this.addEventListener("focusout", this.again);
  }

  disconnectedCallback() {
    removeEventListener("online", this.again);
    removeEventListener("focus", this.again);
    document.removeEventListener("visibilitychange", this.again);
  }

  /** What the archive answers to one part. Raises Trouble where that is not about the part. */
  async send(part, renewed = false) {
    const body = new URLSearchParams([["part", part.name], [part.seen.name, part.seen.value], ...part.values]);
    if (this.dataset.of) body.set("of", this.dataset.of);
    let answer;
    try {
      answer = await fetch(this.dataset.saves, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": csrfToken() } });
    } catch {
      throw new Trouble(0);
    }
    const type = answer.headers.get("Content-Type");
    if (type?.startsWith("application/json")) return { status: answer.status, said: await answer.json() };
    if (answer.status === 403 && !renewed) { // whoever has logged in again has another token
      await renewToken();
      return this.send(part, true);
    }
    throw new Trouble(answer.status, sentenceIn(type, await answer.text()));
  }

  tell({ sentence = "", quietly = false } = {}) {
    const state = WORST_FIRST.find((each) => this.parts.some((part) => part.state === each));
    const output = this.querySelector(".saved-state");
    if (!state || (quietly && !output.dataset.state)) return;
    if (state === "saved" && !quietly) {
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
      slot(output, "time").textContent = time;
    }
    if (state === "saved" && !slot(output, "time").textContent) return;
    show(output, state, sentence);
    output.hidden = false;
  }
}

customElements.define("saved-form", SavedForm);

// What is still missing changes with every part.
document.addEventListener("archive:saved", (event) => {
  const list = document.getElementById("lacks");
  if (list && event.detail.lacks !== undefined) list.innerHTML = event.detail.lacks;
});
