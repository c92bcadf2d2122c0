// <archive-moment>: a quotation that is heard where it stands. One audio element serves the whole page.

import { recall, remember } from "./memory.js";

let audio = null;
let current = null;

function sound() {
  if (audio) return audio;
  audio = new Audio();
  audio.preload = "none";
  audio.addEventListener("timeupdate", () => current?.advance(audio.currentTime));
  audio.addEventListener("ended", () => current?.stop());
  audio.addEventListener("pause", () => current?.show(false));
  document.addEventListener("archive:sound", (event) => { if (event.detail !== audio) audio.pause(); });
  return audio;
}

class ArchiveMoment extends HTMLElement {
  connectedCallback() {
    this.start = Number(this.dataset.start) / 1000;
    this.end = Number(this.dataset.end) / 1000;
    this.track = this.querySelector(".track");
    const link = this.querySelector("a.hear");
    if (!link) return;
    // A link that leads to the moment's page becomes a button that plays it here.
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "hear";
    this.button.setAttribute("aria-label", link.getAttribute("aria-label"));
    this.button.setAttribute("aria-pressed", "false");
    this.button.append(...link.childNodes);
    this.button.addEventListener("click", () => this.toggle());
    link.replaceWith(this.button);
  }

  async toggle() {
    if (!(await this.warned())) return;
    const player = sound();
    if (current === this && !player.paused) {
      player.pause();
      return;
    }
    const goesOn = current === this && player.currentTime > this.start && player.currentTime < this.end - 0.2;
    if (current !== this) {
      current?.stop();
      current = this;
      if (player.src !== this.dataset.sound) player.src = this.dataset.sound;
    }
    if (!goesOn) this.seek(player);
    document.dispatchEvent(new CustomEvent("archive:sound", { detail: player }));
    player.play().then(() => this.show(true), () => this.show(false));
  }

  /** Whether what the testimony may do to its listener was read, here or before its player. */
  async warned() {
    const { warning, gate, before, listen, notNow } = this.dataset;
    const key = `warned:${gate}`;
    if (!warning || recall(key)) return true;
    const dialog = document.createElement("dialog");
    const [heading, text, form] = ["h2", "p", "form"].map((name) => dialog.appendChild(document.createElement(name)));
    heading.textContent = before;
    heading.id = "before-moment";
    dialog.setAttribute("aria-labelledby", heading.id);
    text.textContent = warning;
    form.method = "dialog";
    form.className = "actions";
    for (const [label, value, kind] of [[listen, "listen", "primary"], [notNow, "", ""]]) {
      const button = form.appendChild(document.createElement("button"));
      Object.assign(button, { textContent: label, value, className: kind });
    }
    this.append(dialog);
    dialog.showModal();
    await new Promise((done) => { dialog.addEventListener("close", done, { once: true }); });
    dialog.remove();
    if (dialog.returnValue === "listen") remember(key, true);
    return dialog.returnValue === "listen";
  }

  seek(player) {
    const go = () => { player.currentTime = this.start; };
    if (player.readyState > 0) go();
    else player.addEventListener("loadedmetadata", go, { once: true });
  }

  advance(seconds) {
    this.track?.style.setProperty("--heard", String(Math.max(0, Math.min(1, (seconds - this.start) / (this.end - this.start)))));
    if (seconds >= this.end) this.stop();
  }

  stop() {
    audio.pause();
    this.classList.add("was-heard");
    this.show(false);
  }

  show(playing) {
    this.classList.toggle("is-playing", playing);
    this.button?.setAttribute("aria-pressed", String(playing));
  }
}

customElements.define("archive-moment", ArchiveMoment);
