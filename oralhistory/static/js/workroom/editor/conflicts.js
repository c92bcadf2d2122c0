// Where two have written in one passage: both readings side by side, until a person has chosen. Nothing is overwritten.
import { plain } from "./text.js";

export class Conflicts {
  constructor(editor) {
    Object.assign(this, { editor, open: new Map() });
  }

  /** Edits that the archive did not take, after its answer was shown. */
  meet(edits, answer) {
    const { editor } = this;
    editor.doing.drop(new Set(edits.map(({ code }) => code)));
    const again = new Set();
    for (const edit of edits) {
      if (edit.kind === "text" || edit.kind === "insert") this.keep(edit);
      else editor.saving.forget(edit.code);
      for (const cue of edit.touches) again.add(cue);
    }
    if (edits.some(({ kind }) => kind !== "text")) editor.showState("refused");
    if (again.size) editor.fetchSegments([...again]).then(() => {
      for (const edit of edits) edit.compared = true;
      for (const cue of again) editor.redraw(cue);
    });
    for (const edit of edits) editor.redraw(edit.cue);
    return answer;
  }

  keep(edit) {
    const { editor } = this;
    if (!editor.text.of(edit.cue) || edit.conflict === "gone") {
      if (plain(edit.text) !== "…") this.showLost(edit);
      else editor.saving.forget(edit.code);
      return;
    }
    const earlier = this.open.get(edit.cue);
    if (earlier) editor.saving.forget(earlier.code);
    this.open.set(edit.cue, edit);
    if (editor.writing?.cue === edit.cue && !editor.writing.isDirty) editor.stopWriting({ focus: false });
  }

  mount(cue, element) {
    const edit = this.open.get(cue);
    const segment = this.editor.text.of(cue);
    if (!edit || !segment) return;
    // Until theirs has come the text here is still ours: that it is alike says nothing.
    if (edit.compared && segment.text === plain(edit.text)) {
      this.settle(cue);
      return;
    }
    const form = this.editor.forms["conflict-form"].content.cloneNode(true);
    form.querySelector(".theirs").textContent = segment.text;
    form.querySelector(".ours").textContent = edit.text;
    form.querySelector(".actions").addEventListener("click", (event) => this.chosen(cue, event.target.closest("[data-choice]")?.dataset.choice));
    element.append(form);
  }

  settle(cue) {
    const edit = this.open.get(cue);
    this.open.delete(cue);
    if (edit) this.editor.saving.forget(edit.code);
    return edit;
  }

  chosen(cue, choice) {
    if (!choice) return;
    const { editor } = this;
    const { text } = this.settle(cue);
    const theirs = editor.text.of(cue).text;
    if (choice === "ours") editor.doing.write(cue, text);
    editor.redraw(cue);
    if (choice !== "edit") {
      editor.choose(cue);
      return;
    }
    editor.write(cue);
    editor.writing.field.value = `${theirs} ${text}`;
    editor.writing.field.dispatchEvent(new Event("input"));
  }

  /** What was written in a passage that is no more. */
  showLost(edit) {
    const { editor } = this;
    const form = editor.forms["lost-form"].content.firstElementChild.cloneNode(true);
    form.querySelector(".ours").textContent = edit.text;
    form.querySelector("[data-choice]").addEventListener("click", () => {
      editor.saving.forget(edit.code);
      form.remove();
    });
    editor.before(form);
  }
}
