// Seek bar, buttons and keys of the player; they fade while the video plays and nobody moves.

import { clock } from "../describe.js";
import { part, setIcon } from "../page.js";

const STEP_S = 10;
const HIDE_MS = 3500;
const SCRUB_MS = 300;
// A key that is held goes faster: after so many repeats, so many seconds a step.
const FASTER = [[30, 60], [10, 30], [0, STEP_S]];

export class Controls {
  /** `onSeek()` runs as soon as the person begins to seek; the video follows a moment later. */
  constructor(screen, stream, onSeek) {
    this.screen = screen;
    this.stream = stream;
    this.video = stream.video;
    this.onSeek = onSeek;
    this.seekBar = part(screen, "seek");
    this.target = null; // where a row of key presses will lead
    this.presses = 0;
    this.timers = { hide: 0, scrub: 0 };
    stream.on("play pause ended volumechange", () => this.showState());
    stream.on("timeupdate durationchange progress seeked", () => this.showPosition());
    this.listen();
  }

  listen() {
    const click = (name, listener) => part(this.screen, name).addEventListener("click", listener);
    click("toggle", () => this.toggle());
    click("rewind", () => this.skip(-1));
    click("forward", () => this.skip(1));
    click("mute", () => this.mute());
    click("expand", () => this.expand());
    this.video.addEventListener("click", () => this.toggle());
    this.video.addEventListener("dblclick", () => this.expand());
    this.screen.addEventListener("pointermove", () => this.wake());
    this.screen.addEventListener("focusin", () => this.wake());
    document.addEventListener("fullscreenchange", () => this.showExpanded());
    this.seekBar.addEventListener("input", () => {
      this.screen.classList.add("dragging");
      this.onSeek();
      this.showPosition();
      this.wake();
    });
    this.seekBar.addEventListener("change", () => {
      this.screen.classList.remove("dragging");
      this.video.currentTime = Number(this.seekBar.value);
    });
  }

  toggle() {
    if (this.video.paused) {
      this.stream.play();
    } else {
      this.video.pause();
    }
  }

  mute() {
    this.video.muted = !this.video.muted;
  }

  /** Go back (-1) or forward (1). Presses in a row add up, and the video moves once they end. */
  skip(direction, repeated) {
    const { duration } = this.stream;
    if (!duration) {
      return;
    }
    this.presses = repeated ? this.presses + 1 : 0;
    const [, step] = FASTER.find(([presses]) => this.presses >= presses);
    const from = this.target === null ? this.video.currentTime : this.target;
    this.target = Math.min(Math.max(0, from + direction * step), Math.max(0, duration - 0.5));
    this.onSeek();
    this.showPosition();
    this.wake();
    clearTimeout(this.timers.scrub);
    this.timers.scrub = setTimeout(() => this.land(), SCRUB_MS);
  }

  land() {
    clearTimeout(this.timers.scrub);
    if (this.target !== null) {
      this.video.currentTime = this.target;
      this.target = null;
    }
  }

  /** Forget a seek that has not happened. */
  reset() {
    clearTimeout(this.timers.scrub);
    clearTimeout(this.timers.hide);
    this.target = null;
    this.screen.classList.remove("dragging");
    this.showPosition();
  }

  showState() {
    const { paused, muted } = this.video;
    const toggle = part(this.screen, "toggle");
    const mute = part(this.screen, "mute");
    toggle.setAttribute("aria-label", paused ? "Play" : "Pause");
    setIcon(toggle, paused ? "play" : "pause");
    mute.setAttribute("aria-label", muted ? "Sound on" : "Mute");
    setIcon(mute, muted ? "muted" : "sound");
    this.screen.classList.toggle("paused", paused);
    this.wake();
  }

  showPosition() {
    const { buffered } = this.video;
    const { position, duration } = this.stream;
    this.seekBar.max = duration;
    if (!this.screen.classList.contains("dragging")) {
      this.seekBar.value = this.target === null ? position : this.target;
    }
    const at = Number(this.seekBar.value);
    let ahead = at;
    for (let index = 0; index < buffered.length; index += 1) {
      if (buffered.start(index) <= at + 1 && buffered.end(index) > ahead) {
        ahead = buffered.end(index);
      }
    }
    this.seekBar.setAttribute("aria-valuetext", `${clock(at)} of ${clock(duration)}`);
    this.seekBar.style.setProperty("--played", duration ? at / duration : 0);
    this.seekBar.style.setProperty("--loaded", duration ? ahead / duration : 0);
    part(this.screen, "clock").textContent = `${clock(at)} / ${clock(duration)}`;
  }

  /** Show the controls for a while. */
  wake() {
    this.screen.classList.remove("idle");
    clearTimeout(this.timers.hide);
    this.timers.hide = setTimeout(() => {
      const busy = this.video.paused || this.screen.classList.contains("dragging") || this.screen.classList.contains("asks");
      this.screen.classList.toggle("idle", !this.screen.hidden && !busy);
    }, HIDE_MS);
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
    const is = Boolean(document.fullscreenElement);
    button.setAttribute("aria-label", is ? "Leave full screen" : "Full screen");
    setIcon(button, is ? "shrink" : "expand");
  }

  /** What a command or a letter does here, or undefined; `atSeekBar` tells whether the arrows seek. */
  act(name, event, atSeekBar) {
    const acts = {
      toggle: () => this.toggle(), play: () => this.stream.play(), pause: () => this.video.pause(),
      rewind: () => this.skip(-1, event.repeat), forward: () => this.skip(1, event.repeat),
    };
    if (atSeekBar) {
      Object.assign(acts, { left: acts.rewind, right: acts.forward, enter: acts.toggle });
    }
    const letters = { f: () => this.expand(), m: () => this.mute(), " ": atSeekBar ? acts.toggle : undefined };
    return acts[name] || letters[event.key];
  }
}
