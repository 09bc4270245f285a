// The form that adds a video: a magnet link or a torrent file.

import { trouble } from "../describe.js";
import { part } from "../page.js";

const EMPTY = "Paste a magnet link, or choose a .torrent file.";

export class Adding {
  /** `onAdded(id, known)` runs with the video's id; `known` when it was in the list before. */
  constructor(api, onAdded) {
    this.api = api;
    this.onAdded = onAdded;
    this.dialog = document.getElementById("adding");
    this.form = this.dialog.querySelector("form");
    this.file = null;
    const { magnet, torrent } = this.form.elements;
    this.form.addEventListener("submit", (event) => this.submit(event));
    magnet.addEventListener("input", () => { if (magnet.value) { this.choose(null); } });
    torrent.addEventListener("change", () => this.choose(torrent.files[0] || null));
    part(this.dialog, "choose").addEventListener("click", () => torrent.click());
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
  }

  /** Open the form, empty or with what was pasted or dropped. */
  open(magnet, file) {
    if (!this.dialog.open) {
      this.form.reset();
      this.choose(null);
      this.dialog.showModal();
    }
    if (magnet) {
      this.form.elements.magnet.value = magnet;
    }
    this.choose(file || null);
    this.form.elements[magnet || file ? "title" : "magnet"].focus();
  }

  choose(file) {
    this.file = file;
    if (file) {
      this.form.elements.magnet.value = "";
    } else {
      this.form.elements.torrent.value = "";
    }
    part(this.dialog, "choose").textContent = file ? file.name : "Choose a .torrent file";
    this.say("");
  }

  say(text) {
    part(this.dialog, "problem").textContent = text;
    this.form.elements.magnet.setAttribute("aria-invalid", text ? "true" : "false");
  }

  async submit(event) {
    event.preventDefault();
    const magnet = this.form.elements.magnet.value.trim();
    const title = this.form.elements.title.value.trim();
    if (!magnet && !this.file) {
      this.say(EMPTY);
      return;
    }
    this.busy(true);
    try {
      const source = await (this.file ? this.api.addTorrent(this.file, title) : this.api.addMagnet(magnet, title));
      this.finish(source.id, false);
    } catch (problem) {
      if (problem.code === "source_exists") {
        this.finish(problem.sourceId, true);
      } else {
        this.say(trouble(problem)[1]);
      }
    } finally {
      this.busy(false);
    }
  }

  finish(id, known) {
    this.dialog.close();
    this.onAdded(id, known);
  }

  busy(is) {
    const submit = part(this.dialog, "submit");
    submit.disabled = is;
    submit.textContent = is ? "Adding…" : "Add";
  }
}
