// Remembers on the server how far a title was watched.

const EVERY_MS = 10000;
const FIRST_S = 1;
const PATIENCE_MS = 5000;

// A note that gets no answer must not hold up whoever waits for it.
function within(promise) {
  return Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); })]);
}

export class Watching {
  /** `read()` returns {itemId, sourceId, position, duration, title, poster} of what plays, or null. */
  constructor(api, read) {
    this.api = api;
    this.read = read;
    this.timer = 0;
    this.lastAt = null;
    this.noted = Promise.resolve();
    this.unanswered = []; // the items of notes that the server may not have yet
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.leave();
      }
    });
  }

  /** Note every now and then while it plays. */
  start() {
    this.stop();
    this.timer = setInterval(() => this.note(), EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
  }

  /** A title was opened: nothing of it has been noted yet. */
  begin(position) {
    this.lastAt = position;
  }

  /** Note the position, unless nothing has changed; resolves when the server has all that was noted, and never fails.
   *
   * One note waits for the other: what reaches the server last counts as watched last. */
  note() {
    const point = this.point();
    if (point) {
      this.unanswered.push(point.itemId);
      this.noted = this.noted
        .then(() => within(this.api.noteProgress(point.itemId, point.body)))
        .catch(() => { this.lastAt = this.lastAt === point.body.position ? null : this.lastAt; })
        .then(() => { this.unanswered.shift(); });
    }
    return this.noted;
  }

  /** Resolves when the server has what was noted of an item. */
  settled(itemId) {
    return this.unanswered.includes(itemId) ? this.noted : Promise.resolve();
  }

  // The page is being left: what can't wait for an answer, nor for notes that may get lost with the page.
  leave() {
    if (this.unanswered.length > 0) {
      this.lastAt = null;
    }
    const point = this.point();
    if (point) {
      this.api.sendProgress(point.itemId, point.body);
    }
  }

  point() {
    const now = this.read();
    const moved = now && (this.lastAt === null || Math.abs(now.position - this.lastAt) >= FIRST_S);
    if (!moved || !(now.duration > 0)) {
      return null;
    }
    this.lastAt = now.position;
    const { itemId, sourceId, position, duration, title, poster } = now;
    return { itemId, body: { sourceId, position, duration, title, poster } };
  }
}
