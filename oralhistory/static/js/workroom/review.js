// Reviewing a transcript: the player goes on knowing the text while it changes; keys for mentions; words become a redaction.
import { Transcript } from "../transcript.js";

const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter

const root = document.querySelector(".bench #transcript");
const player = document.querySelector("archive-player");

/** The player's transcript anew, after segments were changed. */
function follow() {
  if (!player?.transcript) return;
  const { words, follow: following, cue } = player.transcript;
  player.transcript.mark(cue, false);
  const fresh = new Transcript(root);
  fresh.words = words;
  for (const element of root.querySelectorAll(".cue")) words[element.id] = relative(element);
  fresh.follow = following;
  player.transcript = fresh;
  if (player.find) Object.assign(player.find, { transcript: fresh, texts: null });
}

function wordsOf(cue) {
  return JSON.parse(cue.dataset.words);
}

/** As the player wants them: [character, milliseconds from the segment's start, …]. */
function relative(cue) {
  return wordsOf(cue).flatMap(([place, start]) => [place, start - Number(cue.dataset.start)]);
}

/** The mention that the panel is about is marked in the text, and brought into view. */
function showChosen({ scroll }) {
  for (const each of root.querySelectorAll(".mention.is-chosen")) each.classList.remove("is-chosen");
  const chosen = document.getElementById("mention")?.dataset.chosen;
  const marks = chosen ? [...root.querySelectorAll(`[data-mention="${chosen}"]`)] : [];
  for (const mark of marks) mark.classList.add("is-chosen");
  if (scroll && marks[0]) bring(marks[0]);
}

/** Into what is seen between the player and, on a narrow screen, the panel that has risen from below. */
function bring(mark) {
  const panel = document.getElementById("mention");
  const sheet = getComputedStyle(panel).position === "fixed" ? panel.offsetHeight : 0;
  const { top, bottom } = mark.getBoundingClientRect();
  const [from, to] = [player ? player.getBoundingClientRect().bottom + 20 : 40, innerHeight - sheet - 40];
  if (top >= from && bottom <= to) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scrollBy({ top: top - (Math.min(from, 200) + to) / 2, behavior: calm ? "instant" : "smooth" });
}

function keys(event) {
  const box = document.getElementById("use-keys");
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (box && !box.checked)) return;
  if (event.target.closest(FREE) || document.querySelector("dialog[open]")) return;
  if (event.key === "o" || event.key === "O") {
    event.preventDefault();
    look(event.key === "o");
    return;
  }
  const named = document.querySelectorAll(`#mention [data-key="${CSS.escape(event.key)}"]`);
  let target = [...named].find((each) => each.checkVisibility()); // what is folded away has no key
  if (!target && (event.key === "n" || event.key === "p")) target = nearest(event.key === "n");
  if (event.key === "e") target = root.querySelector(".is-now")?.closest(".segment")?.querySelector(".edit");
  if (!target) return;
  event.preventDefault();
  if (target.matches("input:not([type=checkbox])")) target.focus();
  else target.click();
}

/** With nothing chosen: the next undecided mention from where the sound is. */
function nearest(forward) {
  const now = player?.now ?? 0;
  const undecided = [...root.querySelectorAll(".mention.suggested")];
  const ahead = undecided.filter((each) => (Number(each.dataset.start) >= now) === forward);
  return (forward ? ahead[0] : ahead.at(-1)) ?? undecided[0];
}

/** To the next place that should be looked at, from the one that has the focus, else from where the sound is. */
function look(forward) {
  const places = [...root.querySelectorAll("[data-look]")];
  const start = (place) => Number(place.querySelector(".at").dataset.at);
  const here = places.indexOf(document.activeElement.closest("[data-look]"));
  const now = player?.now ?? 0;
  const ahead = here >= 0 ? places[here + (forward ? 1 : -1)]
    : forward ? places.find((place) => start(place) >= now) : places.findLast((place) => start(place) < now);
  const target = ahead ?? places.at(forward ? 0 : -1);
  target?.querySelector(".at").focus({ preventScroll: true });
  target?.scrollIntoView({ block: "center" });
}

