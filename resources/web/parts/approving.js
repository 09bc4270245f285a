// A phone that followed another device's QR code: lets that device in, where this one may.

import { trouble } from "../describe.js";
import { part, toast } from "../page.js";

export class Approving {
  constructor(api) {
    this.api = api;
    this.dialog = document.getElementById("approving");
    this.code = "";
    part(this.dialog, "cancel").addEventListener("click", () => this.dialog.close());
    part(this.dialog, "deny").addEventListener("click", () => this.answer(false));
    part(this.dialog, "approve").addEventListener("click", () => this.answer(true));
  }

  /** Ask whether the device that shows `code` may come in; a device that only watches is told who may say so. */
  async open(code) {
    this.code = code;
    try {
      const { scope } = await this.api.session();
      if (scope !== "admin") {
        this.say(`Approve ${code} on the computer`, "This device may watch, but not approve others.", false);
        return;
      }
      const waiting = (await this.api.pairings()).find((pairing) => pairing.userCode === code);
      if (waiting) {
        this.say(`Approve “${waiting.deviceName}”?`, `It is at ${waiting.address} and shows the code ${code}. Compare it.`, true);
      } else {
        this.say("Nobody waits under this code", "A code is good for 5 minutes. Look at the other device: it may show a new one.", false);
      }
    } catch (problem) {
      toast(trouble(problem)[0]);
    }
  }

  say(title, detail, asks) {
    part(this.dialog, "title").textContent = title;
    part(this.dialog, "detail").textContent = detail;
    part(this.dialog, "problem").textContent = "";
    part(this.dialog, "deny").hidden = !asks;
    part(this.dialog, "approve").hidden = !asks;
    part(this.dialog, "cancel").hidden = asks;
    this.dialog.showModal();
    part(this.dialog, asks ? "approve" : "cancel").focus();
  }

  async answer(approved) {
    try {
      await this.api.answerPairing(this.code, approved);
      this.dialog.close();
      toast(approved ? "The device was approved" : "The device was denied");
    } catch (problem) {
      part(this.dialog, "problem").textContent = trouble(problem)[1];
    }
  }
}
