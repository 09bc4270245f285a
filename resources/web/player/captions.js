// Subtitles that the video itself brings: a button that goes through them, there only when there are any.

import { part, toast } from "../page.js";

export class Captions {
  constructor(screen, stream) {
    this.button = part(screen, "captions");
    this.tracks = stream.video.textTracks;
    this.button.addEventListener("click", () => this.next());
    ["addtrack", "removetrack"].forEach((name) => this.tracks.addEventListener(name, () => this.refresh()));
    stream.on("loadedmetadata emptied", () => this.refresh());
    this.refresh();
  }

  get all() {
    return Array.from(this.tracks).filter((track) => track.kind === "subtitles" || track.kind === "captions");
  }

  refresh() {
    this.button.hidden = this.all.length === 0;
  }

  /** Show the next ones, or none after the last. */
  next() {
    const { all } = this;
    const at = all.findIndex((track) => track.mode === "showing");
    all.forEach((track, index) => { track.mode = index === at + 1 ? "showing" : "disabled"; });
    const chosen = all[at + 1];
    toast(chosen ? `Subtitles: ${chosen.label || chosen.language || at + 2}` : "No subtitles");
    this.button.setAttribute("aria-pressed", String(Boolean(chosen)));
  }
}
