// Remote controls and keyboards: what a key asks for, and where the arrows take the focus.

const NAMES = {
  ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Enter: "enter",
  Escape: "back", GoBack: "back", BrowserBack: "back",
  MediaPlayPause: "toggle", MediaPlay: "play", MediaPause: "pause", MediaStop: "back",
  MediaRewind: "rewind", MediaFastForward: "forward",
};
// TVs send key codes without names: Back is 461 on webOS and 10009 on Tizen.
const CODES = {
  461: "back", 10009: "back", 412: "rewind", 413: "back", 415: "play", 417: "forward", 19: "pause", 10252: "toggle",
};
const FOCUSABLE = "button:not([disabled]), input:not([disabled]):not([hidden]), a[href]";
// How much worse a step sideways is than one ahead, when the arrows look for a neighbour.
const ASIDE = 3;

/** The command of a key event: "left", "back", "toggle", … or undefined. */
export function command(event) {
  return NAMES[event.key] || CODES[event.keyCode];
}

/** Whether the arrows belong to the text cursor. */
export function isWriting(element, direction) {
  return element.matches("input[type=text]") && (direction === "left" || direction === "right");
}

/** What the arrows and the first focus may reach inside `area`. */
export function focusables(area) {
  return Array.from(area.querySelectorAll(FOCUSABLE)).filter((element) => element.offsetParent !== null);
}

/** Focus what was marked as the first thing to reach, else whatever comes first. */
export function focusFirst(area) {
  const reachable = focusables(area);
  const first = reachable.find((element) => element.hasAttribute("data-first")) || reachable[0];
  if (first) {
    first.focus();
  }
}

function gap(lowA, highA, lowB, highB) {
  return Math.max(0, lowB - highA, lowA - highB);
}

function distance(from, to, direction) {
  const across = gap(from.left, from.right, to.left, to.right);
  const down = gap(from.top, from.bottom, to.top, to.bottom);
  const ahead = {
    left: from.left - to.left, right: to.right - from.right, up: from.top - to.top, down: to.bottom - from.bottom,
  }[direction];
  if (ahead <= 1) {
    return Infinity;
  }
  const sideways = direction === "left" || direction === "right";
  if ((sideways ? across : down) === 0 && (sideways ? down : across) > 0) {
    return Infinity;
  }
  return ahead + ASIDE * (sideways ? down : across);
}

/** Move the focus to the nearest neighbour in a direction; true when there was one. */
export function moveFocus(area, direction) {
  const active = document.activeElement;
  if (!area.contains(active) || active === area) {
    focusFirst(area);
    return true;
  }
  const from = active.getBoundingClientRect();
  let best = null;
  let least = Infinity;
  focusables(area).forEach((element) => {
    const far = element === active ? Infinity : distance(from, element.getBoundingClientRect(), direction);
    if (far < least) {
      least = far;
      best = element;
    }
  });
  if (best) {
    best.focus();
  }
  return best !== null;
}
