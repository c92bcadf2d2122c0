// One segment as it is read: its words with what is to be seen in them.
import { clock } from "../../clock.js";

function element(name, fields = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export class Drawing {
  /** `labels` are the editor's data-… texts; `names` the speakers by their value. */
  constructor({ labels, names, offset, may }) {
    Object.assign(this, { labels, names, offset, may });
  }

  speaker({ speaker, voice }) {
    if (speaker) return this.names.get(speaker) ?? speaker;
    return voice ? this.labels.voice.replace("{letter}", voice) : "";
  }

  time(ms) {
    return clock(ms + this.offset);
  }

  item(item, place, count) {
    const made = item.gap ? this.gap(item.gap) : this.segment(item.segment);
    made.dataset.key = item.key;
    made.setAttribute("role", "article");
    made.setAttribute("aria-posinset", place + 1);
    made.setAttribute("aria-setsize", count);
    return made;
  }

  segment(segment) {
    const { labels } = this;
    const name = this.speaker(segment);
    const asks = segment.speaker.startsWith("interviewer");
    const looked = segment.flags.length && !segment.hand;
    const made = element("div", {
      class: `segment${segment.flags.length ? " is-flagged" : ""}${asks ? " asks" : ""}`,
      id: `s-${segment.cue}`, "data-look": looked ? "" : null, "aria-label": `${this.time(segment.start)} ${name}`.trim(), tabindex: -1,
    });
    const who = this.may
      ? element("button", { type: "button", class: `who as-link${segment.speaker ? "" : segment.voice ? " is-voice" : " is-nobody"}` }, name || labels.who)
      : element("span", {}, name || "—");
    made.append(element("p", { class: "speaker" }, element("span", {}, who), " ", this.at(segment.start)));
    const lang = segment.language && segment.language !== labels.language ? segment.language : null;
    const cue = element("span", { class: "cue", id: segment.cue, "data-start": segment.start, "data-end": segment.end });
    cue.append(...this.pieces(segment));
    made.append(element("p", { lang }, cue));
    const { heard } = segment;
    if (heard.length) {
      const said = heard.map(([start, end, first]) => element("span", {}, `${segment.text.slice(start, end)} · ${labels.heardFirst.replace("{heard}", first)}`));
      made.append(element("p", { class: "heard-first" }, ...said));
    }
    if (segment.flags.length) made.append(element("p", { class: "flags" }, segment.flags.join(" · ")));
    return made;
  }

  at(ms) {
    return element("a", { class: "at", href: `#t=${ms / 1000}`, "data-at": ms }, this.time(ms));
  }

  *pieces(segment) {
    const { text, unsure, cut, mentions, heard } = segment;
    if (!unsure.length && !cut.length && !mentions.length && !heard.length) {
      yield text;
      return;
    }
    const edges = new Set([0, text.length]);
    for (const [start, end] of [...unsure, ...cut, ...mentions, ...heard]) edges.add(start).add(end);
    const inside = [...edges].filter((edge) => edge <= text.length).sort((a, b) => a - b);
    for (let at = 0; at + 1 < inside.length; at += 1) yield this.piece(segment, inside[at], inside[at + 1]);
  }

  piece({ text, unsure, cut, mentions, heard }, start, end) {
    const among = (spans) => spans.find(([from, to]) => from <= start && end <= to);
    const said = text.slice(start, end);
    const [mention, first] = [among(mentions), among(heard)];
    let inner = said;
    if (first) inner = element("u", { class: "written", title: mention ? null : this.labels.heardFirst.replace("{heard}", first[2]) }, said);
    else if (among(unsure) && (mention || !among(cut))) inner = element("u", { title: mention ? null : this.labels.unsure }, said);
    if (mention) {
      const [from, to, pk, state, slug, begins, ends] = mention;
      return element("a", {
        class: `mention ${state}${among(cut) ? " cut" : ""}`, href: `?mention=${pk}#mention`, "data-mention": pk, "data-organization": slug,
        "data-name": text.slice(from, to), "data-start": begins, "data-end": ends,
      }, inner);
    }
    return among(cut) ? element("s", {}, said) : inner;
  }

  gap({ id, start, end, said, heard }) {
    const { labels } = this;
    const made = element("div", { class: "gap", id, "data-look": "", tabindex: -1, "aria-label": `${this.time(start)} ${said}` });
    const hear = element("a", {
      href: `#t=${start / 1000}`, "data-from": start, "data-until": end, "aria-label": labels.hearAt.replace("{time}", this.time(start)),
    }, labels.hear);
    const quoted = heard ? [" ", element("q", {}, heard)] : [];
    made.append(element("p", { class: "speaker" }, element("span"), " ", this.at(start)), element("p", {}, said, ...quoted, " ", hear));
    return made;
  }
}
