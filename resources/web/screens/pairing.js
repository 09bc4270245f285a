// Waiting to be let in: shows a code and asks until somebody approves it (the device flow of RFC 8628).

import { clock, deviceName, trouble } from "../describe.js";
import { focusFirst } from "../keys.js";
import { part, show } from "../page.js";

const SLOWER_S = 5;

export class PairingScreen {
  /** `onEntered` runs once the device is let in. */
  constructor(api, onEntered) {
    this.api = api;
    this.onEntered = onEntered;
    this.screen = document.getElementById("pairing");
    this.timers = [];
    this.isOpen = false;
    part(this.screen, "retry").addEventListener("click", () => this.open());
  }

  /** Ask for a code and wait; `note` says why, when there is a reason to. */
  async open(note = "") {
    this.stop();
    this.isOpen = true;
    this.say("Let this device in", note || "One moment…", "");
    show("pairing");
    try {
      const asked = await this.api.askIn(deviceName(navigator.userAgent));
      this.wait(asked, note);
    } catch (problem) {
      const [title, detail] = trouble(problem);
      this.end(title, detail, "Try again");
    }
  }

  wait(asked, note) {
    const ends = Date.now() + asked.expiresIn * 1000;
    const hint = "Approve this code on the computer that runs Miauflix, or scan the QR code with a phone that may approve devices.";
    this.say("Let this device in", `${note} ${hint}`.trim(), asked.userCode);
    part(this.screen, "command").textContent = asked.approvalCommand;
    part(this.screen, "qr").src = asked.verificationQr;
    part(this.screen, "address").textContent = asked.verificationUri.replace(/^http:\/\/|\/$/g, "");
    part(this.screen, "scan").hidden = false;
    const left = () => {
      part(this.screen, "clock").textContent = `Waiting · ${clock((ends - Date.now()) / 1000)} left`;
    };
    left();
    this.timers.push(setInterval(left, 1000));
    this.pollAfter(asked.interval, asked.deviceCode, ends);
  }

  pollAfter(seconds, deviceCode, ends) {
    this.timers.push(setTimeout(() => this.poll(seconds, deviceCode, ends), seconds * 1000));
  }

  async poll(seconds, deviceCode, ends) {
    const polled = this.timers;
    try {
      await this.api.enter(deviceCode);
    } catch (problem) {
      if (polled === this.timers) {
        this.hear(problem, seconds, deviceCode, ends);
      }
      return;
    }
    this.stop();
    this.isOpen = false;
    this.onEntered();
  }

  hear(problem, seconds, deviceCode, ends) {
    if (problem.code === "access_denied") {
      this.end("The request was denied", "Somebody who may approve devices decided so.", "Ask again");
    } else if (problem.code === "expired_token" || problem.code === "invalid_grant" || Date.now() >= ends) {
      this.end("The code has expired", "Nobody approved it in time.", "Get a new code");
    } else {
      this.pollAfter(problem.code === "slow_down" ? seconds + SLOWER_S : seconds, deviceCode, ends);
    }
  }

  end(title, detail, retry) {
    this.stop();
    this.say(title, detail, "");
    const button = part(this.screen, "retry");
    button.textContent = retry;
    button.hidden = false;
    focusFirst(this.screen);
  }

  say(title, detail, code) {
    const shown = part(this.screen, "code");
    part(this.screen, "title").textContent = title;
    part(this.screen, "detail").textContent = detail;
    part(this.screen, "waiting").hidden = !code;
    part(this.screen, "scan").hidden = true;
    part(this.screen, "retry").hidden = true;
    shown.textContent = code;
    shown.hidden = !code;
    shown.setAttribute("aria-label", `Code: ${code.split("").join(" ")}`);
  }

  stop() {
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers = [];
  }
}
