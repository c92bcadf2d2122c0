// Remarks and footnotes beside the text: at the moment that is heard, at the words that are selected.
import { clock } from "../../clock.js";

const side = document.getElementById("side-tools");
let current = ""; // the passage that the editor is at

/** The passage of a node: by the name that it has in every version. */
function passage(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  const found = element?.closest(".cue, [data-cue]");
  return found && !found.closest(".side-tools") ? found : null;
}

function words() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const cue = passage(selection.anchorNode);
  if (!cue || passage(selection.focusNode) !== cue) return;
  const form = side.querySelector("[data-at-words]");
  if (!form) return;
  const about = String(selection).replace(/\s+/g, " ").trim();
  form.elements.cue.value = cue.dataset.cue ?? cue.id;
  form.elements.about.value = about.slice(0, 200);
  form.querySelector("[data-about]").textContent = about;
  form.querySelector(".said-so").hidden = false;
}

/** Where the sound is, on the interview's time line; what somebody has written there stays. */
function moment(details) {
  const form = details.querySelector("[data-at-moment]");
  if (!form || !details.open || form.elements.start.value) return;
  const sound = document.querySelector("archive-player audio, transcript-editor audio, audio");
  const offset = Number(side.dataset.offset);
  if (sound) form.elements.start.value = clock(sound.currentTime * 1000 + offset);
  form.elements.cue.value = current;
}

if (side) {
  document.addEventListener("transcript:current", ({ detail }) => { current = detail.cue; });
  document.addEventListener("pointerup", () => setTimeout(words));
  document.addEventListener("keyup", (event) => { if (event.shiftKey) words(); });
  side.addEventListener("toggle", (event) => moment(event.target), true);
  side.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (!link || event.metaKey || event.ctrlKey) return;
    if (link.dataset.of && link.dataset.of !== side.dataset.recording) return; // on another recording: its own page
    event.preventDefault();
    const at = Number(link.dataset.goto);
    const cues = [...document.querySelectorAll(".cue[data-start]")];
    const cue = link.dataset.cueOf || (cues.findLast((each) => Number(each.dataset.start) <= at) ?? cues[0])?.id || "";
    document.dispatchEvent(new CustomEvent("transcript:goto", { detail: { cue, at } }));
  });
}
