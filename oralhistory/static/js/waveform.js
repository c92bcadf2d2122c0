// The sound drawn as bars, with marks where an organization is spoken of, chapters, and what is withheld.
import { clock } from "./clock.js";

const STEP = 5; // CSS pixels from one bar to the next
const HEIGHT = 48;
const SVG = "http://www.w3.org/2000/svg";

export class Waveform {
  /** `root` is the slider; `marks` are {start, end?, kind: "organization" | "chapter" | "withheld", label}. */
  constructor(root, { duration, marks, seek }) {
    Object.assign(this, { root, duration, marks, peaks: [] });
    root.innerHTML = `<svg aria-hidden="true"><path class="all"/><clipPath id="wave-played"><rect height="100%"/></clipPath><g class="played" clip-path="url(#wave-played)"><path/></g></svg><span class="marks" aria-hidden="true"></span><span class="hover" aria-hidden="true"></span><span class="head" aria-hidden="true"></span>`;
    this.svg = root.querySelector("svg");
    this.clip = root.querySelector("rect");
    this.head = root.querySelector(".head");
    this.hover = root.querySelector(".hover");
    this.drawMarks();
    this.listen(seek);
    new ResizeObserver(() => this.draw()).observe(root);
  }

  async load(url) {
    const answer = await fetch(url);
    if (!answer.ok) return;
    this.peaks = (await answer.json()).peaks;
    this.draw();
  }

  draw() {
    const width = this.root.clientWidth;
    if (!width) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const bars = Math.floor(width / STEP);
    let path = "";
    for (let bar = 0; bar < bars; bar += 1) {
      const half = Math.max(1, (this.loudest(bar, bars) / 100) * (HEIGHT / 2 - 1));
      path += `M${bar * STEP + 1.5} ${(HEIGHT / 2 - half).toFixed(1)}v${(half * 2).toFixed(1)}`;
    }
    for (const each of this.svg.querySelectorAll("path")) each.setAttribute("d", path);
    this.show(this.now ?? 0);
  }

  loudest(bar, bars) {
    const { length } = this.peaks;
    if (!length) return 4;
    const from = Math.floor((bar / bars) * length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * length));
    return Math.max(...this.peaks.slice(from, to));
  }

  drawMarks() {
    const holder = this.root.querySelector(".marks");
    for (const mark of this.marks) {
      const tick = document.createElement("i");
      tick.className = `is-${mark.kind}`;
      tick.style.insetInlineStart = `${(100 * mark.start) / this.duration}%`;
      if (mark.kind === "withheld") tick.style.width = `${(100 * (mark.end - mark.start)) / this.duration}%`;
      mark.tick = tick;
      holder.append(tick);
    }
  }

  show(ms, speaking) {
    this.now = ms;
    const part = Math.min(1, ms / this.duration);
    this.clip.setAttribute("width", String(part * this.root.clientWidth));
    this.head.style.insetInlineStart = `${part * 100}%`;
    if (speaking !== undefined) for (const mark of this.marks) mark.tick.classList.toggle("is-now", mark.of === speaking && Boolean(speaking));
  }

  listen(seek) {
    const at = (event) => {
      const box = this.root.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.duration;
    };
    const tip = document.createElement("span");
    tip.className = "tip";
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    this.root.append(tip);
    this.root.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.root.setPointerCapture(event.pointerId);
      seek(at(event));
    });
    this.root.addEventListener("pointermove", (event) => {
      const ms = at(event);
      if (event.buttons & 1) seek(ms);
      const near = this.marks.find((mark) => mark.kind !== "withheld" && Math.abs(mark.start - ms) < this.duration / 200);
      tip.textContent = near ? `${clock(near.start)} ${near.label}` : clock(ms);
      tip.hidden = false;
      tip.style.insetInlineStart = this.hover.style.insetInlineStart = `${(100 * ms) / this.duration}%`;
    });
    this.root.addEventListener("pointerleave", () => { tip.hidden = true; });
  }
}
