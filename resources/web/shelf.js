// The list of videos: cards that play, and removal.

import { facts, trouble } from "./describe.js";
import { focusFirst } from "./keys.js";
import { part, parts, toast } from "./screens.js";

// Hues that stay calm next to each other and under white letters, in degrees.
const HUES = [342, 312, 276, 248, 222, 200, 176, 16];

/** A hue that stays with a title. */
function hue(title) {
  const sum = Array.from(title).reduce((total, letter) => (total * 131 + letter.codePointAt(0)) % 65521, 7);
  return HUES[sum % HUES.length];
}

export class Shelf {
  /** `onPlay(source)` and `onAdd()` run when the person asks for it. */
  constructor(api, onPlay, onAdd) {
    this.api = api;
    this.onPlay = onPlay;
    this.screen = document.getElementById("shelf");
    this.cards = part(this.screen, "cards");
    this.removing = new Removing(api, (source) => this.removed(source));
    this.sources = [];
    parts(this.screen, "add").forEach((button) => button.addEventListener("click", onAdd));
  }

  /** Read the list anew; keeps the focus on the card it was on, or moves it to that of `focusId`. */
  async refresh(focusId) {
    const focused = document.activeElement.closest("[data-id]");
    const wanted = focusId || (focused && focused.dataset.id);
    this.sources = await this.api.sources();
    this.render();
    if (wanted) {
      this.focus(wanted);
    }
  }

  find(id) {
    return this.sources.find((source) => source.id === id);
  }

  /** Focus a video's card, or the first thing there is. */
  focus(id) {
    const card = Array.from(this.cards.children).find((child) => child.dataset.id === id);
    if (card) {
      part(card, "play").focus();
    } else {
      focusFirst(this.cards.children.length ? this.cards : this.screen);
    }
  }

  render() {
    this.cards.textContent = "";
    this.sources.forEach((source) => this.cards.append(this.card(source)));
    this.cards.hidden = this.sources.length === 0;
    part(this.screen, "empty").hidden = this.sources.length > 0;
  }

  card(source) {
    const card = document.getElementById("card").content.firstElementChild.cloneNode(true);
    card.dataset.id = source.id;
    card.style.setProperty("--hue", hue(source.title));
    part(card, "title").textContent = source.title;
    part(card, "facts").textContent = facts(source);
    part(card, "play").setAttribute("aria-label", `Play ${source.title}`);
    part(card, "play").addEventListener("click", () => this.onPlay(source));
    part(card, "remove").setAttribute("aria-label", `Remove ${source.title}`);
    part(card, "remove").addEventListener("click", () => this.removing.open(source));
    return card;
  }

  removed(source) {
    const index = this.sources.indexOf(source);
    this.sources = this.sources.filter((other) => other !== source);
    this.render();
    const next = this.sources[Math.min(index, this.sources.length - 1)];
    this.focus(next && next.id);
    toast(`“${source.title}” was removed`);
  }
}

/** Asks before a video goes from the list. */
class Removing {
  constructor(api, onRemoved) {
    this.api = api;
    this.onRemoved = onRemoved;
    this.dialog = document.getElementById("removing");
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
    part(this.dialog, "confirm").addEventListener("click", () => this.confirm());
  }

  open(source) {
    this.source = source;
    part(this.dialog, "title").textContent = `Remove “${source.title}”?`;
    part(this.dialog, "problem").textContent = "";
    this.dialog.showModal();
    part(this.dialog, "cancel").focus();
  }

  async confirm() {
    const { source } = this;
    try {
      await this.api.remove(source.id);
    } catch (problem) {
      if (problem.code !== "source_not_found") {
        part(this.dialog, "problem").textContent = trouble(problem)[1];
        return;
      }
    }
    this.dialog.close();
    this.onRemoved(source);
  }
}