/** The words under a selection: the forms that mark and redact are filled with them. */
function select() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.commonAncestorContainer)) return;
  const cues = [...root.querySelectorAll(".cue")].filter((cue) => range.intersectsNode(cue));
  const words = cues.flatMap((cue) => chosenWords(cue, range));
  if (!words.length) return;
  toMark(cues[0], chosenWords(cues[0], range));
  const details = document.getElementById("redaction");
  if (!details || document.getElementById("marking")?.open) return;
  const offset = Number(root.dataset.offset);
  const [start, end] = [words[0].start + offset, words.at(-1).end + offset];
  details.open = true;
  details.querySelector("[name=start]").value = (start / 1000).toFixed(3);
  details.querySelector("[name=end]").value = (end / 1000).toFixed(3);
  details.querySelector("[name=cue]").value = cues[0].id;
  const quoted = details.querySelector(".quoted");
  quoted.textContent = `«${words.map((word) => word.text).join(" ")}»`;
  quoted.hidden = false;
  const hear = details.querySelector(".hear-it");
  hear.hidden = !player;
  hear.onclick = () => hearSpan(words[0].start, words.at(-1).end);
}

/** The words of one passage as what a person marks; a name over the edge of two is marked as far as the first goes. */
function toMark(cue, words) {
  const details = document.getElementById("marking");
  if (!details || !words.length) return;
  const { place } = words[0];
  const { stop } = words.at(-1);
  for (const [name, value] of Object.entries({ cue: cue.id, start: place, end: stop })) {
    details.querySelector(`[name=${name}]`).value = value;
  }
  const quoted = details.querySelector(".quoted");
  quoted.textContent = `«${cue.textContent.slice(place, stop)}»`;
  quoted.hidden = false;
}

function chosenWords(cue, range) {
  const text = cue.textContent;
  const [from, to] = [offsetIn(cue, range.startContainer, range.startOffset, 0), offsetIn(cue, range.endContainer, range.endOffset, text.length)];
  return wordsOf(cue)
    .map(([place, start, end]) => {
      const blank = text.slice(place).search(/\s/);
      const stop = blank < 0 ? text.length : place + blank;
      return { place, stop, start, end, text: text.slice(place, stop) };
    })
    .filter((word) => word.place < to && from < word.stop);
}

/** How many characters of a cue lie before a point; `outside` where the point is not in it. */
function offsetIn(cue, node, offset, outside) {
  if (!cue.contains(node)) return outside;
  const before = document.createRange();
  before.setStart(cue, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** What had the focus was replaced: it goes on in the panel, and not at the top of the page. */
function keepPlace() {
  const panel = document.getElementById("mention");
  if (document.activeElement === document.body && panel.dataset.chosen) panel.focus({ preventScroll: true });
}

function hearSpan(start, end) {
  player.seek(start);
  player.play();
  const stop = () => {
    if (player.audio.currentTime * 1000 < end) return;
    player.audio.pause();
    player.audio.removeEventListener("timeupdate", stop);
  };
  player.audio.addEventListener("timeupdate", stop);
}

if (root) {
  document.addEventListener("keydown", keys);
  document.getElementById("place-keys")?.removeAttribute("hidden");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-until]");
    if (!link || !player) return;
    event.preventDefault();
    event.stopPropagation(); // the player would go to the moment and on
    hearSpan(Number(link.dataset.from), Number(link.dataset.until));
  }, true);
  document.addEventListener("pointerup", () => setTimeout(select));
  document.addEventListener("htmx:afterSettle", () => { follow(); showChosen({ scroll: true }); keepPlace(); });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.(".is-edited");
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
    if (event.key === "Escape") { event.preventDefault(); form.querySelector("[data-cancel]").click(); }
  });
  showChosen({ scroll: Boolean(document.getElementById("mention")?.dataset.chosen) });
}
