// Every action by keyboard: keys of one letter while nobody writes, the others always; and what foot pedals send.
import { recall, remember } from "../../memory.js";
import { momentOf } from "./text.js";

const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter
const NUDGE = 100; // ms
const STEP = 3000; // ms that a pedal goes back or forward
const PEDAL = { play: "F8", back: "F7", forward: "F9" };
const MEDIA = { MediaPlayPause: "play", MediaRewind: "back", MediaTrackPrevious: "back", MediaFastForward: "forward", MediaTrackNext: "forward" };

export class Keys {
  constructor(editor, player) {
    Object.assign(this, { editor, player, pedal: { ...PEDAL, ...recall("pedal") } });
    this.sheet = player.querySelector("dialog.keys");
    this.box = this.sheet.querySelector(".use-keys");
    this.held = this.sheet.querySelector("#pedal-held");
    this.held.checked = recall("pedal-held") === true;
    this.held.addEventListener("change", () => remember("pedal-held", this.held.checked));
    for (const field of this.sheet.querySelectorAll("[data-pedal]")) this.learn(field);
    document.addEventListener("keydown", (event) => this.down(event), true);
    document.addEventListener("keyup", (event) => this.up(event), true);
  }

  /** A field that takes the key of a pedal: whatever is pressed in it, but for those that lead out of it. */
  learn(field) {
    const { pedal: name } = field.dataset;
    field.value = this.pedal[name];
    field.addEventListener("keydown", (event) => {
      if (["Tab", "Escape", "Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      this.pedal[name] = field.value = event.key;
      remember("pedal", this.pedal);
    });
  }

  pressed(event) {
    if (event.target.matches?.("[data-pedal]")) return null;
    return MEDIA[event.key] ?? Object.keys(this.pedal).find((name) => this.pedal[name] === event.key) ?? null;
  }

  down(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const act = this.action(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  up(event) {
    if (this.held.checked && this.pressed(event) === "play") this.player.audio.pause();
  }

  action(event) {
    const pedal = this.pressed(event);
    if (pedal) return this.ofPedal(pedal, event);
    if (document.querySelector("dialog[open]")) return null;
    const { writing, may } = this.editor;
    const inText = writing && event.target === writing.field;
    if (!inText && event.target.closest(FREE)) return null;
    if (event.ctrlKey || event.metaKey) return this.withControl(event, inText);
    if (event.altKey) return may ? this.withAlt(event) : null;
    if (inText) return this.whileWriting(event, writing);
    return this.plain(event);
  }

  ofPedal(name, event) {
    const { player } = this;
    if (name === "back") return () => player.seek(player.now - STEP);
    if (name === "forward") return () => player.seek(player.now + STEP);
    if (event.repeat) return () => {};
    return () => (this.held.checked ? player.play() : player.toggle());
  }

  withControl(event, inText) {
    const { editor, player } = this;
    const { doing } = editor;
    if (event.key === " ") return () => player.toggle();
    if (event.key === "Enter" && inText) return () => editor.hearFromCursor();
    if (!editor.may) return null;
    const key = event.key.toLowerCase();
    if (key === "z") return () => (event.shiftKey ? doing.redo() : doing.undo());
    if (key === "y") return () => doing.redo();
    if (key === "s") return () => editor.saveAll();
    return null;
  }

  withAlt(event) {
    const { editor } = this;
    const edge = event.shiftKey ? "end" : "start";
    const nudge = (by) => () => editor.nudge(edge, by);
    const place = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (place) return () => editor.speakerByNumber(Number(place));
    return {
      Enter: () => editor.do("insert"), Delete: () => editor.do("delete"), KeyM: () => editor.do("merge"),
      Comma: nudge(-NUDGE), Period: nudge(NUDGE), ArrowUp: () => editor.step(-1), ArrowDown: () => editor.step(1),
    }[event.code] ?? null;
  }

  whileWriting(event, writing) {
    const { editor } = this;
    const { selectionStart: start, selectionEnd: end, value } = writing.field;
    const [first, last] = [start === 0 && end === 0, start === value.length && end === start];
    if (event.key === "Enter" && !event.shiftKey) return () => editor.do("split");
    if (event.key === "Escape") return () => editor.stopWriting();
    if (event.key === "Backspace" && first) return () => editor.joinWithBefore();
    if (event.key === "Delete" && last) return () => editor.do("merge");
    if (event.key === "ArrowUp" && first) return () => editor.step(-1);
    if (event.key === "ArrowDown" && last) return () => editor.step(1);
    return null;
  }

  plain(event) {
    const { editor, player } = this;
    const within = editor.contains(event.target);
    if (within || event.target === document.body) {
      if (event.key === "ArrowUp" && within) return () => editor.step(-1, { extend: event.shiftKey });
      if (event.key === "ArrowDown" && within) return () => editor.step(1, { extend: event.shiftKey });
      if (event.key === "Enter" && event.target.matches(".segment")) return () => editor.do("edit");
    }
    if (!this.box.checked) return null;
    return {
      e: () => editor.do("edit"), "?": () => this.sheet.showModal(), ",": () => this.word(-1), ".": () => this.word(1),
      "<": () => player.faster(-1), ">": () => player.faster(1), "+": () => editor.near.closer(1), "-": () => editor.near.closer(-1),
    }[event.key] ?? null;
  }

  /** To the word before or after the one that is being said. */
  word(by) {
    const { text } = this.editor;
    const now = this.player.now;
    const here = text.at(now) ?? text.segments[0];
    const starts = [text.beside(here.cue, -1), here, text.beside(here.cue, 1)]
      .filter(Boolean)
      .flatMap((segment) => segment.words.filter((_, at) => at % 3 === 0).map((place) => momentOf(segment, place)));
    const to = by < 0 ? starts.findLast((ms) => ms < now - 1) : starts.find((ms) => ms > now + 1);
    if (to !== undefined) this.player.seek(to, { scroll: true });
  }
}
