// Choosing between two readings: keys, and the next passage after a choice.
const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter
const list = document.querySelector(".differences");

const waiting = () => [...list.querySelectorAll(".difference:not(.is-decided)")];

/** The passage that has the focus, else the first that waits. */
function present() {
  return document.activeElement.closest?.(".difference") ?? waiting()[0];
}

function go(forward) {
  const rows = waiting();
  const here = document.activeElement.closest?.(".difference");
  const side = forward ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  const ahead = here ? rows.filter((row) => row !== here && here.compareDocumentPosition(row) & side) : rows;
  (forward ? ahead[0] ?? rows[0] : ahead.at(-1) ?? rows.at(-1))?.focus();
}

function keys(event) {
  const box = document.getElementById("use-keys");
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (box && !box.checked)) return;
  if (event.target.closest(FREE) || document.querySelector("dialog[open]")) return;
  if (event.key === "n" || event.key === "p") go(event.key === "n");
  else if (event.key === "h") present()?.querySelector("[data-at]").click();
  else if (event.key === "a" || event.key === "r") present()?.querySelector(`[data-key="${event.key}"]`)?.click();
  else return;
  event.preventDefault();
}

if (list) {
  document.getElementById("reading-keys").hidden = !list.querySelector("form");
  document.addEventListener("keydown", keys);
  // What had the focus was replaced: it goes on to the next passage, and not to the top of the page.
  document.addEventListener("htmx:afterSettle", (event) => {
    const row = event.target.closest?.(".difference") ?? document.getElementById(event.target.id);
    if (!row?.matches(".difference")) return;
    row.focus({ preventScroll: true });
    if (row.matches(".is-decided")) go(true);
  });
}
