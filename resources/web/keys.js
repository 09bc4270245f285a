// Remote controls and keyboards: what a key asks for, and where the arrows take the focus.

const NAMES = {
  ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Enter: "enter",
  Escape: "back", GoBack: "back", BrowserBack: "back",
  MediaPlayPause: "toggle", MediaPlay: "play", MediaPause: "pause", MediaStop: "back",
  MediaRewind: "rewind", MediaFastForward: "forward", MediaTrackNext: "next",
};
// TVs send key codes without names: Back is 461 on webOS and 10009 on Tizen.
const CODES = {
  461: "back", 10009: "back", 412: "rewind", 413: "back", 415: "play", 417: "forward", 19: "pause", 10252: "toggle",
};
const FOCUSABLE = "button:not([disabled]):not([tabindex]), input:not([disabled]):not([hidden]), a[href]";
// A TV may cut off so much at each side.
const SAFE = 0.05;
// How much worse a step sideways is than one ahead, when the arrows look for a neighbour.
const ASIDE = 3;
// Where the focus was in each group (an element marked `data-group`: a row, a keyboard, a bar of buttons).
const remembered = new WeakMap();

/** The command of a key event: "left", "back", "toggle", … or undefined. */
export function command(event) {
  return NAMES[event.key] || CODES[event.keyCode];
}

/** Whether the arrows belong to the text cursor. */
export function isWriting(element, direction) {
  if (!element.matches("input[type=text]") || (direction !== "left" && direction !== "right")) {
    return false;
  }
  return direction === "left" ? element.selectionEnd > 0 : element.selectionStart < element.value.length;
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
    focusOn(first);
  }
}

/** Focus an element, and bring it into view together with what it belongs to; at once where a screen has just come. */
export function focusOn(element, atOnce) {
  element.focus({ preventScroll: true });
  const behavior = atOnce || matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const dialog = element.closest("dialog");
  if (dialog) {
    element.scrollIntoView({ block: "nearest" });
    return;
  }
  const track = element.closest("[data-track]");
  if (track) {
    revealInTrack(element, track, behavior);
  }
  document.scrollingElement.scrollTo({ top: scrollFor(element, document.scrollingElement.scrollTop), behavior });
}

// How far to scroll so that an element is seen, from where it is scrolled to now.
function scrollFor(element, now) {
  const row = element.closest("[data-row]");
  const block = (row && row.contains(element.closest("[data-track]")) ? row : element).getBoundingClientRect();
  const margin = innerHeight * 2 * SAFE;
  if (element.closest("[data-top]") || now + block.bottom < innerHeight * 0.7) {
    return 0; // what is near the top shows with all that is above it
  }
  if (element.closest("[data-track]") || block.top < margin) {
    return now + block.top - innerHeight * SAFE; // a row comes to the top, so that none is cut through
  }
  return Math.max(now, now + block.bottom - innerHeight + margin);
}

// A row scrolls so that the card and a part of its neighbour are seen.
function revealInTrack(element, track, behavior) {
  const card = element.getBoundingClientRect();
  const frame = track.getBoundingClientRect();
  const margin = frame.width * SAFE + card.width * 0.4;
  if (card.left < frame.left + margin) {
    track.scrollTo({ left: track.scrollLeft + card.left - frame.left - margin, behavior });
  } else if (card.right > frame.right - margin) {
    track.scrollTo({ left: track.scrollLeft + card.right - frame.right + margin, behavior });
  }
}

/** Note where the focus is, to come back to the same place of its group; for `focusin`. */
export function rememberFocus(element) {
  const group = element.closest("[data-group]");
  if (group) {
    remembered.set(group, element);
  }
}

function gap(lowA, highA, lowB, highB) {
  return Math.max(0, lowB - highA, lowA - highB);
}

function isSideways(direction) {
  return direction === "left" || direction === "right";
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
  const sideways = isSideways(direction);
  if ((sideways ? across : down) === 0 && (sideways ? down : across) > 0) {
    return Infinity;
  }
  return ahead + ASIDE * (sideways ? down : across);
}

// The nearest of `candidates` in a direction, or null.
function nearest(active, candidates, direction) {
  const from = active.getBoundingClientRect();
  let best = null;
  let least = Infinity;
  candidates.forEach((element) => {
    const far = element === active ? Infinity : distance(from, element.getBoundingClientRect(), direction);
    if (far < least) {
      least = far;
      best = element;
    }
  });
  return best;
}

// Whether a step sideways may leave a group for an element: what stands beside the whole group, not above or below it.
function isBeside(group, element, direction) {
  const from = group.getBoundingClientRect();
  const to = (element.closest("[data-group]") || element).getBoundingClientRect();
  return direction === "left" ? to.right <= from.left + 1 : to.left >= from.right - 1;
}

/** Move the focus to the nearest neighbour in a direction; true when there was one. */
export function moveFocus(area, direction) {
  const active = document.activeElement;
  if (!area.contains(active) || active === area) {
    focusFirst(area);
    return true;
  }
  const group = active.closest("[data-group]");
  let all = focusables(area);
  let best = null;
  if (group && isSideways(direction)) {
    best = nearest(active, all.filter((element) => group.contains(element)), direction);
    all = all.filter((element) => !group.contains(element) && isBeside(group, element, direction));
  }
  best = best || nearest(active, all, direction);
  if (best) {
    focusOn(comingBack(best, group, area));
  }
  return best !== null;
}

// Where the focus was the last time in the group that is entered.
function comingBack(target, from, area) {
  const group = target.closest("[data-group]");
  const last = group && group !== from && remembered.get(group);
  return last && area.contains(last) && last.offsetParent !== null && !last.disabled ? last : target;
}
