// An on-screen keyboard for remotes: letters in a grid, and keys that erase.

import { make } from "../page.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const SPECIAL = [["space", "Space", "space"], ["erase", "Erase", "erase"], ["clear", "Clear", "close"]];
const SVG = "http://www.w3.org/2000/svg";

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Fill `area` with keys; `onKey(key)` runs with a letter, " ", "erase" or "clear". */
export function buildKeyboard(area, onKey) {
  area.dataset.group = "";
  Array.from(LETTERS).forEach((letter) => {
    const key = make("button", "key", letter.toUpperCase());
    key.type = "button";
    key.addEventListener("click", () => onKey(letter));
    area.append(key);
  });
  SPECIAL.forEach(([name, label, picture]) => {
    const key = make("button", "key wide");
    key.type = "button";
    key.setAttribute("aria-label", label);
    key.append(icon(picture));
    key.addEventListener("click", () => onKey(name === "space" ? " " : name));
    area.append(key);
  });
}
