// <archive-embed>: the player on other people's pages. It remembers nothing and follows nothing.
import { clock } from "./clock.js";
import { Gates } from "./gates.js";
import { startMediaSession } from "./media_session.js";
import { Waveform } from "./waveform.js";

const STEP = 10_000;
const SMALL_STEP = 5_000;

class ArchiveEmbed extends HTMLElement {
  connectedCallback() {
    this.audio = this.querySelector("audio");
    this.audio.removeAttribute("controls");
    this.begin = Number(this.dataset.start);
    this.until = Number(this.dataset.end);
    this.duration = Number(this.dataset.duration);
    this.wanted = this.begin;
    this.slider = this.querySelector(".wave");
    const passages = [...this.querySelectorAll("[data-warning]")].map(({ dataset }) => ({ start: Number(dataset.start), end: Number(dataset.end), warning: dataset.warning }));
    this.gates = new Gates(this, { key: "", passages });
    const marks = [];
    if (this.begin > 0) marks.push({ start: this.begin, kind: "chapter", label: clock(this.begin) });
    if (this.until < this.duration) marks.push({ start: this.until, kind: "chapter", label: clock(this.until) });
    this.wave = new Waveform(this.slider, { duration: this.duration, marks, seek: (ms) => this.seek(ms) });
    this.wave.load(this.dataset.waveform);
    this.listen();
    startMediaSession(this, { back: STEP, forward: STEP });
    this.show();
  }

  get now() {
    return this.wanted ?? this.audio.currentTime * 1000;
  }

  async play() {
    const closed = this.gates.closed(this.now + 200);
    if (closed && !(await this.asked(closed))) return;
    if (this.wanted !== null) this.audio.currentTime = this.wanted / 1000;
    await this.audio.play().catch(() => {});
  }

  /** Whether to go on: a passage with a warning is heard, skipped, or not gone into. */
  async asked(passage) {
    this.audio.pause();
    const said = await this.gates.ask(passage);
    if (said === "skip") this.seek(passage.end);
    return said !== "";
  }

  seek(ms) {
    this.wanted = Math.min(Math.max(0, ms), this.duration - 50);
    if (this.wanted >= this.until) this.until = this.duration; // somebody wants to hear more than the passage
    if (this.audio.readyState > 0) this.audio.currentTime = this.wanted / 1000;
    this.show();
  }

  show() {
    this.querySelector(".time b").textContent = clock(this.now);
    this.slider.setAttribute("aria-valuenow", String(Math.floor(this.now / 1000)));
    this.slider.setAttribute("aria-valuetext", `${clock(this.now)} / ${clock(this.duration)}`);
    this.wave.show(this.now);
  }

  listen() {
    const { audio } = this;
    const button = this.querySelector(".play");
    button.addEventListener("click", () => { if (audio.paused) this.play(); else audio.pause(); });
    audio.addEventListener("play", () => {
      this.classList.add("is-playing");
      button.setAttribute("aria-label", this.dataset.pause);
    });
    audio.addEventListener("pause", () => {
      this.classList.remove("is-playing");
      button.setAttribute("aria-label", this.dataset.play);
    });
    audio.addEventListener("loadedmetadata", () => { if (this.wanted !== null) audio.currentTime = this.wanted / 1000; });
    audio.addEventListener("seeked", () => { this.wanted = null; this.show(); });
    audio.addEventListener("timeupdate", () => this.tick());
    this.slider.addEventListener("keydown", (event) => {
      const to = { ArrowRight: this.now + SMALL_STEP, ArrowLeft: this.now - SMALL_STEP, PageUp: this.now + 6 * STEP, PageDown: this.now - 6 * STEP, Home: this.begin, End: this.until }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.seek(to);
    });
  }

  tick() {
    if (this.audio.paused) return;
    const closed = this.gates.closed(this.now);
    if (closed) this.asked(closed).then((on) => { if (on) this.play(); });
    else if (this.now >= this.until && this.until < this.duration) {
      this.audio.pause();
      this.seek(this.begin);
    }
    this.show();
  }
}

customElements.define("archive-embed", ArchiveEmbed);
