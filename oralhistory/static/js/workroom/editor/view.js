// Only what is near the window is in the page: the rest is height, estimated until it was seen once.

const AROUND = 600; // CSS pixels beyond the window that are drawn …
const AT_ONCE = 5; // … so many of them in one frame: no frame is late because of what nobody sees
const JUMPS = 3;
const MARGIN = 150; // what the player covers at the top

export class View {
  /**
   * `draw(item)` makes the element of an item; `drawn()` is called after some have come or gone. The item whose key
   * `held()` returns stays in the page, and in its place in the window, wherever the others come to lie.
   */
  constructor(root, { draw, drawn, held }) {
    Object.assign(this, { root, draw, drawn, held, items: [], places: new Map(), elements: new Map(), heights: new Map() });
    root.replaceChildren();
    [this.above, this.below] = ["above", "below"].map((name) => {
      const space = document.createElement("div");
      space.className = `space ${name}`;
      space.setAttribute("aria-hidden", "true");
      root.append(space);
      return space;
    });
    this.sizes = new ResizeObserver((entries) => this.measure(entries));
    addEventListener("scroll", () => this.soon(), { passive: true });
    addEventListener("resize", () => { this.heights.clear(); this.offsets = null; this.soon(); });
  }

  /** Items are {key, text, …} in order; those with a key that was there before keep their element. */
  set(items) {
    this.items = items;
    this.places = new Map(items.map(({ key }, place) => [key, place]));
    this.offsets = null;
    this.update();
  }

  /** An item is drawn anew. */
  redraw(key, item) {
    const place = this.places.get(key);
    if (place === undefined) return;
    this.items[place] = item;
    const old = this.elements.get(key);
    if (!old) return;
    const fresh = this.draw(item, place);
    this.sizes.unobserve(old);
    fresh.style.marginBlockEnd = old.style.marginBlockEnd;
    old.replaceWith(fresh);
    this.elements.set(key, fresh);
    this.sizes.observe(fresh);
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.update(); });
  }

  measure(entries) {
    let changed = false;
    for (const { target } of entries) {
      const height = target.offsetHeight;
      if (!height || this.heights.get(target.dataset.key) === height) continue;
      this.heights.set(target.dataset.key, height);
      changed = true;
    }
    if (!changed) return;
    this.offsets = null;
    this.soon();
  }

  layOut() {
    if (this.offsets) return;
    const narrow = this.root.clientWidth < 620;
    const line = Math.max(18, (this.root.clientWidth - (narrow ? 0 : 130)) / 8.4);
    this.offsets = new Float64Array(this.items.length + 1);
    this.items.forEach((item, place) => {
      const guess = (narrow ? 42 : 13) + 27 * Math.ceil((item.text.length + 1) / line) + (item.more ?? 0);
      this.offsets[place + 1] = this.offsets[place] + (this.heights.get(item.key) ?? guess);
    });
  }

  /** The item that lies at a height from the beginning of the text. */
  at(height) {
    let [low, high] = [0, this.items.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsets[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** What is in the window, the held one or any, and where: beside what was measured, the offsets of the rest may lie. */
  anchor() {
    const inWindow = ([key, element]) => {
      const { top, bottom } = element.getBoundingClientRect();
      return bottom > 0 && top < innerHeight && this.places.has(key) ? { key, element, top } : null;
    };
    const held = [...this.elements].filter(([key]) => key === this.held());
    for (const each of [...held, ...this.elements]) {
      const found = inWindow(each);
      if (found) return found;
    }
    return null;
  }

  update() {
    this.layOut();
    const count = this.items.length;
    const anchor = this.anchor();
    const top = anchor ? this.offsets[this.places.get(anchor.key)] - anchor.top : -this.root.getBoundingClientRect().top;
    const [first, last] = count ? this.range(top) : [0, -1];
    const held = this.places.get(this.held());
    const shown = Array.from({ length: last - first + 1 }, (_, step) => first + step);
    if (held < first) shown.unshift(held);
    else if (held > last) shown.push(held);
    const changed = this.show(shown);
    if (anchor && anchor.key === this.held()) scrollBy({ top: anchor.element.getBoundingClientRect().top - anchor.top, behavior: "instant" });
    if (changed) this.drawn();
  }

  /** The items at these places are in the page, and no others. Returns whether some came or went. */
  show(places) {
    const keep = new Set(places.map((place) => this.items[place].key));
    let changed = false;
    for (const [key, element] of this.elements) {
      if (keep.has(key)) continue;
      this.sizes.unobserve(element);
      element.remove();
      this.elements.delete(key);
      changed = true;
    }
    let next = this.above.nextSibling;
    let end = 0; // of what has its height already
    let before = this.above;
    for (const place of places) {
      const { key } = this.items[place];
      let element = this.elements.get(key);
      if (!element) {
        element = this.draw(this.items[place], place);
        this.elements.set(key, element);
        this.sizes.observe(element);
        changed = true;
      }
      if (element === next) next = next.nextSibling;
      else this.root.insertBefore(element, next);
      const space = this.offsets[place] - end;
      if (before === this.above) before.style.height = `${space}px`;
      else before.style.marginBlockEnd = space ? `${space}px` : "";
      before = element;
      end = this.offsets[place + 1];
    }
    if (before !== this.above) before.style.marginBlockEnd = "";
    else before.style.height = "0px";
    this.below.style.height = `${this.offsets[this.items.length] - end}px`;
    return changed;
  }

  /** The items that are drawn now: what is seen, and of what lies around what is there already or has its turn. */
  range(top) {
    let [first, last] = [this.at(top), this.at(top + innerHeight)];
    const [furthest, farthest] = [this.at(top - AROUND), this.at(top + innerHeight + AROUND)];
    let turn = AT_ONCE;
    const takes = (place) => this.elements.has(this.items[place].key) || (turn -= 1) >= 0;
    while (last < farthest && takes(last + 1)) last += 1;
    while (first > furthest && takes(first - 1)) first -= 1;
    if (first > furthest || last < farthest) this.soon();
    return [first, last];
  }

  /** Into sight, unless it is: what is far is come to at once. Returns its element. */
  bring(key, { margin = MARGIN } = {}) {
    const place = this.places.get(key);
    if (place === undefined) return null;
    const seen = (element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top > margin && bottom < innerHeight - 40;
    };
    let element = this.elements.get(key);
    if (element && seen(element)) return element;
    // Where a passage of thousands of letters is not as high as was thought, the first jump falls short.
    for (let jump = 0; !element && jump < JUMPS; jump += 1) {
      if (jump) this.measure([...this.elements.values()].map((target) => ({ target })));
      this.layOut();
      const start = scrollY + this.root.getBoundingClientRect().top;
      scrollTo({ top: start + this.offsets[place] - innerHeight * 0.4, behavior: "instant" });
      this.update();
      element = this.elements.get(key);
    }
    if (!element) return null;
    const { top, height } = element.getBoundingClientRect();
    scrollBy({ top: top - Math.max(margin + 20, (innerHeight - height) * 0.42), behavior: "instant" });
    return element;
  }
}
