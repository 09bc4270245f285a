// What there is to play of one title: the best first, each with its facts, to be played, pinned or blocked.

import { providerName, quality, searched, size, trouble } from "../describe.js";
import { focusFirst, focusOn } from "../keys.js";
import { clear, fromTemplate, make, part, toast } from "../page.js";

const SKELETONS = 3;

function people(count) {
  return count === 1 ? "1 seeder" : `${count} seeders`;
}

// The words beside a source's quality.
function tags(source, currentId) {
  return [
    source.id === currentId ? "Playing" : null, source.isDefault ? "Best" : null, source.pinned ? "Pinned" : null,
    source.blocked ? "Blocked" : null, source.refusal ? "Does not play" : null, source.silent ? "Did not answer" : null, source.matched === false ? "May be another title" : null,
    source.pack ? "Season pack" : null, source.stale ? "Not seen lately" : null,
  ].filter(Boolean);
}

export class SourceList {
  /** `onChoose(source)` runs when one is to be played, `onChange(found)` when a pin or block has changed the order. */
  constructor(api, element, onChoose, onChange) {
    this.api = api;
    this.element = element;
    this.onChoose = onChoose;
    this.onChange = onChange || (() => {});
    this.itemId = null;
    this.currentId = null;
  }

  /** Show what `found` (a promise of {itemId, sources, reports}) brings; skeletons meanwhile. */
  async show(itemId, found, currentId) {
    this.itemId = itemId;
    this.currentId = currentId || null;
    this.loading();
    try {
      const answer = await found;
      if (this.itemId === itemId) {
        this.render(answer);
      }
    } catch (problem) {
      if (this.itemId === itemId) {
        this.say(trouble(problem).join(". ").replace(/\.\.( |$)/g, ".$1"));
      }
    }
  }

  loading() {
    clear(this.element);
    this.element.setAttribute("aria-busy", "true");
    for (let index = 0; index < SKELETONS; index += 1) {
      this.element.append(make("div", "source skeleton"));
      this.element.lastChild.append(make("span", "bone"));
    }
    this.element.append(make("p", "sr", "Looking for sources…"));
  }

  render(found) {
    const { sources, reports } = found;
    clear(this.element);
    this.element.removeAttribute("aria-busy");
    if (!sources.length) {
      this.say(`No source was found. ${searched(reports)}`);
      return;
    }
    const list = make("ul", "source-list");
    sources.forEach((source) => list.append(this.line(source)));
    this.element.append(list);
    if (reports.length) {
      this.element.append(this.footer(searched(reports)));
    }
  }

  line(source) {
    const line = fromTemplate("source");
    const words = tags(source, this.currentId);
    const facts = [source.sizeBytes ? size(source.sizeBytes) : "", source.seeders === null ? "" : people(source.seeders)];
    line.dataset.source = source.id;
    line.classList.toggle("blocked", Boolean(source.blocked || source.refusal));
    part(line, "quality").textContent = [quality(source), source.resolution && source.quality !== "Unknown" ? source.quality : ""]
      .filter(Boolean).join(" ");
    words.forEach((word) => part(line, "tags").append(make("span", `tag ${word === "Best" || word === "Playing" ? "strong" : ""}`, word)));
    part(line, "size").textContent = facts[0];
    part(line, "seeders").textContent = facts[1];
    part(line, "provider").textContent = (source.providers || [source.provider]).map(providerName).join(", ");
    part(line, "open").addEventListener("click", () => this.onChoose(source));
    const name = part(line, "quality").textContent;
    this.toggle(part(line, "pin"), source, "pinned", source.pinned ? `Unpin ${name}` : `Always use ${name}`);
    this.toggle(part(line, "block"), source, "blocked", source.blocked ? `Allow ${name}` : `Never use ${name}`);
    return line;
  }

  // A button that pins or blocks a source; hidden where the server does not tell whether it is.
  toggle(button, source, what, label) {
    button.hidden = typeof source[what] !== "boolean" || source.itemId.startsWith("local:");
    button.title = label;
    button.setAttribute("aria-label", label);
    button.setAttribute("aria-pressed", String(Boolean(source[what])));
    button.addEventListener("click", () => this.change(source, what, !source[what]));
  }

  async change(source, what, is) {
    try {
      await (what === "pinned" ? this.api.pin(source.id, is) : this.api.block(source.id, is));
      const said = { pinned: ["Pinned: it is played by default", "No longer pinned"], blocked: ["It is not used any more", "It may be used again"] };
      toast(said[what][is ? 0 : 1]);
      const found = await this.api.find(this.itemId);
      this.render(found);
      this.onChange(found);
      this.focus(source.id, what === "pinned" ? "pin" : "block");
    } catch (problem) {
      toast(trouble(problem)[0]);
    }
  }

  /** Focus a source's line, or one of its buttons; the first thing when it is gone. */
  focus(sourceId, button = "open") {
    const line = Array.from(this.element.querySelectorAll("[data-source]")).find((one) => one.dataset.source === sourceId);
    if (line) {
      focusOn(part(line, button));
    } else {
      focusFirst(this.element);
    }
  }

  say(text) {
    clear(this.element);
    this.element.removeAttribute("aria-busy");
    this.element.append(this.footer(text));
  }

  footer(text) {
    const footer = make("div", "line");
    const again = make("button", "button", "Search again");
    again.addEventListener("click", () => this.again());
    footer.append(make("p", "quiet", text));
    if (!this.itemId.startsWith("local:")) {
      footer.append(again);
    }
    return footer;
  }

  /** Ask the providers once more. */
  async again() {
    const found = this.api.find(this.itemId, true);
    found.then((answer) => this.onChange(answer), () => {});
    await this.show(this.itemId, found, this.currentId);
    focusFirst(this.element);
  }
}
