// The register of people named: from one to the next by keys, and the two words that are said most by one key.
const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter

class PeopleNamed extends HTMLElement {
  connectedCallback() {
    this.forms = this.querySelectorAll("form.verdict");
    for (const form of this.forms) this.prepare(form);
    for (const hint of document.querySelectorAll(".keys-hint")) hint.hidden = false;
    document.addEventListener("keydown", this);
    if (location.hash === "#waiting") this.waiting[0]?.focus({ preventScroll: false });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
  }

  /** Those who wait for a word, in the order of the page. */
  get waiting() {
    return [...this.querySelectorAll("section > .person-named")].filter((each) => each.querySelector(":scope > form.verdict"));
  }

  prepare(form) {
    const { decision, replacement } = form.elements;
    const ask = () => { replacement.closest(".field").hidden = !["role_word", "pseudonym"].includes(decision.value); };
    decision.addEventListener("change", ask);
    ask();
    const stays = form.querySelector("[data-stays]");
    if (!stays) return;
    stays.hidden = false;
    stays.addEventListener("click", () => {
      form.elements.kind.value = "public";
      decision.value = "keep";
      form.requestSubmit(form.querySelector("[value=decide]"));
    });
  }

  handleEvent(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FREE)) return;
    const here = this.waiting.indexOf(document.activeElement.closest(".person-named"));
    let target = null;
    if (event.key === "n" || event.key === "p") {
      const all = this.waiting;
      target = all.at((here + (event.key === "n" ? 1 : here < 0 ? 0 : -1)) % (all.length || 1));
      target?.focus();
    } else if (here >= 0) {
      target = this.waiting[here].querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      target?.click();
    }
    if (target) event.preventDefault();
  }
}

customElements.define("people-named", PeopleNamed);
