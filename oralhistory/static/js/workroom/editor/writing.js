// Writing in one segment: its text as it is typed, kept on this device with every letter, an edit after every pause.
import * as drafts from "./drafts.js";
import { plain } from "./text.js";

const PAUSE = 1200; // ms without a letter …
const LONGEST = 4000; // … or of writing on: then it becomes an edit
const MOST = 100_000; // letters of one passage that the archive takes (edit_forms.py)

export class Writing {
  constructor(editor, cue, place = null) {
    Object.assign(this, { editor, cue });
    this.field = document.createElement("textarea");
    this.field.className = "writes";
    this.field.rows = 1;
    this.field.maxLength = MOST;
    this.field.spellcheck = true;
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("blur", () => this.commit());
    this.show(this.segment);
    this.place = place ?? this.segment.text.length;
  }

  get segment() {
    return this.editor.text.of(this.cue);
  }

  get isDirty() {
    return this.field.value !== this.shown;
  }

  show(segment) {
    this.shown = this.field.value = segment.text;
    this.field.lang = segment.language ?? "";
    this.field.setAttribute("aria-label", this.editor.dataset.what.replace("{time}", this.editor.drawing.time(segment.start)));
  }

  /** Into its element, which may be a new one. */
  mount(element) {
    const paragraph = element.querySelector("p:has(> .cue)");
    paragraph.hidden = true;
    element.classList.add("is-edited");
    paragraph.after(this.field);
    this.fit();
  }

  focus() {
    this.field.focus({ preventScroll: true });
    if (this.place !== null) this.field.setSelectionRange(this.place, this.place);
    if (this.field.value === "…") this.field.select();
    this.place = null;
  }

  fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  typed() {
    this.fit();
    this.editor.saving.show("typing");
    drafts.typing(this.editor.owner, { cue: this.cue, seen: this.segment?.text ?? this.shown, text: this.field.value }).catch(() => {});
    this.begun ??= performance.now();
    clearTimeout(this.timer);
    const left = LONGEST - (performance.now() - this.begun);
    this.timer = setTimeout(() => this.commit(), Math.max(0, Math.min(PAUSE, left)));
  }

  /** What was typed becomes an edit. Returns whether there was one. */
  commit() {
    clearTimeout(this.timer);
    this.begun = null;
    if (!this.isDirty || !plain(this.field.value) || !this.segment) return false;
    const made = this.editor.doing.write(this.cue, this.field.value);
    this.shown = this.field.value;
    drafts.typing(this.editor.owner, null).catch(() => {});
    return Boolean(made);
  }

  /** Others have changed it, or an edit of ours was taken back. */
  refresh(segment) {
    if (this.isDirty || plain(this.shown) === segment.text) return;
    const place = this.field.selectionStart;
    this.show(segment);
    this.field.setSelectionRange(place, place);
    this.fit();
  }

  /** The character of the segment's text at the cursor. */
  get at() {
    const { value, selectionStart } = this.field;
    const before = plain(value.slice(0, selectionStart));
    const apart = /\s$/.test(value.slice(0, selectionStart)) || /^\s/.test(value.slice(selectionStart));
    return before ? before.length + (apart ? 1 : 0) : 0;
  }
}
