// Beside the editor: keys for mentions and for places to look at; words that are selected become a mark or a redaction.

const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter

const editor = document.querySelector(".bench transcript-editor");
const player = document.querySelector("editor-player");

// On a narrow screen the tools stand before the text: folded, so that the text is there at once.
const narrow = matchMedia("(max-width: 56rem)");
const tools = document.getElementById("tools");
const fold = () => { if (tools) tools.open = !narrow.matches; };
narrow.addEventListener("change", fold);
fold();

/** The mention that the panel is about, into what is seen between the player and, on a narrow screen, the panel below. */
function bringChosen() {
  const chosen = document.getElementById("mention")?.dataset.chosen;
  const mention = chosen && editor.text && player.transcript.mentions.find(({ pk }) => String(pk) === chosen);
  if (!mention) return;
  editor.view.bring(`s-${mention.cue}`);
  editor.markMention();
  const mark = editor.querySelector(`[data-mention="${chosen}"]`);
  if (!mark) return;
  const panel = document.getElementById("mention");
  const sheet = getComputedStyle(panel).position === "fixed" ? panel.offsetHeight : 0;
  const { top, bottom } = mark.getBoundingClientRect();
  const [from, to] = [player.getBoundingClientRect().bottom + 20, innerHeight - sheet - 40];
  if (top < from || bottom > to) scrollBy({ top: top - (Math.min(from, 200) + to) / 2, behavior: "instant" });
}

// While the panel is on its way to another mention, a key is meant for what comes and not for what still stands there.
let coming = 0;
const early = [];
const SETTLED = 40; // ms: htmx binds new buttons 20 ms after it has put them in

function isPanel({ detail }) {
  return detail.target?.id === "mention";
}

function leaves(event) {
  if (!isPanel(event)) return;
  if (coming && event.detail.requestConfig.verb === "post") event.preventDefault(); // a click on what is about to go
  else coming += 1;
}

function arrives(event) {
  if (!isPanel(event)) return;
  setTimeout(() => {
    coming = Math.max(0, coming - 1);
    while (!coming && early.length) early.shift()();
  }, SETTLED);
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
  if (coming && event.key.length === 1) {
    event.preventDefault();
    early.push(() => act(event.key));
  } else if (act(event.key)) event.preventDefault();
}

/** What a key does in the panel; false where it has no meaning there. */
function act(key) {
  const named = document.querySelectorAll(`#mention [data-key="${CSS.escape(key)}"]`);
  const target = [...named].find((each) => each.checkVisibility()); // what is folded away has no key
  if (!target && (key === "n" || key === "p") && editor.text) {
    const mention = nearest(key === "n");
    if (mention) editor.openMention(mention.pk);
    return Boolean(mention);
  }
  if (!target) return false;
  if (target.matches("input:not([type=checkbox])")) target.focus();
  else target.click();
  return true;
}

/** With nothing chosen: the next undecided mention from where the sound is. */
function nearest(forward) {
  const now = player.now ?? 0;
  const undecided = player.transcript.mentions.filter(({ state }) => state === "suggested");
  const ahead = undecided.filter(({ start }) => (start >= now) === forward);
  return (forward ? ahead[0] : ahead.at(-1)) ?? undecided[0];
}

/** To the next place that should be looked at, from the one that has the focus, else from where the sound is. */
function look(forward) {
  if (!editor.text) return;
  const places = editor.view.items.filter(({ gap, segment }) => gap || (segment.flags.length && !segment.hand));
  const start = ({ gap, segment }) => (gap ?? segment).start;
  const focused = document.activeElement.closest("[data-look]")?.dataset.key;
  const here = places.findIndex(({ key }) => key === focused);
  const now = player.now ?? 0;
  const ahead = here >= 0 ? places[here + (forward ? 1 : -1)]
    : forward ? places.find((place) => start(place) >= now) : places.findLast((place) => start(place) < now);
  const target = ahead ?? places.at(forward ? 0 : -1);
  if (!target) return;
  editor.view.bring(target.key, { margin: player.getBoundingClientRect().bottom })?.querySelector(".at").focus({ preventScroll: true });
}

/** The words under a selection: the forms that mark and redact are filled with them. */
function select() {
  const selection = getSelection();
  if (!editor.text || selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!editor.contains(range.commonAncestorContainer)) return;
  const cues = [...editor.querySelectorAll(".cue")].filter((cue) => range.intersectsNode(cue));
  const words = cues.flatMap((cue) => chosenWords(cue, range));
  if (!words.length) return;
  toMark(cues[0], chosenWords(cues[0], range));
  const details = document.getElementById("redaction");
  if (!details || document.querySelector("#marking[open], #naming[open]")) return;
  const offset = Number(editor.dataset.offset);
  const [start, end] = [words[0].start + offset, words.at(-1).end + offset];
  details.open = true;
  details.querySelector("[name=start]").value = (start / 1000).toFixed(3);
  details.querySelector("[name=end]").value = (end / 1000).toFixed(3);
  details.querySelector("[name=cue]").value = cues[0].id;
  const quoted = details.querySelector(".quoted");
  quoted.textContent = `«${words.map((word) => word.text).join(" ")}»`;
  quoted.hidden = false;
  const hear = details.querySelector(".hear-it");
  hear.hidden = false;
  hear.onclick = () => player.hear(words[0].start, words.at(-1).end);
}

/** The words of one passage as what a person marks; a name over the edge of two is marked as far as the first goes. */
function toMark(cue, words) {
  if (!words.length) return;
  const { place } = words[0];
  const { stop } = words.at(-1);
  for (const details of document.querySelectorAll("#marking, #naming")) {
    for (const [name, value] of Object.entries({ cue: cue.id, start: place, end: stop })) {
      details.querySelector(`[name=${name}]`).value = value;
    }
    const quoted = details.querySelector(".quoted");
    quoted.textContent = `«${cue.textContent.slice(place, stop)}»`;
    quoted.hidden = false;
  }
}

function chosenWords(cue, range) {
  const segment = editor.text.of(cue.id);
  const { text, words } = segment;
  const [from, to] = [offsetIn(cue, range.startContainer, range.startOffset, 0), offsetIn(cue, range.endContainer, range.endOffset, text.length)];
  const found = [];
  for (let word = 0; word < words.length; word += 3) {
    const place = words[word];
    const blank = text.slice(place).search(/\s/);
    const stop = blank < 0 ? text.length : place + blank;
    if (place < to && from < stop) found.push({ place, stop, start: segment.start + words[word + 1], end: segment.start + words[word + 2], text: text.slice(place, stop) });
  }
  return found;
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

if (editor) {
  document.addEventListener("keydown", keys);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-until]");
    if (!link || !player.audio) return;
    event.preventDefault();
    event.stopPropagation(); // the player would go to the moment and on
    player.hear(Number(link.dataset.from), Number(link.dataset.until));
  }, true);
  document.addEventListener("pointerup", () => setTimeout(select));
  document.addEventListener("htmx:beforeRequest", leaves);
  document.addEventListener("htmx:afterRequest", arrives);
  document.addEventListener("htmx:afterSettle", () => { bringChosen(); keepPlace(); });
  document.addEventListener("transcript:ready", bringChosen);
}
