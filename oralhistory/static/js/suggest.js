// What may be meant, under a search box while somebody types: words of the testimonies, and organizations with their pages.
// After the combobox pattern of the ARIA practices. Without it the box is a plain form.

const PAUSE = 150; // ms without a key
let boxes = 0;

class Suggestions {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${boxes += 1}`;
    this.list.className = "suggestions";
    this.list.role = "listbox";
    this.list.hidden = true;
    this.list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
    input.after(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false",
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
  }

  wait() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const typed = this.input.value;
    if (typed.trim().length < 2) {
      this.close();
      return;
    }
    this.asking = new AbortController();
    try {
      const address = `${this.input.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(address, { signal: this.asking.signal });
      if (answer.ok && typed === this.input.value && document.activeElement === this.input) this.show(await answer.json());
    } catch {
      this.close(); // no line, or another key: there is nothing to say
    }
  }

  show({ words, organizations }) {
    const options = [
      ...organizations.map(({ name, acronyms, page }) => this.option(name, { page }, acronyms.join(", "))),
      ...words.map((word) => this.option(word, { word })),
    ];
    options.forEach((option, number) => { option.id = `${this.list.id}-${number}`; });
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(Boolean(options.length)));
    this.choose(null);
  }

  option(text, data, more = "") {
    const option = document.createElement("li");
    option.role = "option";
    option.textContent = text;
    Object.assign(option.dataset, data);
    if (more) {
      const beside = document.createElement("span");
      beside.textContent = more;
      option.append(" ", beside);
    }
    return option;
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.choose(null);
  }

  choose(option) {
    this.chosen?.removeAttribute("aria-selected");
    this.chosen = option;
    option?.setAttribute("aria-selected", "true");
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    if (this.list.hidden) return;
    const options = [...this.list.children];
    const here = options.indexOf(this.chosen);
    if (event.key === "ArrowDown") this.choose(options[here + 1] ?? null);
    else if (event.key === "ArrowUp") this.choose(options.at(here < 0 ? -1 : here - 1) ?? null);
    else if (event.key === "Enter" && this.chosen) this.take(this.chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  take(option) {
    if (!option) return;
    if (option.dataset.page) {
      location.assign(option.dataset.page);
      return;
    }
    this.input.value = option.dataset.word;
    this.close();
    this.form.requestSubmit();
  }
}

for (const input of document.querySelectorAll("input[data-suggestions]")) new Suggestions(input);
