// Asks before a video goes from the list.

import { trouble } from "../describe.js";
import { part } from "../page.js";

export class Removing {
  /** `onRemoved(source)` runs once it is gone. */
  constructor(api, onRemoved) {
    this.api = api;
    this.onRemoved = onRemoved;
    this.dialog = document.getElementById("removing");
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
    part(this.dialog, "confirm").addEventListener("click", () => this.confirm());
  }

  open(source) {
    this.source = source;
    part(this.dialog, "title").textContent = `Remove “${source.title}”?`;
    part(this.dialog, "problem").textContent = "";
    this.dialog.showModal();
    part(this.dialog, "cancel").focus();
  }

  async confirm() {
    const { source } = this;
    try {
      await this.api.remove(source.id);
    } catch (problem) {
      if (problem.code !== "source_not_found") {
        part(this.dialog, "problem").textContent = trouble(problem)[1];
        return;
      }
    }
    this.dialog.close();
    this.onRemoved(source);
  }
}
