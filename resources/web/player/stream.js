// The video element and its stream: loads a source at a position, waits, goes on after failures that pass.

import { waiting } from "../describe.js";
import { part } from "../page.js";

const EXPLAIN_AFTER_MS = 1000;
// The server gives up first, but Chromium may ask once more by itself before the page hears of it.
const AFTER_SERVER_MS = 10000;
const SERVER_MS = 30000; // until the server tells
const AGAIN_WITHIN_S = 10;
const HAVE_NOTHING = 0;
const HAVE_FUTURE_DATA = 3;
const FORMAT = { code: "format" };
const TIMEOUT = { code: "torrent_timeout" };

export class Stream {
  /** `onFail(problem)` runs when a source does not play. */
  constructor(api, screen, onFail) {
    this.api = api;
    this.screen = screen;
    this.video = part(screen, "video");
    this.onFail = onFail;
    this.sourceId = null;
    this.from = 0;
    this.attempt = 0;
    this.failedAt = null;
    this.timers = { explain: 0, patience: 0 };
    this.stopWatching = null;
    this.on("waiting seeking", () => this.setWaiting(true));
    this.on("playing canplay seeked", () => this.setWaiting(this.video.readyState < HAVE_FUTURE_DATA && !this.video.ended));
    this.on("pause ended", () => this.setWaiting(false));
    this.on("loadedmetadata", () => this.startWithin());
    this.on("error", () => this.recover());
  }

  /** Run a listener on events of the video (names with spaces between) while a source is loaded. */
  on(names, listener) {
    names.split(" ").forEach((name) => {
      this.video.addEventListener(name, () => { if (this.sourceId !== null) { listener(); } });
    });
  }

  /** Where it is, in seconds; where it is to go on, until there is a picture. */
  get position() {
    return this.video.readyState > HAVE_NOTHING ? this.video.currentTime : this.from;
  }

  get duration() {
    return Number.isFinite(this.video.duration) ? this.video.duration : 0;
  }

  /** Play a source from a position in seconds. */
  open(sourceId, from) {
    this.sourceId = sourceId;
    this.failedAt = null;
    this.load(from, false);
  }

  // Another cut of a film may be shorter than where one left off.
  startWithin() {
    if (this.from > this.duration - 1) {
      this.from = 0;
      this.video.currentTime = 0;
    }
  }

  load(from, paused) {
    this.from = from;
    this.setWaiting(true);
    this.video.src = this.api.streamUrl(this.sourceId) + (from > 0 ? `#t=${from}` : "");
    if (!paused) {
      this.play();
    }
    this.check();
  }

  /** Stop, and let go of the stream. */
  close() {
    this.setWaiting(false);
    this.unload();
    this.sourceId = null;
  }

  // A video that keeps its address keeps asking.
  unload() {
    this.attempt += 1;
    clearTimeout(this.timers.patience);
    this.video.removeAttribute("src");
    this.video.load();
  }

  play() {
    // Refused where the browser wants a key or click first: the controls then show Play.
    this.video.play().catch(() => this.setWaiting(this.video.readyState < HAVE_FUTURE_DATA && !this.video.paused));
  }

  retry() {
    this.failedAt = null;
    this.load(this.from, false);
  }

  /** Learn early when the stream can't start: the video itself hides the reason, and asks many times before it gives up. */
  async check() {
    this.attempt += 1;
    const { attempt } = this;
    const failToStart = (problem) => {
      if (problem && this.attempt === attempt && this.video.readyState === HAVE_NOTHING) {
        this.fail(problem);
      }
    };
    const since = performance.now();
    // Looks again when it is due: the server may have told meanwhile that it waits for longer.
    const wait = () => {
      const rest = since + (this.api.streamTimeoutMs || SERVER_MS) + AFTER_SERVER_MS - performance.now();
      if (rest > 0) {
        this.timers.patience = setTimeout(wait, rest);
      } else {
        failToStart(TIMEOUT);
      }
    };
    clearTimeout(this.timers.patience);
    wait();
    failToStart(await this.api.probe(this.sourceId));
  }

  /** Go on at the same place after a failure that has passed, else say what is the matter. */
  async recover() {
    const { attempt, sourceId, video } = this;
    const at = video.currentTime || this.from;
    const reason = await this.api.probe(sourceId, video.duration > 0 ? at / video.duration : 0);
    if (this.attempt !== attempt) {
      return;
    }
    const again = this.failedAt !== null && at < this.failedAt + AGAIN_WITHIN_S;
    this.failedAt = at;
    if (reason === null && !again) {
      this.load(at, video.paused); // as it was left: a new source pauses the video by itself
    } else {
      this.fail(reason || FORMAT);
    }
  }

  fail(problem) {
    this.from = this.video.currentTime || this.from;
    this.unload();
    this.setWaiting(false);
    this.onFail(problem);
  }

  /** Show that it waits; after a while say what for. */
  setWaiting(is, text) {
    this.screen.classList.toggle("waits", is);
    clearTimeout(this.timers.explain);
    if (is && text) {
      part(this.screen, "waiting").textContent = text;
    } else if (is) {
      this.timers.explain = setTimeout(() => this.explain(), EXPLAIN_AFTER_MS);
    } else {
      part(this.screen, "waiting").textContent = "";
      this.stopExplaining();
    }
  }

  /** Tell from the server's status what a long wait is for. */
  explain() {
    part(this.screen, "waiting").textContent = "Starting…";
    if (!this.stopWatching) {
      this.stopWatching = this.api.watchStatus((status) => {
        const torrent = (status.torrents || []).find((one) => one.sourceId === this.sourceId);
        part(this.screen, "waiting").textContent = waiting(torrent);
      });
    }
  }

  stopExplaining() {
    if (this.stopWatching) {
      this.stopWatching();
      this.stopWatching = null;
    }
  }
}
