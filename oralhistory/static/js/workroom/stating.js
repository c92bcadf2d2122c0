// A part of a page that is in one of several states, each with its own words and buttons, all written in the page.

/** Show what belongs to `state` (`data-when` names states) and, below it, what the archive says, if it says something. */
export function show(element, state, sentence = "") {
  element.dataset.state = state;
  for (const each of element.querySelectorAll("[data-when]")) each.hidden = !each.dataset.when.split(" ").includes(state);
  const said = slot(element, "sentence");
  if (!said) return;
  said.textContent = sentence;
  said.hidden = !sentence;
}

export function slot(element, name) {
  return element.querySelector(`[data-slot="${name}"]`);
}

/** Ask before something is thrown away. */
export function sure(dialog, name) {
  slot(dialog, "which").textContent = name;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
