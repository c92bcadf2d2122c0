// The form of an authority record: one more row without asking the server, and records offered while a name is typed.
const PAUSE_MS = 180;

function addRow(event) {
  const section = event.currentTarget.closest(".rows");
  const total = section.querySelector("[name$='-TOTAL_FORMS']");
  const empty = section.querySelector("template");
  const row = document.createElement("div");
  row.innerHTML = empty.innerHTML.replaceAll("__prefix__", total.value);
  const added = row.firstElementChild;
  added.querySelector("legend").append(String(Number(total.value) + 1));
  empty.before(added);
  total.value = String(Number(total.value) + 1);
  added.querySelector("input:not([type='hidden']), select, textarea").focus();
  event.preventDefault();
}

for (const button of document.querySelectorAll(".rows button[name='more']")) button.addEventListener("click", addRow);

let waiting = 0;
let asked = "";

async function offer(form, typed) {
  const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`);
  if (!answer.ok || typed !== asked) return; // somebody has gone on typing
  form.querySelector("#records").innerHTML = await answer.text();
}

document.addEventListener("input", (event) => {
  const field = event.target.closest?.(".chooses-record");
  const form = field?.closest("form[data-suggest]");
  if (!form) return;
  asked = field.value.trim();
  clearTimeout(waiting);
  // A line that was chosen ends with the record's identifier: nothing more to offer.
  if (asked.length > 1 && !asked.endsWith("]")) waiting = setTimeout(offer, PAUSE_MS, form, asked);
});
