// <archive-player>: one testimony's sound, its waveform and its transcript.
import { clock, parseTime } from "./clock.js";
import { prepareFilm } from "./film.js";
import { Find } from "./find.js";
import { recall, remember } from "./memory.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const STEP = 10_000;
const SMALL_STEP = 5_000;
const FREE = "input, textarea, select, [contenteditable]"; // where a key is a letter

class ArchivePlayer extends HTMLElement {
  connectedCallback() {
    const film = this.dataset.film && document.getElementById(this.dataset.film);
    this.audio = film || this.querySelector("audio");
    this.duration = Number(this.dataset.duration);
    this.place = `place:${this.dataset.testimony}`;
    this.transcript = new Transcript(document.getElementById("transcript"));
    this.slider = this.querySelector(".wave");
    this.wave = new Waveform(this.slider, { duration: this.duration, marks: this.marks(), seek: (ms) => this.seek(ms) });
    this.wave.load(this.dataset.waveform);
    const words = this.transcript.load(this.dataset.words);
    this.transcript.root.classList.add("is-heard");
    this.find = new Find(this.querySelector(".find"), this.transcript);
    this.audio.removeAttribute("controls");
    if (film) prepareFilm(film, () => this.toggle());
    this.listenToSound();
    this.listenToHands();
    this.listenToKeys();
    this.mediaSession();
    words.finally(() => {
      this.show({ scroll: false });
      this.start();
    });
    this.show();
  }

  get now() {
    return this.wanted ?? this.audio.currentTime * 1000;
  }

  marks() {
    const { mentions, chapters, withheld } = this.transcript;
    return [
      ...chapters.filter(({ start }) => start > 0).map((each) => ({ ...each, kind: "chapter" })),
      ...mentions.map((each) => ({ ...each, kind: "organization", label: each.element.dataset.name })),
      ...withheld.map((each) => ({ ...each, kind: "withheld" })),
    ];
  }

  /** Where the address says, else an offer to go on from where this device left off. */
  start() {
    const asked = location.hash.startsWith("#t=") ? parseTime(location.hash) : null;
    if (asked !== null) {
      this.seek(asked, { scroll: true });
      this.play();
      return;
    }
    const left = recall(this.place);
    if (left > SMALL_STEP && left < this.duration - STEP) {
      const resume = this.querySelector(".resume");
      resume.querySelector("b").textContent = clock(left);
      resume.hidden = false;
      resume.addEventListener("click", () => { this.seek(left, { scroll: true }); this.play(); });
    }
  }

  async play() {
    if (!(await this.warned())) return;
    this.querySelector(".resume").hidden = true;
    try {
      await this.audio.play();
    } catch {
      /* the browser wants a gesture first; the button is there */
    }
  }

