// What the player knows of the text: which word is being said, where a click leads, what is spoken of.
import { lastBefore } from "../../clock.js";
import { Find, fold } from "../../find.js";
import { ArchivePlayer } from "../../player.js";
import { rangeIn, Transcript } from "../../transcript.js";
import { momentOf, wordAt } from "./text.js";
import { Near } from "./near.js";

/** As Transcript, over the text of an editor instead of a page that holds all of it. */
class Heard {
  constructor(editor) {
    Object.assign(this, { editor, root: editor, follow: true, chapters: [], withheld: [], words: {}, cue: null });
    if (typeof Highlight === "function" && CSS.highlights) {
      this.saying = new Highlight();
      CSS.highlights.set("saying", this.saying);
    }
  }

  async load() {}

  get mentions() {
    const { text } = this.editor;
    if (this.revision !== text.revision) {
      this.revision = text.revision;
      const all = text.segments.flatMap((segment) => segment.mentions.map((each) => [segment, each]));
      this.found = all.map(([segment, [start, end, pk, state, of, begins, ends]]) => ({
        start: begins, end: ends, pk, state, of, cue: segment.cue, element: { dataset: { name: segment.text.slice(start, end) } },
      })).sort((a, b) => a.start - b.start);
    }
    return this.found;
  }

  spokenOf(ms) {
    return Transcript.prototype.spokenOf.call(this, ms);
  }

  show(ms, { scroll, begun }) {
    const segment = this.editor.text.at(ms);
    const now = begun && segment && ms <= segment.end + 1500 ? segment : null;
    if (now?.cue !== this.cue?.id) {
      this.mark(this.cue?.id, false);
      this.cue = now ? { id: now.cue, element: { id: now.cue } } : null;
      this.mark(now?.cue, true);
      if (now) this.editor.listens(now, { scroll: scroll && this.follow });
    }
    this.saying?.clear();
    const word = now && this.saying ? wordAt(now, ms) : null;
    const element = word && this.editor.cueElement(now.cue);
    const range = element ? rangeIn(element, ...word) : null;
    if (range) this.saying.add(range);
    this.editor.near?.show(ms);
  }

  mark(cue, now) {
    const element = cue && this.editor.cueElement(cue);
    element?.classList.toggle("is-now", now);
  }

  bring({ id }) {
    this.editor.view.bring(`s-${id}`);
  }

  at(event) {
    const cue = event.target.closest(".cue");
    const segment = cue && this.editor.text.of(cue.id);
    if (!segment) return null;
    return momentOf(segment, Transcript.prototype.offsetAt.call(this, cue, event) ?? 0);
  }
}

class FindInText extends Find {
  /** The places of what is looked for, by the segments as they are now. */
  look({ anew = true } = {}) {
    const { editor } = this.transcript;
    const wanted = fold(this.input.value.trim()).folded;
    this.wanted = wanted.length > 1 ? wanted : "";
    if (anew) this.here = -1;
    this.places = [];
    if (this.wanted) {
      for (const { cue, text } of editor.text.segments) {
        const folded = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
        for (let at = folded.indexOf(wanted), nth = 0; at >= 0; at = folded.indexOf(wanted, at + wanted.length), nth += 1) this.places.push({ cue, nth });
      }
    }
    this.output.value = this.wanted ? String(this.places.length) : "";
    this.light();
  }

  /** In what is in the page at the moment. */
  light() {
    this.lit.clear();
    this.litHere.clear();
    if (!this.wanted) return;
    const here = this.places[this.here];
    for (const cue of this.transcript.editor.querySelectorAll(".cue")) {
      const { folded, origins } = fold(cue.textContent);
      for (let at = folded.indexOf(this.wanted), nth = 0; at >= 0; at = folded.indexOf(this.wanted, at + this.wanted.length), nth += 1) {
        const range = rangeIn(cue, origins[at], origins[at + this.wanted.length]);
        if (range) (here?.cue === cue.id && here.nth === nth ? this.litHere : this.lit).add(range);
      }
    }
  }

  step(by) {
    const { length } = this.places;
    if (!length) return;
    this.here = (this.here + by + length) % length;
    this.output.value = `${this.here + 1} / ${length}`;
    this.transcript.follow = false;
    this.form.dispatchEvent(new Event("archive:found", { bubbles: true }));
    this.transcript.editor.choose(this.places[this.here].cue, { focus: false });
    this.light();
  }
}

class EditorPlayer extends ArchivePlayer {
  connectedCallback() {
    /* it begins when the text is there */
  }

  begin(editor) {
    this.editor = editor;
    super.connectedCallback();
    this.audio.preservesPitch = true;
    editor.near = new Near(this.querySelector(".near"), { player: this, editor });
  }

  newTranscript() {
    return new Heard(this.editor);
  }

  newFind() {
    return new FindInText(this.querySelector(".find"), this.transcript);
  }

  faster(by) {
    const rates = [...this.querySelectorAll(".rate option")].map(({ value }) => Number(value));
    const here = lastBefore(rates.map((start) => ({ start })), this.audio.playbackRate);
    this.rate(rates[Math.min(Math.max(0, here + by), rates.length - 1)]);
  }

  /** A stretch and no more. */
  hear(start, end) {
    this.seek(start);
    this.play();
    const stop = () => {
      if (this.audio.currentTime * 1000 < end) return;
      this.audio.pause();
      this.audio.removeEventListener("timeupdate", stop);
    };
    this.audio.addEventListener("timeupdate", stop);
  }
}

customElements.define("editor-player", EditorPlayer);
