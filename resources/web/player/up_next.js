// Offers the next episode near the end of one, and goes on with it by itself a while after the end.

import { focusOn } from "../keys.js";
import { part } from "../page.js";

const BEFORE_END_S = 30;
const BEFORE_END = 0.05; // of an episode that is short
const COUNT_S = 8;

export class UpNext {
  /** `onNext(itemId)` runs when the next episode is to be played, `onShow()` when it is offered: it may be got ready. */
  constructor(screen, stream, { onNext, onShow }) {
    this.screen = screen;
    this.stream = stream;
    this.onNext = onNext;
    this.onShow = onShow;
    this.card = part(screen, "up-next");
    this.next = null;
    this.isRefused = false;
    this.counting = 0;
    stream.on("timeupdate seeking seeked emptied", () => this.look());
    stream.on("ended", () => this.count(COUNT_S));
    part(this.card, "up-next-play").addEventListener("click", () => this.go());
    part(this.card, "up-next-stay").addEventListener("click", () => this.refuse());
    part(screen, "next").addEventListener("click", () => this.go());
  }

  /** `next` is {id, label} of the next episode, or null. */
  offer(next) {
    this.next = next;
    this.isRefused = false;
    this.hide();
    part(this.screen, "next").hidden = !next;
    part(this.card, "up-next-title").textContent = next ? next.label : "";
    delete part(this.card, "up-next-play").dataset.item;
    if (next) {
      part(this.card, "up-next-play").dataset.item = next.id;
    }
  }

  look() {
    const { position, duration, video } = this.stream;
    if (!video.ended) {
      this.stay();
    }
    if (!this.next || this.counting || !duration) {
      return;
    }
    const near = duration - position <= Math.min(BEFORE_END_S, duration * BEFORE_END);
    if (near && !this.isRefused && this.card.hidden) {
      part(this.card, "up-next-when").textContent = "Up next";
      this.card.hidden = false;
      this.onShow();
    } else if (!near) {
      this.isRefused = false;
      this.hide();
    }
  }

  count(seconds) {
    if (!this.next || this.isRefused) {
      return;
    }
    if (this.card.hidden || !this.counting) {
      this.card.hidden = false;
      focusOn(part(this.card, "up-next-play"));
    }
    part(this.card, "up-next-when").textContent = `Up next in ${seconds}`;
    clearTimeout(this.counting);
    this.counting = setTimeout(() => (seconds > 1 ? this.count(seconds - 1) : this.go()), 1000);
  }

  go() {
    const { next } = this;
    this.hide();
    if (next) {
      this.onNext(next.id);
    }
  }

  /** Count no further: the person goes back. */
  stay() {
    if (this.counting) {
      this.hide();
    }
  }

  refuse() {
    this.isRefused = true;
    this.hide();
    focusOn(part(this.screen, "seek"));
  }

  hide() {
    clearTimeout(this.counting);
    this.counting = 0;
    this.card.hidden = true;
  }
}
