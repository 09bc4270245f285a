// One screen at a time, and small parts that all screens share.

import { focusFirst } from "./keys.js";

const TOAST_MS = 4000;
let toasting = 0;

/** The element marked `data-NAME` inside `area`. */
export function part(area, name) {
  return area.querySelector(`[data-${name}]`);
}

/** All elements marked `data-NAME` inside `area`. */
export function parts(area, name) {
  return Array.from(area.querySelectorAll(`[data-${name}]`));
}

/** The screen on show. */
export function current() {
  return document.querySelector(".screen:not([hidden])");
}

/** Show the screen with this id and hide the others. */
export function show(id) {
  document.querySelectorAll(".screen").forEach((screen) => { screen.hidden = screen.id !== id; });
  focusFirst(document.getElementById(id));
}

/** Put an icon of the page's symbols into a button. */
export function setIcon(button, name) {
  button.querySelector("use").setAttribute("href", `#icon-${name}`);
}

/** Say something in passing; screen readers hear it too. */
export function toast(text) {
  const line = document.getElementById("toast");
  line.textContent = text;
  line.classList.add("shown");
  clearTimeout(toasting);
  toasting = setTimeout(() => line.classList.remove("shown"), TOAST_MS);
}

/** Show what went wrong on a screen of its own, with a way to try again. */
export function showTrouble(title, detail, retry) {
  const screen = document.getElementById("trouble");
  part(screen, "title").textContent = title;
  part(screen, "detail").textContent = detail;
  part(screen, "retry").onclick = retry;
  show("trouble");
}
