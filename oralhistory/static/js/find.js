// Find in this testimony: every place in the text, lit; Enter goes to the next, Shift+Enter to the one before.
import { rangeIn } from "./transcript.js";

export const fold = (text) => {
  let folded = "";
  const origins = [];
  for (let index = 0; index < text.length; index += 1) {
    for (const letter of text[index].normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()) {
      folded += letter;
      origins.push(index);
    }
  }
  return { folded, origins: [...origins, text.length] };
};

export class Find {
  constructor(form, transcript) {
    Object.assign(this, { form, transcript, places: [], here: -1 });
    this.input = form.querySelector("input");
    this.output = form.querySelector("output");
    if (typeof Highlight !== "function" || !CSS.highlights) {
      form.hidden = true; // the browser's own Ctrl+F does as well
      return;
    }
    this.lit = new Highlight();
    this.litHere = new Highlight();
    CSS.highlights.set("found", this.lit);
    CSS.highlights.set("found-here", this.litHere);
    this.texts = null;
    this.input.addEventListener("input", () => this.look());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.step(1); });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); this.step(-1); }
      if (event.key === "Escape") { this.input.value = ""; this.look(); this.input.blur(); }
    });
  }

  open() {
    if (this.form.hidden) return false;
    this.input.focus();
    this.input.select();
    return true;
  }

  look() {
    const wanted = fold(this.input.value.trim()).folded;
    this.texts ??= this.transcript.cues.map(({ element }) => ({ element, ...fold(element.textContent) }));
    this.places = [];
    this.here = -1;
    if (wanted.length > 1) {
      for (const { element, folded, origins } of this.texts) {
        for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
          this.places.push({ element, start: origins[at], end: origins[at + wanted.length] });
        }
      }
    }
    this.lit.clear();
    this.litHere.clear();
    for (const place of this.places) {
      place.range = rangeIn(place.element, place.start, place.end);
      if (place.range) this.lit.add(place.range);
    }
    this.output.value = wanted.length > 1 ? String(this.places.length) : "";
  }

  step(by) {
    const { length } = this.places;
    if (!length) return;
    this.here = (this.here + by + length) % length;
    const place = this.places[this.here];
    this.litHere.clear();
    if (place.range) this.litHere.add(place.range);
    this.output.value = `${this.here + 1} / ${length}`;
    this.transcript.follow = false;
    this.form.dispatchEvent(new Event("archive:found", { bubbles: true }));
    place.element.scrollIntoView({ block: "center" });
  }
}
