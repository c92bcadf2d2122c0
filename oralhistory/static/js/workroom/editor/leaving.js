// At log-out nothing that was written stays on this device: what is not saved yet is saved first.
import * as drafts from "./drafts.js";

const PATIENCE = 4000;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.who")) return;
  event.preventDefault();
  const editor = document.querySelector("transcript-editor");
  await Promise.race([editor?.saveAll?.(), new Promise((done) => setTimeout(done, PATIENCE))]).catch(() => {});
  const left = await drafts.isAny().catch(() => false);
  if (left && !confirm(form.dataset.unsaved)) return;
  await drafts.clear().catch(() => {});
  form.submit();
});
