// A recording as a strip over which a passage is drawn: its times go into the form. Who uses keys writes the times.
const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [600, 60];

class RedactionStrip extends HTMLElement {
  async connectedCallback() {
    this.form = document.querySelector("[aria-labelledby=by-times] form");
    const answer = await fetch(this.dataset.waveform);
    if (!answer.ok || !this.form) return;
    const { peaks } = await answer.json();
    this.drawing = document.createElementNS(SVG, "svg");
    this.drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.drawing.setAttribute("preserveAspectRatio", "none");
    this.drawing.setAttribute("aria-hidden", "true");
    this.drawing.innerHTML = `<path d="${this.path(peaks)}"/><rect height="${HEIGHT}" width="0"/>`;
    this.append(this.drawing);
    this.hidden = false;
    this.drawing.addEventListener("pointerdown", (event) => this.begin(event));
    this.drawing.addEventListener("pointermove", (event) => this.from !== undefined && this.show(event));
    this.drawing.addEventListener("pointerup", (event) => { this.show(event); this.from = undefined; });
  }

  path(peaks) {
    const step = WIDTH / Math.max(1, peaks.length);
    return peaks.map((peak, at) => {
      const half = Math.max(0.5, (peak / 100) * (HEIGHT / 2));
      return `M${(at * step).toFixed(1)} ${(HEIGHT / 2 - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
    }).join("");
  }

  begin(event) {
    event.preventDefault();
    this.drawing.setPointerCapture(event.pointerId);
    this.from = this.place(event);
    this.show(event);
  }

  /** From 0 to 1. */
  place(event) {
    const { left, width } = this.drawing.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  }

  show(event) {
    if (this.from === undefined) return;
    const [start, end] = [this.from, this.place(event)].sort((a, b) => a - b);
    const bar = this.drawing.querySelector("rect");
    bar.setAttribute("x", String(start * WIDTH));
    bar.setAttribute("width", String((end - start) * WIDTH));
    const { offset, duration } = this.dataset;
    for (const [name, share] of [["start", start], ["end", end]]) {
      this.form.elements[name].value = ((Number(offset) + share * Number(duration)) / 1000).toFixed(3);
    }
  }
}

customElements.define("redaction-strip", RedactionStrip);
