// <archive-player>: one testimony's sound, its waveform and its transcript.
import { clock, lastBefore, parseSpan } from "./clock.js";
import { prepareFilm } from "./film.js";
import { Find } from "./find.js";
import { Gates } from "./gates.js";
import { startMediaSession } from "./media_session.js";
import { recall, remember } from "./memory.js";
import { listenToKeys } from "./player_keys.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const STEP = 10_000;
const SMALL_STEP = 5_000;
const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export class ArchivePlayer extends HTMLElement {
  connectedCallback() {
    const film = this.dataset.film && document.getElementById(this.dataset.film);
    this.audio = film || this.querySelector("audio");
    this.duration = Number(this.dataset.duration);
    this.place = `place:${this.dataset.testimony}`;
    this.transcript = this.newTranscript();
    this.chapters = this.transcript.chapters;
    this.gates = new Gates(this, { key: `${this.dataset.testimony}:${this.dataset.edition}`, passages: this.chapters });
    this.audio.preservesPitch = true;
    this.slider = this.querySelector(".wave");
    this.wave = new Waveform(this.slider, { duration: this.duration, marks: this.marks(), seek: (ms) => this.seek(ms) });
    this.wave.load(this.dataset.waveform);
    this.transcript.root.classList.add("is-heard");
    this.find = this.newFind();
    this.audio.removeAttribute("controls");
    if (film) prepareFilm(film, () => this.toggle());
    this.listenToSound();
    this.listenToHands();
    this.listenToPlaceAndVolume();
    listenToKeys(this, { step: STEP, smallStep: SMALL_STEP });
    startMediaSession(this, { back: STEP, forward: STEP });
    this.show();
    this.start();
    for (const name of ["pointerover", "focusin"]) this.transcript.root.addEventListener(name, () => this.knowWords(), { once: true });
  }

  /** When each word is said: of three hours as much as all the rest of the page, so it comes when it is needed. */
  knowWords() {
    this.words ??= this.transcript.load(this.dataset.words).catch(() => {}).finally(() => this.show({ scroll: false }));
    return this.words;
  }

  newTranscript() {
    return new Transcript(document.getElementById("transcript"));
  }

  newFind() {
    return new Find(this.querySelector(".find"), this.transcript);
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
    const asked = this.asked();
    if (asked) {
      this.hearSpan(asked, { show: true });
      return;
    }
    const left = recall(this.place);
    if (left > SMALL_STEP && left < this.duration - STEP) {
      const resume = this.querySelector(".resume");
      resume.querySelector("b").textContent = clock(left);
      resume.addEventListener("click", () => { this.seek(left, { scroll: true }); this.play(); });
      this.offerPlace(true);
    }
  }

  /** The stretch that the address asks for, if it does. */
  asked() {
    return location.hash.startsWith("#t=") ? parseSpan(location.hash) : null;
  }

  /** Play a stretch and stop at its end, or from a moment on. */
  hearSpan({ start, end }, { show = false } = {}) {
    this.seek(start, { scroll: true });
    this.until = end;
    if (show && end !== null) this.knowWords().then(() => this.transcript.showPassage(start, end));
    this.play();
  }

  offerPlace(on) {
    for (const name of [".resume", ".forget"]) {
      const button = this.querySelector(name);
      if (button) button.hidden = !on;
    }
  }

  async play() {
    this.knowWords();
    if (!(await this.gates.warned())) return;
    const closed = this.gates.closed(this.now + 200);
    if (closed && !(await this.agreed(closed))) return;
    this.offerPlace(false);
    try {
      await this.audio.play();
    } catch {
      /* the browser wants a gesture first; the button is there */
    }
  }

  /** Whether to go on: a passage with a warning is heard, skipped, or not gone into. */
  async agreed(passage) {
    this.audio.pause();
    const said = await this.gates.ask(passage);
    if (said === "skip") this.seek(passage.end, { scroll: true });
    return said !== "";
  }

  /** While it plays: where a passage asks first, and where the stretch that was asked for ends. */
  watch() {
    if (this.audio.paused || this.gates.asking) return;
    const closed = this.gates.closed(this.now);
    if (closed) this.agreed(closed).then((on) => { if (on) this.play(); });
    else if (this.until && this.now >= this.until) {
      this.until = null;
      this.audio.pause();
    }
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  seek(ms, { scroll = false } = {}) {
    const to = Math.min(Math.max(0, ms), this.duration - 50);
    this.wanted = to;
    this.until = null;
    this.audio.currentTime = to / 1000;
    this.show({ scroll });
  }

  rate(to) {
    this.audio.playbackRate = to;
    this.querySelector(".rate").value = String(to);
  }

  faster(by) {
    const at = RATES.findIndex((each) => each >= this.audio.playbackRate - 0.01);
    this.rate(RATES[Math.min(RATES.length - 1, Math.max(0, at + by))]);
  }

  mute() {
    this.audio.muted = !this.audio.muted;
  }

  /** To the beginning of the chapter before or after this one. */
  toChapter(by) {
    const at = lastBefore(this.chapters, this.now + 300);
    const again = by < 0 && at >= 0 && this.now - this.chapters[at].start > SMALL_STEP;
    const chapter = this.chapters[again ? at : Math.max(0, at + by)];
    if (chapter) this.seek(chapter.start, { scroll: true });
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
    this.cite(ms);
  }

  /** The citation, and the way to the others, at what is being heard. */
  cite(ms) {
    const second = Math.floor(ms / 1000);
    if (second === this.cited || !second) return;
    this.cited = second;
    const citation = document.querySelector(".citation[data-pattern]");
    if (!citation) return;
    const address = `${location.origin}${location.pathname}#t=${second}`;
    citation.textContent = citation.dataset.pattern.replace("{time}", clock(ms)).replace("{address}", address);
    const others = document.querySelector("a[data-cites]");
    if (others) others.search = `?t=${second}`;
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
      this.watch();
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
      this.keepPlace();
    });
    audio.addEventListener("timeupdate", () => this.watch()); // a page out of sight draws no frames
    audio.addEventListener("seeked", () => { this.wanted = null; this.show({ scroll: false }); });
    audio.addEventListener("ended", () => remember(this.place, null));
    document.addEventListener("archive:sound", (event) => { if (event.detail !== audio) audio.pause(); });
    addEventListener("pagehide", () => { if (!audio.paused) this.keepPlace(); });
  }

  keepPlace() {
    if (recall("places") !== false) remember(this.place, Math.round(this.now));
  }

  forget() {
    remember(this.place, null);
    this.gates.forget();
    this.offerPlace(false);
    this.querySelector(".play").focus();
  }

  listenToPlaceAndVolume() {
    this.querySelector(".forget")?.addEventListener("click", () => this.forget());
    const keeps = this.querySelector(".use-place");
    if (keeps) {
      keeps.checked = recall("places") !== false;
      keeps.addEventListener("change", () => {
        remember("places", keeps.checked);
        if (!keeps.checked) this.forget();
      });
    }
    const volume = this.querySelector(".volume input");
    if (!volume) return;
    volume.addEventListener("input", () => { this.audio.muted = false; this.audio.volume = Number(volume.value); });
    this.audio.addEventListener("volumechange", () => { volume.value = String(this.audio.muted ? 0 : this.audio.volume); });
    const was = this.audio.volume;
    this.audio.volume = 0.5; // a telephone whose volume has keys of its own does not take it
    volume.closest(".volume").hidden = this.audio.volume !== 0.5;
    this.audio.volume = was;
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
      if (event.detail > 1 || event.target.closest("a") || String(getSelection())) return;
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
      const asked = this.asked();
      if (asked) this.hearSpan(asked, { show: true });
    });
  }

  setFollow(on) {
    this.transcript.follow = on;
    this.follow.setAttribute("aria-pressed", String(on));
    if (on && this.transcript.cue) this.transcript.bring(this.transcript.cue.element);
  }
}

customElements.define("archive-player", ArchivePlayer);
