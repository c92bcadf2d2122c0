// <heard-coverage>: tells the archive which spans were really played, and shows what nobody has listened to yet.
import { ask } from "../asking.js";

const EVERY = 10_000; // ms between two messages while it plays
const SLACK = 0.4; // seconds by which a player may be ahead of the clock without having been moved
const SVG = "http://www.w3.org/2000/svg";

class HeardCoverage extends HTMLElement {
  connectedCallback() {
    this.spans = []; // played and not yet told: [start, end] in seconds
    this.strip = document.createElementNS(SVG, "svg");
    // Media events do not bubble; they can be caught on their way down, whichever element plays.
    for (const kind of ["playing", "timeupdate", "seeking", "pause", "ended", "ratechange", "volumechange"]) {
      document.addEventListener(kind, (event) => this.sound(event), true);
    }
    addEventListener("pagehide", () => { this.close(); this.tell(); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") { this.close(); this.tell(); } });
    document.addEventListener("transcript:changed", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.load(), 2000);
    });
    this.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("transcript:goto", { detail: { at: this.next.at } }));
    });
    // The text comes first.
    if ("requestIdleCallback" in window) requestIdleCallback(() => this.load(), { timeout: 2000 });
    else setTimeout(() => this.load(), 200);
  }

  /** Of what plays: only this recording's sound, aloud, and as far as the clock says that it can have been played. */
  sound({ type, target }) {
    if (!(target instanceof HTMLMediaElement) || new URL(target.currentSrc || "about:blank", location.href).pathname !== this.dataset.sound) return;
    const { currentTime: at } = target;
    const now = performance.now();
    if (type === "timeupdate" && !target.paused && !target.seeking && this.open) {
      const possible = ((now - this.open.seen) / 1000) * target.playbackRate + SLACK;
      const on = at - this.open.end;
      if (on >= 0 && on <= possible) Object.assign(this.open, { end: at, seen: now });
      else this.close();
    }
    if (type === "pause" || type === "ended") {
      const on = this.open ? at - this.open.end : -1;
      if (on > 0 && on < 1) this.open.end = at;
    }
    if (type === "seeking" || type === "pause" || type === "ended" || target.muted || target.volume === 0) this.close();
    if (!this.open && !target.paused && !target.seeking && !target.muted && target.volume > 0) this.open = { start: at, end: at, seen: now };
    if (type === "pause" || type === "ended" || (type === "timeupdate" && now - (this.told ?? now) > EVERY)) this.tell();
    this.told ??= now;
  }

  close() {
    if (this.open && this.open.end > this.open.start) this.spans.push([this.open.start, this.open.end]);
    this.open = null;
  }

  /** All that is not told yet; what could not be told is told with the next. */
  async tell() {
    if (this.open && this.open.end > this.open.start) {
      this.spans.push([this.open.start, this.open.end]);
      this.open.start = this.open.end;
    }
    this.told = performance.now();
    if (!this.spans.length) return;
    const spans = this.spans;
    this.spans = [];
    const body = new Blob([JSON.stringify({ spans: spans.slice(-400).map((span) => span.map((at) => Math.round(at * 1000))) })], { type: "application/json" });
    const told = await ask("POST", this.dataset.url, body, { keepalive: true }).then((answer) => answer.json()).catch(() => null);
    if (told?.unheard) this.show(told);
    else this.spans = [...spans, ...this.spans];
  }

  async load() {
    const told = await ask("GET", this.dataset.url).then((answer) => answer.json()).catch(() => null);
    if (told?.unheard) this.show(told); // else nothing is shown, and what is played is told all the same
  }

  show({ said, whole, unheard, duration_ms: duration, next }) {
    this.next = next;
    this.querySelector("p").hidden = false;
    this.querySelector("[data-said]").textContent = said;
    const link = this.querySelector("a");
    link.hidden = whole;
    if (next) link.querySelector(".figures").textContent = next.clock;
    this.draw(unheard, duration);
  }

  /** Thin, under the waveform: what waits to be heard stands out. */
  draw(unheard, duration) {
    const { strip } = this;
    strip.setAttribute("class", "heard-strip");
    strip.setAttribute("viewBox", "0 0 1000 4");
    strip.setAttribute("preserveAspectRatio", "none");
    strip.setAttribute("aria-hidden", "true"); // the sentence says it
    const scale = (ms) => (1000 * ms) / (duration || 1);
    // One path: three thousand rectangles would take longer than all the rest of the page.
    let path = "";
    let [from, to] = [0, -1];
    const close = () => { if (to > from) path += `M${from.toFixed(2)} 0h${Math.max(1, to - from).toFixed(2)}v4H${from.toFixed(2)}z`; };
    for (const [start, end] of unheard) {
      if (scale(start) - to > 0.5) {
        close();
        from = scale(start);
      }
      to = scale(end);
    }
    close();
    strip.innerHTML = `<path class="heard" d="M0 0h1000v4H0z"/><path class="unheard" d="${path}"/>`;
    if (strip.isConnected) return;
    const slot = document.querySelector("[data-heard-strip]");
    const wave = document.querySelector("archive-player .wave");
    if (slot) slot.append(strip);
    else if (wave) wave.append(strip);
    else this.prepend(strip);
  }
}

customElements.define("heard-coverage", HeardCoverage);
