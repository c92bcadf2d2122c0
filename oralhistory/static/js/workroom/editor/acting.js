// What a person does with the passage they are at: by a key, by the tools, or in the text itself.
import * as drafts from "./drafts.js";
import { momentOf, wordAt } from "./text.js";
import { Writing } from "./writing.js";

/** The half of <transcript-editor> that acts; the other half (element.js) shows, and speaks with the archive. */
export class ActingEditor extends HTMLElement {
  write(cue, place = null) {
    if (!this.may || !this.text.of(cue)) return;
    if (this.writing?.cue !== cue) {
      this.stopWriting({ focus: false });
      this.setCurrent(cue);
      this.writing = new Writing(this, cue, place); // from now on the view holds it in the page
      this.view.bring(`s-${cue}`, { margin: this.player.getBoundingClientRect().bottom });
      this.view.redraw(`s-${cue}`, this.item(this.text.of(cue)));
    } else if (place !== null) this.writing.place = place;
    this.writing.focus();
  }

  stopWriting({ focus = true } = {}) {
    if (!this.writing) return;
    const { writing } = this;
    const { cue } = writing;
    writing.commit();
    this.writing = null;
    drafts.typing(this.owner, null).catch(() => {});
    this.redraw(cue);
    if (focus) this.choose(cue);
  }

  get placeNow() {
    if (this.writing) return this.writing.at;
    const segment = this.text.of(this.current);
    const now = this.player.now;
    return segment && now >= segment.start && now <= segment.end ? wordAt(segment, now)?.[0] ?? 0 : 0;
  }

  do(what) {
    const { doing, current } = this;
    if (what === "undo") return doing.undo();
    if (what === "redo") return doing.redo();
    if (what === "edit") return this.write(current, this.placeNow);
    const wrote = Boolean(this.writing);
    const at = this.placeNow;
    this.writing?.commit();
    if (what === "split") return this.splitAt(current, at, wrote);
    if (what === "merge") return this.mergeWith(current, wrote);
    if (what === "insert") return this.goOn(doing.insert(current), true);
    if (what === "delete") {
      const next = this.text.beside(current, 1) ?? this.text.beside(current, -1);
      this.stopWriting({ focus: false });
      if (doing.delete(current) && next) this.choose(next.cue);
    }
    return null;
  }

  splitAt(cue, at, wrote) {
    const made = this.doing.split(cue, at);
    if (made) this.goOn(made, wrote, 0);
    else if (wrote && at >= (this.text.of(cue)?.text.length ?? 0)) this.step(1);
  }

  mergeWith(cue, wrote) {
    const at = this.text.of(cue)?.text.length ?? 0;
    if (this.doing.merge(cue)) this.goOn(cue, wrote, at);
  }

  joinWithBefore() {
    this.writing?.commit();
    const before = this.text.beside(this.current, -1);
    if (!before) return;
    this.stopWriting({ focus: false });
    this.mergeWith(before.cue, true);
  }

  goOn(cue, writes, place = null) {
    if (!cue) return;
    if (writes) this.write(cue, place);
    else this.choose(cue);
  }

  nudge(edge, by) {
    const segment = this.text.of(this.current);
    if (segment) this.doing.moveBoundary(this.current, edge, segment[edge] + by);
  }

  speakerByNumber(number) {
    const speaker = this.speakers[number - 1];
    if (speaker !== undefined) this.give(speaker);
  }

  /** A speaker, to the passages that the tools say. */
  give(speaker) {
    const where = this.player.querySelector(".speaks-where").value;
    const here = this.text.of(this.current);
    if (!here) return;
    const same = (each) => each.speaker === here.speaker && (each.speaker || each.voice === here.voice);
    let cues = this.picked.size ? [...this.picked] : [here.cue];
    if (where === "same") cues = this.text.segments.filter(same).map(({ cue }) => cue);
    if (where === "on") {
      const rest = this.text.segments.slice(this.text.place(here.cue));
      const stop = rest.findIndex((each) => !same(each));
      cues = rest.slice(0, stop < 0 ? rest.length : stop).map(({ cue }) => cue);
    }
    this.doing.speaker(cues, speaker);
  }

  hearFromCursor() {
    const segment = this.text.of(this.writing.cue);
    this.player.seek(momentOf(segment, this.writing.at));
    this.player.play();
  }
}
