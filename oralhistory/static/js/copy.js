// <archive-copy>: a button that copies a text or the address of the moment being heard, and says that it did.

class ArchiveCopy extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    const button = this.querySelector("button");
    const words = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.text());
      button.textContent = this.dataset.done;
      setTimeout(() => { button.textContent = words; }, 1600);
    });
  }

  text() {
    if (this.dataset.link === undefined) return document.getElementById(this.dataset.of).innerText.replace(/\n{2,}/g, "\n").trim();
    const player = document.querySelector("archive-player");
    const address = this.dataset.link || location.href.split("#")[0];
    return player && player.now >= 1000 ? `${address}#t=${(player.now / 1000).toFixed(1)}` : address;
  }
}

customElements.define("archive-copy", ArchiveCopy);
