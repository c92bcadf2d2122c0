// <archive-recorder>: an interview is recorded in the browser.
//
// Every two seconds of sound are on this device's disk before anything else happens to them: a page that crashes
// loses what came since. The next page that opens here finds them.
import { clock } from "../clock.js";
import { recall, remember } from "../memory.js";
import { stayFor } from "./awake.js";
import { MadeHere } from "./made_here.js";
import { Meter } from "./meter.js";
import * as shelf from "./shelf.js";
import { show, slot } from "./stating.js";

const PIECE_MS = 2000;
const BITS_PER_SECOND = 128_000;
const LITTLE_ROOM = 500e6; // bytes: eight hours of sound
const TYPES = [["audio/webm;codecs=opus", "webm"], ["audio/mp4;codecs=mp4a.40.2", "m4a"], ["audio/mp4", "m4a"]];

/** "2026-11-23 14.05": a moment in a file's name. */
function stamp(moment) {
  const two = (number) => String(number).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day} ${two(moment.getHours())}.${two(moment.getMinutes())}`;
}

class ArchiveRecorder extends HTMLElement {
  async connectedCallback() {
    this.microphone = this.querySelector("[name=microphone]");
    this.cleaned = this.querySelector("[name=cleaned]");
    this.type = globalThis.MediaRecorder && TYPES.find(([type]) => MediaRecorder.isTypeSupported(type));
    const able = isSecureContext && navigator.mediaDevices && this.type;
    this.show(able ? "closed" : "unable");
    if (!able) return;
    this.addEventListener("click", (event) => this.do(event.target.closest(".recorder [data-do]")?.dataset.do));
    for (const field of [this.microphone, this.cleaned]) field.addEventListener("change", () => this.open());
    await this.recallUnsent();
  }

  show(state) {
    this.state = state;
    show(this.querySelector(".recorder"), state);
    for (const field of [this.microphone, this.cleaned, this.querySelector("[name=session]")]) {
      field.disabled = state === "recording" || state === "paused";
    }
  }

  do(what) {
    if (what === "open") this.open();
    else if (what === "start") this.start();
    else if (what === "pause") this.pause();
    else if (what === "go-on") this.goOn();
    else if (what === "stop") this.stop();
  }

  /** Those that a page before this one left behind: not what another page is recording now. */
  async recallUnsent() {
    const held = new Set((await navigator.locks.query()).held.map((lock) => lock.name));
    for (const recording of await shelf.of(this.dataset.endpoint)) {
      if (held.has(`recording:${recording.id}`)) continue;
      if (recording.size) new MadeHere(this, recording).show("unsent");
      else await shelf.remove(recording.id);
    }
  }

  /** Open the microphone, to be looked at before anything is recorded. */
  async open() {
    this.close();
    const wanted = this.microphone.value || recall("microphone");
    const cleaned = this.cleaned.checked;
    const audio = {
      ...(wanted && { deviceId: wanted }),
      channelCount: 1,
      echoCancellation: cleaned,
      noiseSuppression: cleaned,
      autoGainControl: cleaned,
    };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio });
    } catch (refusal) {
      this.show(refusal.name === "NotAllowedError" ? "denied" : "missing");
      return;
    }
    const [track] = this.stream.getAudioTracks();
    track.addEventListener("ended", () => this.unplugged());
    this.meter = new Meter(this.stream, (heard) => this.level(heard));
    await this.listMicrophones(track.getSettings().deviceId);
    this.show("ready");
  }

  async listMicrophones(current) {
    const devices = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "audioinput");
    this.microphone.replaceChildren(...devices.map((each) => new Option(each.label, each.deviceId, false, each.deviceId === current)));
    remember("microphone", current);
  }

  level({ level, tooLoud, silent }) {
    const bar = this.querySelector(".level");
    bar.style.setProperty("--level", level);
    bar.classList.toggle("is-too-loud", tooLoud);
    slot(this, "too-loud").hidden = !tooLoud;
    slot(this, "silent").hidden = !silent || this.state === "paused";
    if (this.recorder) slot(this, "time").textContent = clock(this.elapsed);
  }

  /** Milliseconds recorded, pauses left out. */
  get elapsed() {
    return this.before + (this.state === "recording" ? performance.now() - this.since : 0);
  }

  async start() {
    const [type, suffix] = this.type;
    const begun = new Date();
    const recording = {
      id: crypto.randomUUID(), endpoint: this.dataset.endpoint, session: this.querySelector("[name=session]").value,
      begun: begun.getTime(), name: `${stamp(begun)}.${suffix}`, type, size: 0, ms: 0, ended: false, url: null,
    };
    slot(this, "no-room").hidden = true;
    await this.makeRoom();
    this.made = new MadeHere(this, recording);
    await shelf.begin(recording);
    await this.made.follow();
    this.before = 0;
    this.pieces = Promise.resolve();
    this.recorder = new MediaRecorder(this.stream, { mimeType: type, audioBitsPerSecond: BITS_PER_SECOND });
    this.recorder.addEventListener("dataavailable", ({ data }) => this.keep(data));
    this.recorder.addEventListener("stop", () => this.ended());
    this.recorder.addEventListener("error", () => this.stop());
    this.recorder.start(PIECE_MS);
    this.since = performance.now();
    stayFor(this, true);
    this.show("recording");
  }

  /** The browser is asked not to throw it away when the disk fills up, and how much there is. */
  async makeRoom() {
    try {
      await navigator.storage.persist();
      const { quota, usage } = await navigator.storage.estimate();
      slot(this, "little-room").hidden = quota - usage > LITTLE_ROOM;
    } catch {
      /* it does not say */
    }
  }

  keep(data) {
    const [made, ms] = [this.made, Math.round(this.elapsed)];
    this.pieces = this.pieces.then(async () => {
      if (data.size) await made.add(await data.arrayBuffer(), ms);
    }).catch(() => {
      slot(this, "no-room").hidden = false; // nothing more fits on this device: what there is, is kept
      this.stop();
    });
  }

  pause() {
    this.before = this.elapsed;
    this.show("paused");
    this.recorder.requestData();
    this.recorder.pause();
  }

  goOn() {
    this.recorder.resume();
    this.since = performance.now();
    this.show("recording");
  }

  stop() {
    if (!this.recorder || this.recorder.state === "inactive") return;
    this.before = this.elapsed;
    this.show("ready");
    this.recorder.stop();
  }

  ended() {
    const { made } = this;
    this.recorder = null;
    stayFor(this, false);
    this.pieces.then(() => made.finish());
  }

  unplugged() {
    this.stop();
    this.close();
    this.show("unplugged");
  }

  close() {
    this.meter?.stop();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = this.meter = null;
  }
}

customElements.define("archive-recorder", ArchiveRecorder);
