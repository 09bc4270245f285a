// Plays one video full-bleed, with controls for a remote, a keyboard, a mouse and a finger.

import { clock, trouble, waiting } from "./describe.js";
import { focusFirst, moveFocus } from "./keys.js";
import { part, parts, setIcon, show } from "./screens.js";

const STEP_S = 10;
const CONTROLS_MS = 3500;
const EXPLAIN_AFTER_MS = 1000;
// The server gives up after 30 s, but Chromium asks again by itself, up to once a connection, before the page hears of it.
const PATIENCE_MS = 40000;
const HAVE_NOTHING = 0;
const HAVE_FUTURE_DATA = 3;
const FORMAT = { code: "format" };
const TIMEOUT = { code: "torrent_timeout" };

export class Player {
  /** `onLeave` runs when the person wants to go back. */
  constructor(api, onLeave) {
    this.api = api;
    this.onLeave = onLeave;
    this.screen = document.getElementById("player");
    this.video = part(this.screen, "video");
    this.seekBar = part(this.screen, "seek");
    this.source = null;
    this.from = 0;
    this.attempt = 0;
    this.failedAt = null;
    this.timers = { controls: 0, explain: 0, patience: 0 };
    this.stopWatching = null;
    this.listenToVideo();
    this.listenToPerson();
  }

  get isOpen() {
    return this.source !== null;
  }

  /** Play a video from its start. */
  open(source) {
    this.source = source;
    this.failedAt = null;
    part(this.screen, "title").textContent = source.title;
    show("player");
    this.load(0);
    this.wake();
  }

  /** Stop, and let go of the stream. */
  close() {
    this.source = null;
    this.setWaiting(false);
    clearTimeout(this.timers.controls);
    this.unload();
    if (document.fullscreenElement) {
      document.exitFullscreen();
    }
  }

  /** Load the video, to go on at `from` seconds. */
  load(from) {
    this.from = from;
    part(this.screen, "failure").hidden = true;
    this.screen.classList.remove("failed");
    this.setWaiting(true);
    this.video.src = this.api.streamUrl(this.source.id) + (from > 0 ? `#t=${from}` : "");
    this.play();
    this.check();
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
    clearTimeout(this.timers.patience);
    this.timers.patience = setTimeout(failToStart, PATIENCE_MS, TIMEOUT);
    failToStart(await this.api.probe(this.source.id));
  }

  play() {
    // Refused where the browser wants a key or click first: the controls then show Play.
    this.video.play().catch(() => this.showState());
  }

  toggle() {
    if (this.video.paused) {
      this.play();
    } else {
      this.video.pause();
    }
  }

  skip(seconds) {
    const { duration, currentTime } = this.video;
    if (Number.isFinite(duration)) {
      this.video.currentTime = Math.min(Math.max(0, currentTime + seconds), Math.max(0, duration - 0.5));
      this.showPosition();
    }
    this.wake();
  }

  // --- What the video tells ---

  listenToVideo() {
    const on = (names, listener) => names.split(" ").forEach((name) => {
      this.video.addEventListener(name, () => { if (this.isOpen) { listener(); } });
    });
    on("waiting seeking", () => this.setWaiting(true));
    on("playing canplay seeked", () => this.setWaiting(this.video.readyState < HAVE_FUTURE_DATA && !this.video.ended));
    on("play pause ended", () => this.showState());
    on("timeupdate durationchange progress seeked", () => this.showPosition());
    on("volumechange", () => this.showState());
    on("error", () => this.recover());
  }

  /** Go on at the same place after a failure that has passed, else say what is the matter. */
  async recover() {
    const { attempt, source, video } = this;
    const at = video.currentTime || this.from;
    const reason = await this.api.probe(source.id, video.duration > 0 ? at / video.duration : 0);
    if (this.attempt !== attempt) {
      return;
    }
    const again = this.failedAt !== null && at < this.failedAt + STEP_S;
    this.failedAt = at;
    if (reason === null && !again) {
      this.load(at);
    } else {
      this.fail(reason || FORMAT);
    }
  }

  fail(problem) {
    const [title, detail] = trouble(problem);
    this.from = this.video.currentTime || this.from;
    this.unload();
    this.setWaiting(false);
    this.screen.classList.add("failed");
    part(this.screen, "failure-title").textContent = title;
    part(this.screen, "failure-detail").textContent = detail;
    part(this.screen, "failure").hidden = false;
    part(this.screen, "retry").focus();
  }

  /** Let go of the stream; a video that keeps its address keeps asking. */
  unload() {
    this.attempt += 1;
    clearTimeout(this.timers.patience);
    this.video.removeAttribute("src");
    this.video.load();
  }

  // --- What the person sees ---

  showState() {
    const { paused, ended, muted } = this.video;
    const toggle = part(this.screen, "toggle");
    const mute = part(this.screen, "mute");
    toggle.setAttribute("aria-label", paused ? "Play" : "Pause");
    setIcon(toggle, paused ? "play" : "pause");
    mute.setAttribute("aria-label", muted ? "Sound on" : "Mute");
    setIcon(mute, muted ? "muted" : "sound");
    this.screen.classList.toggle("paused", paused);
    if (paused || ended) {
      this.setWaiting(false);
    }
    this.wake();
  }