  /** Whether the reader has read what this testimony may do to them, now or on another day. */
  async warned() {
    const dialog = this.querySelector("dialog.first");
    const key = `warned:${this.dataset.testimony}:${this.dataset.edition}`;
    if (!dialog || recall(key)) return true;
    if (!dialog.open) dialog.showModal();
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
    const yes = dialog.returnValue === "listen";
    if (yes) remember(key, true);
    return yes;
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  seek(ms, { scroll = false } = {}) {
    const to = Math.min(Math.max(0, ms), this.duration - 50);
    this.wanted = to;
    this.audio.currentTime = to / 1000;
    this.show({ scroll });
  }

  rate(to) {
    this.audio.playbackRate = to;
    this.querySelector(".rate").value = String(to);
  }

  show({ scroll = !this.audio.paused } = {}) {
    const ms = this.now;
    const { mention, yet } = this.transcript.spokenOf(ms);
    this.querySelector(".time b").textContent = clock(ms);
    this.slider.setAttribute("aria-valuenow", String(Math.floor(ms / 1000)));
    this.slider.setAttribute("aria-valuetext", `${clock(ms)} / ${clock(this.duration)}`);
    this.transcript.show(ms, { scroll, begun: ms > 0 || !this.audio.paused });
    this.wave.show(ms, yet ? mention.of : null);
    this.speakOf(mention, yet);
    for (const time of document.querySelectorAll("[data-now]")) time.textContent = clock(ms);
    for (const part of document.querySelectorAll("[data-when-begun]")) part.hidden = ms < 1000;
  }

  /** The card of what is spoken of, and its line in the list. */
  speakOf(mention, yet) {
    if (mention === this.speaking && yet === this.spokenYet) return;
    this.speaking = mention;
    this.spokenYet = yet;
    const now = document.querySelector(".now");
    if (now) {
      now.hidden = !mention;
      now.querySelector(".yet").hidden = !yet;
      now.querySelector(".not-yet").hidden = yet;
      for (const card of now.querySelectorAll(".card")) card.hidden = card.dataset.organization !== mention?.of;
    }
    for (const line of document.querySelectorAll(".moments [data-organization]")) {
      if (yet && line.dataset.organization === mention.of) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
  }

  listenToSound() {
    const { audio } = this;
    const tick = () => {
      if (audio.paused) return;
      this.show();
      requestAnimationFrame(tick);
    };
    audio.addEventListener("play", () => {
      this.wanted = null;
      this.classList.add("is-playing");
      this.querySelector(".play").setAttribute("aria-label", this.dataset.pause);
      document.dispatchEvent(new CustomEvent("archive:sound", { detail: audio }));
      tick();
    });
    audio.addEventListener("pause", () => {
      this.classList.remove("is-playing");
      this.querySelector(".play").setAttribute("aria-label", this.dataset.play);
      remember(this.place, Math.round(this.now));
    });
    audio.addEventListener("seeked", () => { this.wanted = null; this.show({ scroll: false }); });
    audio.addEventListener("ended", () => remember(this.place, null));
    document.addEventListener("archive:sound", (event) => { if (event.detail !== audio) audio.pause(); });
    addEventListener("pagehide", () => { if (!audio.paused) remember(this.place, Math.round(this.now)); });
  }

  listenToHands() {
    const press = (name, act) => this.querySelector(name)?.addEventListener("click", act);
    press(".play", () => this.toggle());
    press(".back", () => this.seek(this.now - STEP));
    press(".forward", () => this.seek(this.now + STEP));
    press(".keys-help", () => this.querySelector("dialog.keys").showModal());
    this.querySelector(".rate").addEventListener("change", (event) => this.rate(Number(event.target.value)));
    this.follow = this.querySelector(".follow");
    this.follow.addEventListener("click", () => this.setFollow(!this.transcript.follow));
    for (const kind of ["wheel", "touchmove"]) {
      addEventListener(kind, () => { if (!this.audio.paused) this.setFollow(false); }, { passive: true });
    }
    this.addEventListener("archive:found", () => this.setFollow(false));
    this.transcript.root.addEventListener("click", (event) => {
      if (event.target.closest("a") || String(getSelection())) return;
      const ms = this.transcript.at(event);
      if (ms === null) return;
      this.seek(ms);
      this.play();
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-at]");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.setFollow(true);
      this.seek(Number(link.dataset.at), { scroll: true });
      this.play();
    });
    addEventListener("hashchange", () => {
      const ms = location.hash.startsWith("#t=") ? parseTime(location.hash) : null;
      if (ms !== null) { this.seek(ms, { scroll: true }); this.play(); }
    });
  }

  setFollow(on) {
    this.transcript.follow = on;
    this.follow.setAttribute("aria-pressed", String(on));
    if (on && this.transcript.cue) this.transcript.bring(this.transcript.cue.element);
  }

  listenToKeys() {
    this.slider.addEventListener("keydown", (event) => {
      const to = {
        ArrowRight: this.now + SMALL_STEP, ArrowUp: this.now + SMALL_STEP, ArrowLeft: this.now - SMALL_STEP, ArrowDown: this.now - SMALL_STEP,
        PageUp: this.now + 6 * STEP, PageDown: this.now - 6 * STEP, Home: 0, End: this.duration,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.seek(to);
    });
    // Keys of one letter can be switched off (WCAG 2.1.4): somebody may be dictating.
    const box = this.querySelector(".keys input");
    box.checked = recall("keys") !== false;
    box.addEventListener("change", () => remember("keys", box.checked));
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !box.checked) return;
      if (event.target.closest(FREE) || document.querySelector("dialog[open]")) return;
      if (event.key === " " && event.target.closest("button, a, summary")) return;
      const act = {
        " ": () => this.toggle(), k: () => this.toggle(), ArrowLeft: () => this.seek(this.now - SMALL_STEP), ArrowRight: () => this.seek(this.now + SMALL_STEP),
        j: () => this.seek(this.now - STEP), l: () => this.seek(this.now + STEP), f: () => this.setFollow(!this.transcript.follow), "/": () => this.find.open(),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }

  mediaSession() {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({ title: this.dataset.title, artist: this.dataset.collection });
    const on = (action, act) => { try { navigator.mediaSession.setActionHandler(action, act); } catch { /* unknown here */ } };
    on("play", () => this.play());
    on("pause", () => this.audio.pause());
    on("seekbackward", () => this.seek(this.now - STEP));
    on("seekforward", () => this.seek(this.now + STEP));
    on("seekto", (details) => this.seek(details.seekTime * 1000));
  }
}

customElements.define("archive-player", ArchivePlayer);
