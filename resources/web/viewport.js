// Tells the server what is looked at, so that it is ready when Play is pressed.

import { isTv } from "./describe.js";
import { current, openDialog } from "./page.js";

const REST_MS = 400;
const BETWEEN_MS = 600; // the server takes one per 500 ms
const NEAR = 6; // titles beyond those that are seen, which may be reached next

function deviceType() {
  if (isTv(navigator.userAgent)) {
    return "tv";
  }
  return matchMedia("(pointer: coarse)").matches ? "mobile" : "desktop";
}

function isSeen(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return right > 0 && left < innerWidth && bottom > 0 && top < innerHeight && right > left;
}

// The lists on show, each with the titles of it that are seen and some that follow: {listId, startIndex, endIndex,
// visibleItemCount, items}.
function visibleSliders(area) {
  return Array.from(area.querySelectorAll("[data-row]")).filter(isSeen).map((list) => {
    const cards = Array.from(list.querySelectorAll("[data-item]"));
    const seen = cards.filter(isSeen);
    const startIndex = cards.indexOf(seen[0]);
    const endIndex = startIndex + seen.length - 1;
    const told = cards.slice(Math.max(0, startIndex), endIndex + 1 + NEAR);
    return {
      listId: list.dataset.row, startIndex, endIndex, visibleItemCount: seen.length, items: told.map((card) => card.dataset.item),
    };
  }).filter((slider) => slider.visibleItemCount > 0);
}

export class Viewport {
  /** Watches the focus and the scrolling; call `settle` when a screen has changed by itself. */
  constructor(api) {
    this.api = api;
    this.isOn = false;
    this.resting = 0;
    this.lastPost = 0;
    this.lastBody = "";
    this.focusedSince = Date.now();
    document.addEventListener("focusin", () => {
      this.focusedSince = Date.now();
      this.settle();
    });
    document.addEventListener("scroll", () => this.settle(), { capture: true, passive: true });
    addEventListener("resize", () => this.settle());
  }

  /** Post once nothing has moved for a while, and not sooner after the last post than the server takes them. */
  settle() {
    clearTimeout(this.resting);
    const wait = Math.max(REST_MS, this.lastPost + BETWEEN_MS - Date.now());
    this.resting = setTimeout(() => this.post(), wait);
  }

  async post() {
    const area = openDialog() || current();
    if (!this.isOn || !area || document.hidden) {
      return;
    }
    const seen = { visibleSliders: visibleSliders(area), focused: this.focused(area) };
    const said = JSON.stringify([seen.visibleSliders, seen.focused && seen.focused.itemId]);
    if (said === this.lastBody || (!seen.focused && !seen.visibleSliders.length && !this.lastBody)) {
      return;
    }
    this.lastBody = said;
    this.lastPost = Date.now();
    const connection = navigator.connection || {};
    try {
      await this.api.tellViewport({
        timestamp: this.lastPost, viewport: seen,
        context: { deviceType: deviceType(), connectionType: connection.type || connection.effectiveType || "unknown" },
      });
    } catch (problem) {
      this.lastBody = ""; // told again with the next move
    }
  }

  focused(area) {
    const card = document.activeElement.closest("[data-item]");
    if (!card || !area.contains(card)) {
      return null;
    }
    const list = card.closest("[data-row]");
    return {
      listId: list ? list.dataset.row : "detail",
      index: list ? Array.from(list.querySelectorAll("[data-item]")).indexOf(card) : 0,
      itemId: card.dataset.item,
      focusDuration: Date.now() - this.focusedSince,
    };
  }
}
