// <archive-selected>: what can be done with words that are selected in the transcript: heard, linked, quoted with their citation.
import { clock, fragment } from "./clock.js";

const NEAR = 12; // pixels from the words

class ArchiveSelected extends HTMLElement {
  connectedCallback() {
    this.transcript = document.getElementById("transcript");
    const press = (name, act) => this.querySelector(name)?.addEventListener("click", act);
    press(".hear-it", () => this.player?.hearSpan(this.span));
    press(".link-it", (event) => this.copy(event.currentTarget, this.address()));
    press(".quote-it", (event) => this.copy(event.currentTarget, this.quotation()));
    // The bar takes no focus from the words: what is selected stays selected.
    this.addEventListener("pointerdown", (event) => { if (!event.target.closest("a")) event.preventDefault(); });
    document.addEventListener("selectionchange", () => this.look());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.hidden) getSelection().removeAllRanges();
    });
    addEventListener("scroll", () => { if (!this.hidden) this.place(); }, { passive: true });
  }

  get player() {
    return document.querySelector("archive-player:defined");
  }

  look() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.show(), 120);
  }

  show() {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const cues = range && this.transcript.contains(range.commonAncestorContainer)
      ? [...this.transcript.querySelectorAll(".cue")].filter((cue) => range.intersectsNode(cue) && this.within(range, cue))
      : [];
    this.hidden = !cues.length;
    if (this.hidden) return;
    this.range = range;
    this.cues = cues;
    const player = this.player;
    const [first, last] = [cues[0], cues.at(-1)];
    const start = player?.transcript.timeIn?.(first, this.offset(first, range, "start")) ?? Number(first.dataset.start);
    const end = player?.transcript.endIn?.(last, this.offset(last, range, "end")) ?? Number(last.dataset.end);
    this.span = { start, end: Math.max(end, start + 500) };
    this.querySelector(".span").textContent = `${clock(this.span.start)}–${clock(this.span.end)}`;
    const cite = this.querySelector(".cite-it");
    if (cite) cite.href = `${this.dataset.cites}?${fragment(this.span.start, this.span.end)}${cues.length === 1 ? `&m=${cues[0].id}` : ""}`;
    this.place();
  }

  /** Whether any of a cue's letters are selected: a range touches what it ends beside. */
  within(range, cue) {
    return this.offset(cue, range, "start") < this.offset(cue, range, "end");
  }

  /** Where the selection begins or ends in a cue, in characters of its text. */
  offset(cue, range, side) {
    const all = cue.textContent.length;
    const [node, at] = side === "start" ? [range.startContainer, range.startOffset] : [range.endContainer, range.endOffset];
    const inside = document.createRange();
    inside.selectNodeContents(cue);
    if (inside.comparePoint(node, at) < 0) return 0;
    if (inside.comparePoint(node, at) > 0) return all;
    inside.setEnd(node, at);
    return inside.toString().length;
  }

  /** Over the words, or under them where the player is in the way. */
  place() {
    const box = this.range.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this;
    const above = box.top - height - NEAR;
    const top = above > 130 ? above : Math.min(innerHeight - height - NEAR, Math.max(130, box.bottom + NEAR));
    this.style.setProperty("--top", `${top}px`);
    this.style.setProperty("--left", `${Math.max(NEAR, Math.min(innerWidth - width - NEAR, box.left))}px`);
  }

  address() {
    if (this.cues.length === 1 && this.said() === this.cues[0].textContent.trim()) return `${this.dataset.address}m/${this.cues[0].id}/`;
    return `${this.dataset.address}#${fragment(this.span.start, this.span.end)}`;
  }

  /** The words alone: no names of speakers, no times, no numbers of notes. */
  said() {
    return this.cues.map((cue) => {
      const text = cue.textContent;
      return text.slice(this.offset(cue, this.range, "start"), this.offset(cue, this.range, "end")).trim();
    }).join(" ");
  }

  quotation() {
    const time = `${clock(this.span.start)}–${clock(this.span.end)}`;
    return `«${this.said()}»\n\n${this.dataset.pattern.replace("{time}", time).replace("{address}", this.address())}`;
  }

  async copy(button, text) {
    await navigator.clipboard.writeText(text);
    const words = button.textContent;
    button.textContent = this.querySelector("[role=status]").textContent = this.dataset.copied;
    setTimeout(() => { button.textContent = words; this.querySelector("[role=status]").textContent = ""; }, 1600);
  }
}

customElements.define("archive-selected", ArchiveSelected);
