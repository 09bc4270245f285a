// Remembers on the server how far a title was watched.

const EVERY_MS = 10000;
const FIRST_S = 1;

export class Watching {
  /** `read()` returns {itemId, sourceId, position, duration, title, poster} of what plays, or null. */
  constructor(api, read) {
    this.api = api;
    this.read = read;
    this.timer = 0;
    this.lastAt = null;
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

  /** Note the position, unless nothing has changed; resolves when the server has it, and never fails. */
  async note() {
    const point = this.point();
    if (point) {
      await this.api.noteProgress(point.itemId, point.body).catch(() => { this.lastAt = null; });
    }
  }

  // The page is being left: what can't wait for an answer.
  leave() {
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
