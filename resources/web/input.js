// Keys, clicks and touches: hands each to the screen on show.

import { isTv } from "./describe.js";
import { command, focusFirst, isWriting, moveFocus, rememberFocus } from "./keys.js";
import { current, openDialog } from "./page.js";

const ARROWS = ["left", "right", "up", "down"];
const INNER = ["player", "detail", "search"]; // screens that Back leaves; at home it is the browser's

function goBack(router) {
  const dialog = openDialog();
  if (dialog) {
    dialog.close();
    return true;
  }
  const isInner = INNER.includes(current().id);
  if (isInner) {
    router.back();
  }
  return isInner;
}

function onKey(event, { player, search, router }) {
  document.documentElement.classList.remove("pointing");
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  const name = command(event);
  const dialog = openDialog();
  const area = dialog || current();
  let done = false;
  if (name === "back") {
    done = goBack(router);
  } else if (area.id === "player") {
    done = player.obey(name, event);
  } else if (area.id === "search" && search.obey(name, event)) {
    done = true;
  } else if (ARROWS.includes(name) && !isWriting(document.activeElement, name)) {
    done = moveFocus(area, name);
  } else if (name === "enter" && !area.contains(document.activeElement)) {
    focusFirst(area);
    done = true;
  }
  if (done) {
    event.preventDefault();
  }
}

// Links to screens of ours keep their place in the history.
function onClick(event, router) {
  const link = event.target.closest("a[href^='#']");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    router.follow(link.getAttribute("href"));
  }
}

/** Whoever holds a mouse or touches needs no focus ring until a key is pressed; a remote needs it at once. */
function hasPointer() {
  return matchMedia("(hover: hover), (pointer: coarse)").matches && !isTv(navigator.userAgent);
}

/** Listen to the person from now on. */
export function listenToPerson(screens) {
  const point = () => document.documentElement.classList.add("pointing");
  if (hasPointer()) {
    point();
  }
  addEventListener("keydown", (event) => onKey(event, screens));
  addEventListener("click", (event) => onClick(event, screens.router));
  addEventListener("pointerdown", point);
  addEventListener("focusin", (event) => rememberFocus(event.target));
}
