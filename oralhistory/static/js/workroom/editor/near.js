// The waveform from near, around where the sound is: the boundaries of segments stand in it, and can be dragged.
const PEAKS = 20; // a second: workroom/peaks.py
const BLOCK = 60; // seconds that come at once
const SPANS = [4, 8, 15, 30, 60, 120]; // seconds that are seen
const HEIGHT = 56;
const CLOSE = 7; // CSS pixels from a boundary that still take hold of it
const AHEAD = 0.4; // where in the picture the sound is

export class Near {
  constructor(root, { player, editor }) {
    Object.assign(this, { root, player, editor, blocks: new Map(), zoom: 2, left: 0 });
    this.canvas = root.querySelector("canvas");
    root.hidden = false;
    root.querySelector(".closer").addEventListener("click", () => this.closer(1));
    root.querySelector(".farther").addEventListener("click", () => this.closer(-1));
    this.listen();
    new ResizeObserver(() => this.fit()).observe(this.canvas);
    this.fit();
  }

  get span() {
    return SPANS[this.zoom] * 1000;
  }

  closer(by) {
    this.zoom = Math.min(Math.max(0, this.zoom - by), SPANS.length - 1);
    this.soon();
  }

  fit() {
    const { clientWidth } = this.canvas;
    if (!clientWidth) return;
    Object.assign(this, { width: clientWidth, ratio: devicePixelRatio });
    Object.assign(this.canvas, { width: clientWidth * devicePixelRatio, height: HEIGHT * devicePixelRatio });
    const { color, caretColor, columnRuleColor, backgroundColor } = getComputedStyle(this.canvas);
    this.inks = { bars: color, head: caretColor, boundary: columnRuleColor, chosen: backgroundColor };
    this.soon();
  }

  show(ms) {
    if (this.ms === ms) return;
    this.ms = ms;
    this.soon();
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.draw(); });
  }

  async fetch(number) {
    this.blocks.set(number, []);
    try {
      const answer = await fetch(`${this.player.dataset.nearer}?block=${number}`);
      if (answer.ok && !answer.redirected) this.blocks.set(number, (await answer.json()).peaks);
      this.soon();
    } catch {
      setTimeout(() => this.blocks.delete(number), 5000); // no line: later
    }
  }

  peak(at) {
    const number = Math.floor(at / (BLOCK * PEAKS));
    if (!this.blocks.has(number)) {
      this.fetch(number);
      return 0;
    }
    return this.blocks.get(number)[at - number * BLOCK * PEAKS] ?? 0;
  }

  draw() {
    const { width, inks } = this;
    if (!width || !inks) return;
    const context = this.canvas.getContext("2d");
    const now = this.ms ?? this.player.now;
    this.left = Math.max(0, Math.min(now - this.span * AHEAD, this.player.duration - this.span));
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    const at = (ms) => ((ms - this.left) / this.span) * width;
    const chosen = this.editor.text.of(this.editor.current);
    if (chosen) {
      context.fillStyle = inks.chosen;
      context.fillRect(at(chosen.start), 0, at(chosen.end) - at(chosen.start), HEIGHT);
    }
    this.drawBars(context, width);
    context.fillStyle = inks.boundary;
    for (const { ms } of this.boundaries()) context.fillRect(at(ms) - 0.5, 0, 1, HEIGHT);
    context.fillStyle = inks.head;
    if (this.dragged) context.fillRect(at(this.dragged.ms) - 1, 0, 2, HEIGHT);
    context.fillRect(at(now) - 0.75, 0, 1.5, HEIGHT);
  }

  drawBars(context, width) {
    const [first, last] = [Math.floor((this.left / 1000) * PEAKS), Math.ceil(((this.left + this.span) / 1000) * PEAKS)];
    const step = width / ((this.span / 1000) * PEAKS);
    const together = Math.max(1, Math.ceil(3 / step));
    context.fillStyle = this.inks.bars;
    for (let bar = first - (first % together); bar < last; bar += together) {
      let loudest = 0;
      for (let each = bar; each < bar + together; each += 1) loudest = Math.max(loudest, this.peak(each));
      const half = Math.max(0.75, (loudest / 100) * (HEIGHT / 2 - 2));
      const x = (bar / PEAKS - this.left / 1000) * PEAKS * step;
      context.fillRect(x, HEIGHT / 2 - half, Math.max(1, step * together - 1), half * 2);
    }
  }

  /** Those that are in the picture: {cue, edge, ms}; one that two segments share is the later one's beginning. */
  *boundaries() {
    const { text } = this.editor;
    const first = Math.max(0, text.place(text.at(this.left)?.cue));
    for (let place = first; place < text.segments.length; place += 1) {
      const segment = text.segments[place];
      if (segment.start > this.left + this.span) return;
      yield { cue: segment.cue, edge: "start", ms: segment.start };
      const after = text.segments[place + 1];
      if (!after || after.start > segment.end) yield { cue: segment.cue, edge: "end", ms: segment.end };
    }
  }

  moment(event) {
    return Math.round(this.left + (event.offsetX / this.width) * this.span);
  }

  held(event) {
    const reach = (CLOSE / this.width) * this.span;
    const ms = this.moment(event);
    const near = [...this.boundaries()].filter((each) => Math.abs(each.ms - ms) < reach);
    return near.sort((a, b) => Math.abs(a.ms - ms) - Math.abs(b.ms - ms))[0] ?? null;
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      this.dragged = this.editor.may ? this.held(event) : null;
      if (!this.dragged) this.player.seek(this.moment(event), { scroll: true });
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.dragged) {
        this.dragged.ms = this.moment(event);
        this.soon();
      } else {
        canvas.classList.toggle("on-boundary", Boolean(this.editor.may && this.held(event)));
      }
    });
    canvas.addEventListener("pointerup", () => {
      const { dragged } = this;
      this.dragged = null;
      if (dragged) this.editor.doing.moveBoundary(dragged.cue, dragged.edge, dragged.ms);
      this.soon();
    });
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.closer(event.deltaY < 0 ? 1 : -1);
    }, { passive: false });
  }
}
