// Plays one title full-bleed: finds its source, goes on where it was left off, changes quality, goes on to the next episode.

import { quality, searched, trouble } from "../describe.js";
import { isBegun, wholeOf } from "../items.js";
import { focusFirst, moveFocus } from "../keys.js";
import { part, parts, setTitle, show, toast } from "../page.js";
import { Watching } from "../watching.js";
import { Captions } from "./captions.js";
import { Controls } from "./controls.js";
import { Stream } from "./stream.js";
import { UpNext } from "./up_next.js";

const SOON_MS = 400;
const ARROWS = ["left", "right", "up", "down"];
const TRIES = 4;
// What speaks against one source, and not against all of them.
const NOT_THIS_ONE = new Set(["torrent_timeout", "torrent_failed", "no_video", "unsafe_torrent", "source_unavailable", "source_not_found", "format"]);

// What a promise brings within a moment, else null.
function soon(promise) {
  return Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, SOON_MS, null); })]).catch(() => null);
}

// The default, or what comes first of those that are not left out.
function best(found, leftOut) {
  const usable = found.sources.filter((source) => !source.blocked && !leftOut.has(source.id));
  return usable.find((source) => source.isDefault) || usable[0] || null;
}

export class Player {
  /** `onLeave()` runs when the person wants to go back, `onNext(itemId)` to go on with another episode.
   *
   * `onNextShown()` runs when that is offered. */
  constructor({ api, titles, choosing, onLeave, onNext, onNextShown }) {
    this.api = api;
    this.titles = titles;
    this.choosing = choosing;
    this.onLeave = onLeave;
    this.screen = document.getElementById("player");
    this.itemId = null;
    this.asked = null; // what `open` was given, for another try
    this.visit = 0;
    this.about = null;
    this.found = null;
    this.tried = null; // the sources that did not start, for as long as nobody chose one and nothing played
    this.foreign = new Set(); // those that this browser can't play
    this.stream = new Stream(api, this.screen, (problem) => this.fail(problem));
    this.controls = new Controls(this.screen, this.stream, () => this.upNext.stay());
    this.upNext = new UpNext(this.screen, this.stream, { onNext, onShow: onNextShown });
    this.captions = new Captions(this.screen, this.stream);
    this.watching = new Watching(api, () => this.point());
    this.stream.on("pause ended", () => this.watching.note());
    this.stream.on("playing", () => { this.tried = null; });
    const click = (name, listener) => parts(this.screen, name).forEach((button) => button.addEventListener("click", listener));
    click("leave", onLeave);
    click("retry", () => this.retry());
    click("quality", () => this.chooseQuality());
    click("other", () => this.chooseQuality());
  }

  get isOpen() {
    return this.itemId !== null;
  }

  /** Play an item: from a source when one is given, else from the best; where it was left off, or from the start. */
  async open(itemId, sourceId, fromStart) {
    this.visit += 1;
    const { visit } = this;
    this.itemId = itemId;
    this.asked = { sourceId, fromStart };
    this.screen.dataset.item = itemId; // what a viewport tells as looked at
    this.about = null;
    this.tried = sourceId ? null : new Set();
    this.blank();
    show("player");
    focusFirst(this.screen);
    this.controls.wake();
    this.find();
    this.describe(visit);
    this.stream.setWaiting(true, "Starting…");
    const points = await this.watching.settled(itemId).then(() => this.api.watched(wholeOf(itemId))).catch(() => []);
    if (this.visit !== visit) {
      return;
    }
    const point = points.find((one) => one.itemId === itemId) || null;
    const from = isBegun(point) && !fromStart ? point.position : 0;
    try {
      const chosen = sourceId || await this.choose(point);
      if (this.visit === visit) {
        this.watching.begin(from);
        this.watching.start();
        this.play(chosen, from);
      }
    } catch (problem) {
      if (this.visit === visit) {
        this.stream.from = from;
        this.stream.setWaiting(false);
        this.fail(problem);
      }
    }
  }

  // The source played last goes on at once, for its bytes are here; else the best that is found.
  async choose(point) {
    const quick = await soon(this.found);
    const last = point && isBegun(point) ? point.sourceId : null;
    const usable = !quick || quick.sources.some((source) => source.id === last && !source.blocked);
    if (last && usable) {
      return last;
    }
    if (!quick) {
      this.stream.setWaiting(true, "Looking for the best source…");
    }
    const found = await this.found;
    const source = best(found, this.foreign) || best(found, new Set());
    if (!source) {
      throw Object.assign(new Error(searched(found.reports)), { code: "nothing_found", title: "No source was found" });
    }
    return source.id;
  }

  find() {
    this.found = this.api.find(this.itemId);
    this.hear(this.found);
  }

  // The button of the quality menu follows what is found and played.
  async hear(promise) {
    const { visit } = this;
    const found = await promise.catch(() => null);
    if (this.visit === visit) {
      this.sources = found ? found.sources : [];
      this.showQuality();
    }
  }

