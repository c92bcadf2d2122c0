// Chapters along the waveform: begun at the play head, moved by hand, subjects and places offered while one writes.
import { clock } from "../clock.js";

const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter
const OFFER_MS = 180;
const room = document.querySelector(".chaptering");
const player = document.querySelector("archive-player");

const rows = () => [...document.querySelectorAll(".chapter-row")];
const field = (row, name) => row.querySelector(`[name="${name}"]`);

/** "1:02:03.250": a moment as the field for it takes it. */
function exact(ms) {
  const rest = Math.round(ms) % 1000;
  return clock(ms) + (rest ? `.${String(rest).padStart(3, "0")}` : "");
}

/** Put a chapter at a moment of the interview; the form saves it. */
function place(row, ms) {
  const input = field(row, "start");
  input.value = exact(Math.max(0, ms));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// The handles over the waveform. They are for a pointer; whoever has a keyboard moves chapters in the list.

function drawHandles() {
  const wave = player?.querySelector(".wave");
  if (!wave) return;
  let holder = player.querySelector(".handles");
  if (!holder) {
    holder = document.createElement("div");
    holder.className = "handles";
    holder.setAttribute("aria-hidden", "true");
    wave.append(holder);
  }
  holder.replaceChildren(...rows().filter((row) => row.dataset.head !== undefined).map(handle));
}

function handle(row) {
  const mark = document.createElement("i");
  const head = Number(row.dataset.head);
  const set = (ms) => { mark.style.insetInlineStart = `${(100 * ms) / player.duration}%`; };
  mark.dataset.of = row.dataset.chapter;
  set(head);
  mark.title = `${clock(Number(row.dataset.start))} ${field(row, "title").value}`;
  const at = (event) => {
    const box = mark.parentElement.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * player.duration;
  };
  let to = null;
  mark.addEventListener("pointerdown", (event) => {
    event.stopPropagation(); // the waveform would go to the moment
    event.preventDefault();
    mark.setPointerCapture(event.pointerId);
    to = head;
  });
  mark.addEventListener("pointermove", (event) => {
    event.stopPropagation();
    if (to === null) return;
    to = at(event);
    set(to);
    row.classList.add("is-moving");
    field(row, "start").value = exact(Number(room.dataset.offset) + Math.round(to / 100) * 100);
  });
  mark.addEventListener("pointerup", (event) => {
    event.stopPropagation();
    row.classList.remove("is-moving");
    if (to === null) return;
    const moved = Math.abs(to - head) > 100;
    const ms = Math.round(to / 100) * 100;
    to = null;
    if (moved) place(row, Number(room.dataset.offset) + ms);
    else field(row, "title").focus();
  });
  return mark;
}

/** A chapter that begins elsewhere now: its place among the others, and on the waveform. */
function moved(event) {
  const row = event.target.closest(".chapter-row");
  if (!row || event.detail.start_ms === undefined) return;
  const by = event.detail.start_ms - Number(row.dataset.start);
  row.dataset.start = event.detail.start_ms;
  if (row.dataset.head !== undefined) {
    row.dataset.head = Number(row.dataset.head) + by;
    row.querySelector(".hear").dataset.at = row.dataset.head;
  }
  const after = rows().find((each) => each !== row && Number(each.dataset.start) > event.detail.start_ms);
  const next = row.nextElementSibling;
  if ((after ?? null) !== next) {
    const { activeElement } = document;
    if (after) after.before(row);
    else row.parentElement.append(row);
    if (row.contains(activeElement)) activeElement.focus();
  }
  drawHandles();
}

function begin(event) {
  const form = document.getElementById("begin");
  if (event?.target === form && !event.submitter?.closest(".at-head")) return;
  field(form, "start").value = exact(Number(room.dataset.offset) + Math.round(player.now));
}

/** Where a chapter would begin, on the interview's time line. */
function showHead() {
  document.querySelector("#begin [data-head]").textContent = clock(Number(room.dataset.offset) + player.now);
}

function keys(event) {
  const box = document.getElementById("use-keys");
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (box && !box.checked)) return;
  if (event.key !== "b" || event.target.closest(FREE) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  document.querySelector("#begin .at-head button").click();
}

// What fields for several names offer: the last of them is being typed, those before it stay.

let waiting = 0;
let asked = "";

async function offer(input, before, typed) {
  const address = room.dataset[input.dataset.offers === "places" ? "offersPlaces" : "offersSubjects"];
  const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`);
  if (!answer.ok || typed !== asked) return; // somebody has gone on typing
  const list = document.getElementById("offered");
  list.innerHTML = await answer.text();
  for (const option of list.options) option.value = before + option.value;
}

function typing(event) {
  const input = event.target.closest?.("[data-offers]");
  if (!input) return;
  const cut = input.value.lastIndexOf(";") + 1;
  const before = cut ? `${input.value.slice(0, cut)} ` : "";
  asked = input.value.slice(cut).trim();
  clearTimeout(waiting);
  if (asked.length > 1) waiting = setTimeout(offer, OFFER_MS, input, before, asked);
}

function add(event) {
  const button = event.target.closest("[data-adds]");
  if (!button) return;
  const input = field(button.closest(".chapter-row"), "places");
  input.value = [...input.value.split(";").map((each) => each.trim()).filter(Boolean), button.dataset.adds].join("; ");
  input.dispatchEvent(new Event("change", { bubbles: true }));
  button.replaceWith(document.createTextNode(button.dataset.adds));
}

function nudge(event) {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const row = button.closest(".chapter-row");
  if (button.dataset.move === "here") place(row, Number(room.dataset.offset) + Math.round(player.now));
  else place(row, Number(row.dataset.start) + Number(button.dataset.move));
}

/** The text beside the chapters goes along with the sound; the page itself stays where it is. */
function follow() {
  const now = document.querySelector(".running .is-now")?.closest("p");
  if (!now || now === follow.last) return;
  follow.last = now;
  const box = now.parentElement;
  if (now.offsetTop < box.scrollTop || now.offsetTop + now.offsetHeight > box.scrollTop + box.clientHeight) {
    box.scrollTop = now.offsetTop - box.clientHeight / 3;
  }
}

if (room) {
  document.addEventListener("click", add);
  document.addEventListener("click", nudge);
  document.addEventListener("input", typing);
  document.addEventListener("archive:saved", moved);
  // As soon as it is there, and not when it has settled: what is typed in between would be keys of the player.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "chapters" && !event.target.querySelector?.("#chapters")) return;
    drawHandles();
    document.getElementById("begin-problem").hidden = true;
    const fresh = document.querySelector(".chapter-row[data-new]");
    if (fresh) field(fresh, "title").focus();
    else document.querySelector("#chapters .undo button")?.focus();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const problem = document.getElementById("begin-problem");
    problem.textContent = event.detail.xhr.responseText;
    problem.hidden = event.detail.xhr.status !== 422;
  });
  if (player) {
    customElements.whenDefined("archive-player").then(() => {
      player.setFollow(false);
      player.audio.addEventListener("timeupdate", follow);
      for (const kind of ["timeupdate", "seeking"]) player.audio.addEventListener(kind, showHead);
      showHead();
      document.querySelector("#begin .at-head").hidden = false;
      document.addEventListener("keydown", keys);
      document.getElementById("begin").addEventListener("submit", begin, true);
      drawHandles();
    });
  }
}
