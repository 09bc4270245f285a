// Knows which titles play at once, from the server's status, and marks them on the cards.

import { part } from "./page.js";

const AGAIN_MS = 30000;

export class Ready {
  constructor(api) {
    this.api = api;
    this.items = new Set();
    this.stop = null;
    this.has = (itemId) => this.items.has(itemId);
  }

  /** Follow the status, or let go of it: a page that plays or is hidden has no use for it. */
  watch(is) {
    if (is && !this.stop) {
      this.stop = this.api.watchStatus((status) => this.hear(status), AGAIN_MS);
    } else if (!is && this.stop) {
      this.stop();
      this.stop = null;
    }
  }

  hear(status) {
    const ready = (status.preloads || []).filter((entry) => entry.state === "ready").map((entry) => entry.itemId);
    if (ready.length === this.items.size && ready.every(this.has)) {
      return;
    }
    this.items = new Set(ready);
    document.querySelectorAll("[data-item]").forEach((card) => {
      const sign = part(card, "ready");
      if (sign) {
        sign.hidden = !this.has(card.dataset.item);
      }
    });
  }
}