  async describe(visit) {
    const about = await this.titles.about(this.itemId).catch(() => null);
    if (this.visit !== visit || !about) {
      return;
    }
    this.about = about;
    part(this.screen, "title").textContent = about.title;
    part(this.screen, "subtitle").textContent = about.subtitle;
    setTitle(about.name);
    this.upNext.offer(about.next);
  }

  play(sourceId, from) {
    part(this.screen, "failure").hidden = true;
    this.screen.classList.remove("failed");
    this.controls.reset();
    this.stream.open(sourceId, from);
    this.showQuality();
    this.controls.wake();
  }

  blank() {
    this.sources = [];
    this.stream.close();
    this.controls.reset();
    this.upNext.offer(null);
    this.screen.classList.remove("failed");
    part(this.screen, "failure").hidden = true;
    part(this.screen, "title").textContent = "";
    part(this.screen, "subtitle").textContent = "";
    this.showQuality();
  }

  /** Stop, and let go of the stream; resolves when the server knows how far it was watched. */
  async close() {
    const noted = this.watching.note();
    this.watching.stop();
    this.visit += 1;
    this.itemId = null;
    delete this.screen.dataset.item;
    this.blank();
    if (document.fullscreenElement) {
      document.exitFullscreen();
    }
    await noted;
  }

  point() {
    const { position, duration, sourceId, video } = this.stream;
    if (!this.itemId || !sourceId || !duration || video.readyState === 0) {
      return null;
    }
    const { name, poster } = this.about || { name: "A video", poster: null };
    return { itemId: this.itemId, sourceId, position, duration, title: name, poster };
  }

  showQuality() {
    const playing = this.sources.find((source) => source.id === this.stream.sourceId);
    part(this.screen, "quality").hidden = this.sources.length < 2;
    part(this.screen, "quality-text").textContent = playing ? quality(playing) : "Quality";
    part(this.screen, "other").hidden = this.sources.length < 2;
  }

  chooseQuality() {
    this.choosing.open({
      title: "Quality", detail: "It goes on at the same position.", itemId: this.itemId, found: this.found,
      currentId: this.stream.sourceId, dark: true,
      onChoose: (source) => this.switchTo(source),
      onChange: (found) => { this.sources = found.sources; this.found = Promise.resolve(found); this.showQuality(); },
    });
  }

  switchTo(source) {
    this.controls.land();
    if (source.id !== this.stream.sourceId || this.screen.classList.contains("failed")) {
      this.watching.begin(null);
      this.tried = null;
      this.play(source.id, this.stream.position);
    }
    focusFirst(this.screen);
  }

  /** Go on with another source when the best one does not start, else say what is the matter. */
  async fail(problem) {
    const { visit } = this;
    const other = await this.another(problem);
    if (this.visit !== visit) {
      return;
    }
    if (other) {
      toast(problem.code === "torrent_timeout" ? "Nobody sent that source. Trying another one." : "That source does not play. Trying another one.");
      this.play(other.id, this.stream.from);
    } else {
      this.explain(problem);
    }
  }

  async another(problem) {
    if (!this.tried || !NOT_THIS_ONE.has(problem.code)) {
      return null;
    }
    const { sourceId } = this.stream;
    this.tried.add(sourceId);
    if (problem.code === "format") {
      this.foreign.add(sourceId);
    }
    if (this.tried.size >= TRIES) {
      return null;
    }
    this.stream.setWaiting(true, "Looking for another source…");
    const found = await this.found.catch(() => null);
    return found && this.tried ? best(found, new Set([...this.tried, ...this.foreign])) : null;
  }

  explain(problem) {
    this.stream.setWaiting(false);
    const [title, detail] = trouble(problem);
    this.upNext.hide();
    this.screen.classList.add("failed");
    part(this.screen, "failure-title").textContent = title;
    part(this.screen, "failure-detail").textContent = detail;
    part(this.screen, "failure").hidden = false;
    part(this.screen, "retry").focus();
  }

  retry() {
    part(this.screen, "failure").hidden = true;
    this.screen.classList.remove("failed");
    const severalFailed = this.tried && this.tried.size > 1; // and the best of them first
    if (this.stream.sourceId && !severalFailed) {
      this.stream.retry();
      focusFirst(this.screen);
    } else {
      this.open(this.itemId, this.asked.sourceId, this.asked.fromStart);
    }
  }

  /** Act on a command of keys.js; true when it was for the player. */
  obey(name, event) {
    const idle = this.screen.classList.contains("idle");
    const active = document.activeElement;
    const atSeekBar = active === this.controls.seekBar || (idle && !active.closest("[data-up-next]")) || !this.screen.contains(active);
    this.controls.wake();
    if (this.screen.classList.contains("failed")) {
      return ARROWS.includes(name) && moveFocus(this.screen, name);
    }
    if (name === "next" && this.upNext.next) {
      this.upNext.go();
      return true;
    }
    const act = this.controls.act(name, event, atSeekBar);
    if (act) {
      act();
      return true;
    }
    return ARROWS.includes(name) && (idle || moveFocus(this.screen, name));
  }
}