  showPosition() {
    const { currentTime, duration, buffered } = this.video;
    const total = Number.isFinite(duration) ? duration : 0;
    this.seekBar.max = total;
    if (!this.screen.classList.contains("dragging")) {
      this.seekBar.value = currentTime;
    }
    const at = Number(this.seekBar.value);
    let ahead = at;
    for (let index = 0; index < buffered.length; index += 1) {
      if (buffered.start(index) <= at + 1 && buffered.end(index) > ahead) {
        ahead = buffered.end(index);
      }
    }
    this.seekBar.setAttribute("aria-valuetext", `${clock(at)} of ${clock(total)}`);
    this.seekBar.style.setProperty("--played", total ? at / total : 0);
    this.seekBar.style.setProperty("--loaded", total ? ahead / total : 0);
    part(this.screen, "clock").textContent = `${clock(at)} / ${clock(total)}`;
  }

  setWaiting(is) {
    this.screen.classList.toggle("waits", is);
    clearTimeout(this.timers.explain);
    if (is) {
      this.timers.explain = setTimeout(() => this.explain(), EXPLAIN_AFTER_MS);
    } else {
      part(this.screen, "waiting").textContent = "";
      if (this.stopWatching) {
        this.stopWatching();
        this.stopWatching = null;
      }
    }
  }

  /** Tell from the server's status what a long wait is for. */
  explain() {
    const { id } = this.source;
    part(this.screen, "waiting").textContent = "Starting…";
    if (!this.stopWatching) {
      this.stopWatching = this.api.watchStatus((status) => {
        const torrent = (status.torrents || []).find((one) => one.sourceId === id);
        part(this.screen, "waiting").textContent = waiting(torrent);
      });
    }
  }

  /** Show the controls; they fade while the video plays and nobody moves. */
  wake() {
    this.screen.classList.remove("idle");
    clearTimeout(this.timers.controls);
    this.timers.controls = setTimeout(() => {
      const busy = this.video.paused || this.screen.classList.contains("dragging");
      this.screen.classList.toggle("idle", this.isOpen && !busy);
    }, CONTROLS_MS);
  }

  // --- What the person does ---

  listenToPerson() {
    const click = (name, listener) => parts(this.screen, name).forEach((button) => button.addEventListener("click", listener));
    click("toggle", () => this.toggle());
    click("rewind", () => this.skip(-STEP_S));
    click("forward", () => this.skip(STEP_S));
    click("mute", () => { this.video.muted = !this.video.muted; });
    click("expand", () => this.expand());
    click("leave", () => this.onLeave());
    click("retry", () => this.retry());
    this.video.addEventListener("click", () => this.toggle());
    this.video.addEventListener("dblclick", () => this.expand());
    this.screen.addEventListener("pointermove", () => this.wake());
    this.screen.addEventListener("focusin", () => this.wake());
    document.addEventListener("fullscreenchange", () => this.showExpanded());
    this.listenToSeekBar();
  }

  listenToSeekBar() {
    const { seekBar } = this;
    seekBar.addEventListener("input", () => {
      this.screen.classList.add("dragging");
      this.showPosition();
      this.wake();
    });
    seekBar.addEventListener("change", () => {
      this.screen.classList.remove("dragging");
      this.video.currentTime = Number(seekBar.value);
    });
  }

  retry() {
    this.failedAt = null;
    this.load(this.from);
    focusFirst(this.screen);
  }

  expand() {
    const { screen, video } = this;
    if (document.fullscreenElement) {
      document.exitFullscreen();
    } else if (screen.requestFullscreen) {
      screen.requestFullscreen().catch(() => this.wake());
    } else if (video.webkitEnterFullscreen) {
      video.webkitEnterFullscreen();
    }
  }

  showExpanded() {
    const button = part(this.screen, "expand");
    const is = document.fullscreenElement !== null;
    button.setAttribute("aria-label", is ? "Leave full screen" : "Full screen");
    setIcon(button, is ? "shrink" : "expand");
  }

  /** Act on a command of keys.js; true when it was for the player. */
  obey(name, event) {
    const idle = this.screen.classList.contains("idle");
    const onSeekBar = document.activeElement === this.seekBar || idle || !this.screen.contains(document.activeElement);
    this.wake();
    if (this.screen.classList.contains("failed")) {
      return name in { left: 1, right: 1, up: 1, down: 1 } && moveFocus(part(this.screen, "failure"), name);
    }
    const acts = {
      toggle: () => this.toggle(), play: () => this.play(), pause: () => this.video.pause(),
      rewind: () => this.skip(-STEP_S), forward: () => this.skip(STEP_S),
    };
    if (onSeekBar) {
      Object.assign(acts, { left: acts.rewind, right: acts.forward, enter: acts.toggle });
    }
    const letter = { f: () => this.expand(), m: () => { this.video.muted = !this.video.muted; } }[event.key];
    const space = event.key === " " && onSeekBar ? acts.toggle : undefined;
    const act = acts[name] || letter || space;
    if (act) {
      act();
      return true;
    }
    if (name === "up" || name === "down" || name === "left" || name === "right") {
      return idle || moveFocus(this.screen, name);
    }
    return false;
  }
}
