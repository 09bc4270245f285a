// A row of cards: loads page by page, scrolls sideways, says when it can't.

import { trouble } from "../describe.js";
import { focusOn } from "../keys.js";
import { clear, fromTemplate, part } from "../page.js";
import { makeCard, makeSkeleton } from "./cards.js";

const SKELETONS = 8;
// The next page is asked for when this many cards are left to the right.
const AHEAD = 8;
let count = 0;

export class Row {
  /**
   * `id` names it in viewports; `shape` is "wide" or "tall"; `ready(itemId)` tells what plays at once.
   *
   * `load(page)`, where there is one, resolves to {titles, more}; other rows are given their cards by `fill`.
   */
  constructor({ id, title, shape, ready, load }) {
    count += 1;
    this.id = id;
    this.ready = ready;
    this.load = load;
    this.page = 0;
    this.more = false;
    this.busy = null;
    this.problem = null;
    this.filled = null;
    this.visit = 0;
    this.element = fromTemplate("row");
    this.element.dataset.row = id;
    this.element.classList.add(shape);
    this.track = part(this.element, "track");
    const heading = part(this.element, "title");
    heading.id = `row-${count}`;
    heading.textContent = title;
    this.track.setAttribute("aria-labelledby", heading.id);
    this.element.setAttribute("aria-labelledby", heading.id);
    this.listen();
  }

  listen() {
    this.track.addEventListener("focusin", () => this.reach());
    this.track.addEventListener("scroll", () => this.reach(), { passive: true });
    part(this.element, "before").addEventListener("click", () => this.scroll(-1));
    part(this.element, "after").addEventListener("click", () => this.scroll(1));
    part(this.element, "again").addEventListener("click", () => this.start());
    this.element.addEventListener("pointerenter", () => this.showEdges());
  }

  get cards() {
    return Array.from(this.track.querySelectorAll("[data-item]"));
  }

  get isEmpty() {
    return this.cards.length === 0;
  }

  /** Load the first page, with skeletons meanwhile; `problem` tells afterwards whether that failed. */
  async start() {
    this.visit += 1;
    this.filled = null;
    this.page = 0;
    this.busy = null;
    this.element.hidden = false;
    part(this.element, "failed").hidden = true;
    clear(this.track);
    for (let index = 0; index < SKELETONS; index += 1) {
      this.track.append(makeSkeleton());
    }
    this.track.setAttribute("aria-busy", "true");
    await this.next();
  }

  /** Load one more page. */
  async next() {
    const { visit } = this;
    this.busy = this.load(this.page + 1);
    try {
      const { titles, more } = await this.busy;
      if (visit === this.visit) {
        this.page += 1;
        this.more = more && titles.length > 0;
        this.problem = null;
        this.add(titles);
      }
    } catch (problem) {
      if (visit === this.visit) {
        this.more = false;
        this.problem = problem;
        this.fail();
      }
    }
    if (visit === this.visit) {
      this.busy = null;
      this.track.removeAttribute("aria-busy");
      this.element.hidden = this.isEmpty && !this.problem;
    }
  }

  add(titles) {
    this.track.querySelectorAll(".skeleton").forEach((skeleton) => skeleton.remove());
    const known = new Set(this.cards.map((card) => card.dataset.item));
    titles.filter((title) => !known.has(title.id)).forEach((title) => {
      this.track.append(makeCard(title, this.ready(title.id)));
    });
    this.showEdges();
  }

  // The buttons at the ends, where there is something to scroll to.
  showEdges() {
    const { scrollLeft, scrollWidth, clientWidth } = this.track;
    part(this.element, "before").hidden = scrollLeft < 8;
    part(this.element, "after").hidden = scrollWidth - scrollLeft - clientWidth < 8;
  }

  // The first page's failure is said; a later one's is not, for there is enough to look at.
  fail() {
    this.track.querySelectorAll(".skeleton").forEach((skeleton) => skeleton.remove());
    if (this.isEmpty) {
      part(this.element, "failed-text").textContent = trouble(this.problem).join(". ").replace(/\.\./g, ".");
      part(this.element, "failed").hidden = false;
    }
  }

  /** Show these titles and no others; the focus stays where it is, or moves to the nearest card that is left. */
  fill(titles) {
    const filled = JSON.stringify(titles);
    if (filled === this.filled) {
      return;
    }
    this.filled = filled;
    this.visit += 1; // what is still on its way comes too late
    this.busy = null;
    this.more = false;
    const focused = this.track.contains(document.activeElement) ? document.activeElement.closest("[data-item]") : null;
    const at = focused ? this.cards.indexOf(focused) : -1;
    const id = focused && focused.dataset.item;
    clear(this.track);
    this.add(titles);
    this.element.hidden = titles.length === 0;
    if (focused && titles.length) {
      this.focus(id) || this.focusCard(this.cards[Math.min(at, titles.length - 1)]);
    }
  }

  /** Focus a title's card, or the first when no id is given; true when there is one. */
  focus(itemId, atOnce) {
    const card = itemId ? this.cards.find((one) => one.dataset.item === itemId) : this.cards[0];
    return this.focusCard(card, atOnce);
  }

  focusCard(card, atOnce) {
    if (card && !this.element.hidden) {
      focusOn(part(card, "open"), atOnce);
    }
    return Boolean(card) && !this.element.hidden;
  }

  /** Load on when the end comes near. */
  reach() {
    const { track } = this;
    this.showEdges();
    const card = track.lastElementChild;
    const rest = track.scrollWidth - track.scrollLeft - track.clientWidth;
    const focused = this.cards.length - 1 - this.cards.indexOf(document.activeElement.closest("[data-item]"));
    if (this.more && !this.busy && card && (rest < card.offsetWidth * AHEAD || focused < AHEAD)) {
      this.next();
    }
  }

  scroll(pages) {
    this.track.scrollBy({ left: pages * this.track.clientWidth * 0.8, behavior: "smooth" });
  }
}
