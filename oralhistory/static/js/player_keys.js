// The keys of the player: those of the waveform, which is a slider, and those of one letter, anywhere on the page.
import { recall, remember } from "./memory.js";

const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter

export function listenToKeys(player, { step, smallStep }) {
  player.slider.addEventListener("keydown", (event) => {
    const to = {
      ArrowRight: player.now + smallStep, ArrowUp: player.now + smallStep, ArrowLeft: player.now - smallStep, ArrowDown: player.now - smallStep,
      PageUp: player.now + 6 * step, PageDown: player.now - 6 * step, Home: 0, End: player.duration,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    player.seek(to);
  });
  // Keys of one letter can be switched off (WCAG 2.1.4): somebody may be dictating.
  const box = player.querySelector(".keys .use-keys") ?? player.querySelector(".keys input");
  box.checked = recall("keys") !== false;
  box.addEventListener("change", () => remember("keys", box.checked));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !box.checked) return;
    if (event.target.closest(FREE) || document.querySelector("dialog[open]")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const act = {
      " ": () => player.toggle(), k: () => player.toggle(), ArrowLeft: () => player.seek(player.now - smallStep), ArrowRight: () => player.seek(player.now + smallStep),
      j: () => player.seek(player.now - step), l: () => player.seek(player.now + step), f: () => player.setFollow(!player.transcript.follow), "/": () => player.find.open(),
      "<": () => player.faster(-1), ">": () => player.faster(1), "?": () => player.querySelector("dialog.keys").showModal(),
      ...(player.querySelector(".volume") && { m: () => player.mute() }), // where nothing else is done by this letter
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
