// What a person does to the text: each thing at once here, then to the archive, and back again if they want.
import { momentOf, newCode, newCue, plain } from "./text.js";

const BLANK = /\s/;
const WAITING = "…"; // stands in a passage that was put in, until something is written

export class Doing {
  constructor(editor) {
    Object.assign(this, { editor, done: [], undone: [] });
  }

  get text() {
    return this.editor.text;
  }

  /** An edit by its fields. Returns it; null where nothing can be done. */
  edit(fields) {
    const edit = { code: newCode(), ...fields };
    const outcome = this.text.outcome(edit);
    if (!outcome) return null;
    this.put(edit, outcome);
    this.done.push({ code: edit.code, ...outcome });
    this.undone = [];
    this.editor.showUndo();
    return edit;
  }

  put(edit, { before, after }) {
    edit.touches = [...new Set([...before, ...after].map(({ cue }) => cue))];
    this.editor.swap(before, after);
    this.editor.saving.add(edit);
  }

  undo() {
    this.editor.writing?.commit();
    this.back(this.done, this.undone);
  }

  redo() {
    this.editor.writing?.commit();
    this.back(this.undone, this.done);
  }

  back(from, to) {
    const last = from.pop();
    if (!last) return;
    const edit = { code: newCode(), kind: "undo", undoes: last.code };
    const outcome = { before: last.after, after: last.before };
    this.put(edit, outcome);
    to.push({ code: edit.code, ...outcome });
    this.editor.showUndo();
    const there = outcome.after[0] ?? this.text.at(outcome.before[0].start);
    if (there) this.editor.choose(there.cue, { focus: !this.editor.writing });
  }

  /** It was not done after all. */
  drop(codes) {
    const kept = ({ code }) => !codes.has(code);
    this.done = this.done.filter(kept);
    this.undone = this.undone.filter(kept);
    this.editor.showUndo();
  }

  write(cue, text) {
    const segment = this.text.of(cue);
    if (!segment || !plain(text) || plain(text) === segment.text) return null;
    return this.edit({ kind: "text", cue, text: plain(text), seen: { [cue]: segment.text } });
  }

  /** Before the word at a character. Returns the cue of the second half. */
  split(cue, at) {
    const segment = this.text.of(cue);
    if (!segment) return null;
    let place = at;
    while (place > 0 && place < segment.text.length && !BLANK.test(segment.text[place - 1])) place -= 1;
    if (!plain(segment.text.slice(0, place)) || !plain(segment.text.slice(place))) return null;
    const from = segment.text.length - plain(segment.text.slice(place)).length;
    const share = segment.start + Math.round(((segment.end - segment.start) * from) / segment.text.length);
    const moment = segment.words.length ? momentOf(segment, from) : share;
    const at_ms = Math.min(Math.max(moment, segment.start + 1), segment.end - 1);
    const new_cue = newCue();
    const made = this.edit({ kind: "split", cue, place, at_ms, new_cue, seen: { [cue]: segment.text } });
    return made && new_cue;
  }

  /** With what follows. */
  merge(cue) {
    const [first, second] = [this.text.of(cue), this.text.beside(cue, 1)];
    if (!first || !second) return null;
    return this.edit({ kind: "merge", cue, seen: { [first.cue]: first.text, [second.cue]: second.text } });
  }

  /** After a passage. Returns the cue of the new one. */
  insert(cue) {
    const new_cue = newCue();
    const made = this.edit({ kind: "insert", cue, text: WAITING, new_cue, speaker: this.text.of(cue)?.speaker ?? "" });
    return made && new_cue;
  }

  delete(cue) {
    const segment = this.text.of(cue);
    if (!segment || this.text.segments.length < 2) return null;
    return this.edit({ kind: "delete", cue, seen: { [cue]: segment.text } });
  }

  moveBoundary(cue, edge, ms) {
    const segment = this.text.of(cue);
    if (!segment) return null;
    return this.edit({ kind: "boundary", cue, edge, at_ms: Math.max(0, Math.round(ms)), seen: { [cue]: segment[edge] } });
  }

  speaker(cues, speaker) {
    const changing = cues.map((cue) => this.text.of(cue)).filter((segment) => segment && segment.speaker !== speaker);
    if (!changing.length) return null;
    const seen = Object.fromEntries(changing.map((segment) => [segment.cue, segment.speaker]));
    return this.edit({ kind: "speaker", cues: changing.map((segment) => segment.cue), speaker, seen });
  }
}
