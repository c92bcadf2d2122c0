// The transcript in time with the sound: the word being said, the place to go on from, what is spoken of.
import { lastBefore } from "./clock.js";

const canHighlight = typeof Highlight === "function" && Boolean(CSS.highlights);

/** A range over characters [start, end) of an element's text. */
export function rangeIn(element, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let passed = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const after = passed + node.length;
    if (!begun && start < after) {
      range.setStart(node, start - passed);
      begun = true;
    }
    if (begun && end <= after) {
      range.setEnd(node, end - passed);
      return range;
    }
    passed = after;
  }
  return null;
}

export class Transcript {
  constructor(root) {
    this.root = root;
    const times = (element) => ({ element, start: Number(element.dataset.start), end: Number(element.dataset.end) });
    this.cues = [...root.querySelectorAll(".cue")].map(times);
    this.mentions = [...root.querySelectorAll(".mention")].map((element) => ({ ...times(element), of: element.dataset.organization }));
    this.chapters = [...root.querySelectorAll(".chapter")].map((element) => ({ ...times(element), label: element.dataset.title, warning: element.dataset.warning }));
    this.withheld = [...root.querySelectorAll(".withheld")].map(times);
    this.words = {};
    this.follow = true;
    if (canHighlight) {
      this.saying = new Highlight();
      CSS.highlights.set("saying", this.saying);
      this.passage = new Highlight();
      CSS.highlights.set("passage", this.passage);
    }
  }

  async load(url) {
    const answer = await fetch(url);
    if (answer.ok) this.words = await answer.json();
  }

  /** Light the word said at `ms`, and bring it into view where the reader follows. */
  show(ms, { scroll, begun }) {
    const index = lastBefore(this.cues, ms);
    const cue = !begun || index < 0 || ms > this.cues[index].end + 1500 ? null : this.cues[index];
    if (cue !== this.cue) {
      this.mark(this.cue, false);
      this.cue = cue;
      this.mark(cue, true);
      if (cue && scroll && this.follow) this.bring(cue.element);
    }
    this.saying?.clear();
    if (cue) this.light(cue, ms);
    this.showMention(ms);
  }

  mark(cue, now) {
    if (!cue) return;
    cue.element.classList.toggle("is-now", now);
    cue.element.classList.toggle("lit-whole", now && !(this.saying && this.words[cue.element.id]));
    cue.element.closest(".turn")?.classList.toggle("is-now", now);
  }

  light(cue, ms) {
    const words = this.words[cue.element.id];
    if (!this.saying || !words) return;
    cue.element.classList.remove("lit-whole");
    let word = -1;
    while (2 * (word + 1) < words.length && cue.start + words[2 * (word + 1) + 1] <= ms) word += 1;
    if (word < 0) return;
    const text = cue.element.textContent;
    const start = words[2 * word];
    const space = text.slice(start).search(/\s/);
    const range = rangeIn(cue.element, start, space < 0 ? text.length : start + space);
    if (range) this.saying.add(range);
  }

  showMention(ms) {
    for (const mention of this.mentions) {
      const now = mention.start - 200 <= ms && ms < mention.end + 200;
      if (now !== Boolean(mention.now)) {
        mention.now = now;
        mention.element.classList.toggle("is-now", now);
      }
    }
  }

  /** The organization spoken of last at `ms`, its moment, and whether anything was spoken of yet. */
  spokenOf(ms) {
    const index = lastBefore(this.mentions, ms + 200);
    return index < 0 ? { mention: this.mentions[0] ?? null, yet: false } : { mention: this.mentions[index], yet: true };
  }

  bring(element) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = element.getBoundingClientRect();
    if (box.top > 160 && box.bottom < innerHeight * 0.72) return;
    this.moving = performance.now();
    scrollTo({ top: scrollY + box.top - innerHeight * 0.35, behavior: calm ? "instant" : "smooth" });
  }

  /** Light what is said in a stretch, as somebody asked for it by its address. */
  showPassage(start, end) {
    this.passage?.clear();
    for (const cue of this.cues.filter((each) => each.start < end && each.end > start)) {
      const { element } = cue;
      const text = element.textContent;
      const from = cue.start >= start ? 0 : this.characterAt(cue, start);
      const to = cue.end <= end ? text.length : this.characterAt(cue, end);
      const range = to > from ? rangeIn(element, from, to) : null;
      if (range) this.passage?.add(range);
    }
  }

  /** Where in a cue's text the word begins that is said at a moment. */
  characterAt(cue, ms) {
    const words = this.words[cue.element.id] ?? [];
    let at = 0;
    for (let word = 0; word < words.length && cue.start + words[word + 1] < ms - 20; word += 2) at = words[word + 2] ?? cue.element.textContent.length;
    return at;
  }

  /** When the word is said at a character of a cue. */
  timeIn(element, character) {
    const cue = this.cues.find((each) => each.element === element);
    const words = this.words[element.id] ?? [];
    let ms = cue.start;
    for (let word = 0; word < words.length && words[word] <= character; word += 2) ms = cue.start + words[word + 1];
    return ms;
  }

  /** When the word has been said before which a selection ends: where the next one begins. */
  endIn(element, character) {
    const cue = this.cues.find((each) => each.element === element);
    const words = this.words[element.id] ?? [];
    for (let word = 0; word < words.length; word += 2) if (words[word] >= character) return cue.start + words[word + 1];
    return cue.end;
  }

  /** The moment of the word under a pointer; null where there is none. */
  at(event) {
    const cue = event.target.closest(".cue");
    if (!cue) return null;
    const found = this.cues.find((each) => each.element === cue);
    const words = this.words[cue.id];
    const offset = this.offsetAt(cue, event);
    if (!words || offset === null) return found.start;
    let ms = found.start;
    for (let word = 0; word < words.length && words[word] <= offset; word += 2) ms = found.start + words[word + 1];
    return ms;
  }

  offsetAt(cue, event) {
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const range = place ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
    const [node, offset] = place ? [place.offsetNode, place.offset] : range ? [range.startContainer, range.startOffset] : [null, 0];
    if (!node || !cue.contains(node)) return null;
    const before = document.createRange();
    before.setStart(cue, 0);
    before.setEnd(node, offset);
    return before.toString().length;
  }
}
