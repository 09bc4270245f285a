// One screen at a time, and small things that all screens share.

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

/** A new element like the template with this id. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** A new element of a kind, with a class and a text. */
export function make(kind, className, text) {
  const element = document.createElement(kind);
  element.className = className;
  if (text) {
    element.textContent = text;
  }
  return element;
}

/** Take everything out of an element. */
export function clear(element) {
  element.textContent = "";
}

/** The screen on show. */
export function current() {
  return document.querySelector(".screen:not([hidden])");
}

/** The dialog that is open, or null. */
export function openDialog() {
  return document.querySelector("dialog[open]");
}

/** Show the screen with this id and hide the others. */
export function show(id) {
  document.querySelectorAll(".screen").forEach((screen) => { screen.hidden = screen.id !== id; });
}

/** Name what is on show in the tab. */
export function setTitle(name) {
  document.title = name ? `${name} · Miauflix` : "Miauflix";
}

/** Put an icon of the page's symbols into a button. */
export function setIcon(button, name) {
  button.querySelector("use").setAttribute("href", `#icon-${name}`);
}

/** Show how much of a title was watched (0 to 1) on a bar; hide the bar at 0. */
export function setBar(area, watched) {
  part(area, "bar").hidden = !watched;
  part(area, "bar-fill").style.width = `${Math.round(watched * 100)}%`;
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
  part(screen, "retry").focus();
}
