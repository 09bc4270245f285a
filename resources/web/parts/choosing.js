// A sheet at the side that lists the sources of one title: for an episode, and for the player's quality.

import { focusFirst } from "../keys.js";
import { openDialog, part } from "../page.js";
import { SourceList } from "./source_list.js";

export class Choosing {
  constructor(api) {
    this.dialog = document.getElementById("choosing");
    this.onChoose = () => {};
    this.list = new SourceList(api, part(this.dialog, "source-list"), (source) => this.choose(source), () => {});
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) {
        this.dialog.close(); // a click beside the sheet
      }
    });
  }

  /** Show the sources of an item, `dark` above a picture; `onChoose(source)` runs with the one chosen, `onChange(found)` after a pin or block. */
  async open({ title, detail, itemId, found, currentId, dark, onChoose, onChange }) {
    this.onChoose = onChoose;
    this.list.onChange = onChange || (() => {});
    part(this.dialog, "title").textContent = title;
    part(this.dialog, "detail").textContent = detail || "";
    part(this.dialog, "detail").hidden = !detail;
    this.dialog.classList.toggle("dark", Boolean(dark));
    this.dialog.showModal();
    part(this.dialog, "cancel").focus();
    await this.list.show(itemId, found, currentId);
    if (openDialog() === this.dialog && document.activeElement === part(this.dialog, "cancel")) {
      if (currentId) {
        this.list.focus(currentId);
      } else {
        focusFirst(this.dialog);
      }
    }
  }

  choose(source) {
    this.dialog.close();
    this.onChoose(source);
  }
}
