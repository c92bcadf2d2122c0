// What is read before it is heard: the warnings of a testimony, once on each device, and of single passages.
import { recall, remember } from "./memory.js";

const LEAD_MS = 150; // in a page that is out of sight, the sound says where it is four times a second

/** How a dialog was closed; the empty string for the Escape key. */
function answer(dialog) {
  dialog.returnValue = "";
  if (document.fullscreenElement) document.exitFullscreen(); // behind it, nobody would see the dialog
  if (!dialog.open) dialog.showModal();
  return new Promise((done) => { dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }); });
}

export class Gates {
  /** `passages` are {start, end, warning}, `end` being NaN or 0 of one that lasts to the end. */
  constructor(root, { key, passages }) {
    this.first = root.querySelector("dialog.first");
    this.passage = root.querySelector("dialog.passage");
    this.key = key;
    this.passages = this.passage ? passages.filter(({ warning }) => warning) : [];
    this.heard = new Set();
    this.asking = null;
  }

  /** Whether the reader has read what this testimony may do to them, now or on another day. */
  async warned() {
    const known = () => !this.first || recall(`warned:${this.key}`);
    if (known()) return true;
    if (!this.first.open) await this.asking; // closed a moment ago: what it said first, then another question
    return known() || (await this.question(this.first, (said) => said === "listen" && remember(`warned:${this.key}`, true))) === "listen";
  }

  /** Whoever asks while it is open gets the same answer. `settle` is done before anybody has it. */
  question(dialog, settle) {
    this.asking ??= answer(dialog).then((said) => {
      this.asking = null;
      settle(said);
      return said;
    });
    return this.asking;
  }

  /** The passage at a moment that was not agreed to yet. */
  closed(ms) {
    return this.passages.find((each) => each.start - LEAD_MS <= ms && (!each.end || ms < each.end - LEAD_MS) && !this.heard.has(each));
  }

  /** "listen", "skip", or "" to stay where one is. */
  async ask(passage) {
    this.passage.querySelector("#passage-warning").textContent = passage.warning;
    this.passage.querySelector("[value=skip]").hidden = !passage.end;
    if (!this.passage.open) await this.asking;
    return this.question(this.passage, (said) => said === "listen" && this.heard.add(passage));
  }

  forget() {
    remember(`warned:${this.key}`, null);
    this.heard.clear();
  }
}
