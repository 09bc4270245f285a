// Starts the page, and decides which screen is on show.

import { Adding } from "./adding.js";
import { Api, isSignedOut } from "./api.js";
import { trouble } from "./describe.js";
import { command, focusFirst, isWriting, moveFocus } from "./keys.js";
import { PairingScreen } from "./pairing.js";
import { Player } from "./player.js";
import { current, show, showTrouble, toast } from "./screens.js";
import { Shelf } from "./shelf.js";

const REFRESH_MS = 10 * 60 * 1000;
const PLAYING = /^#play=([\w-]+)$/;
const ARROWS = ["left", "right", "up", "down"];

const api = new Api(() => askIn());
const pairing = new PairingScreen(api, () => enter());
const shelf = new Shelf(api, (source) => play(source), () => adding.open());
const adding = new Adding(api, (id, known) => added(id, known));
const player = new Player(api, () => leave());
let signedIn = false;
let lastRefresh = 0;
let note = "";

/** Take a pairing secret out of the address, where it must not stay. */
function takeSecret() {
  const match = /^#pair=(.+)$/.exec(location.hash);
  if (match) {
    history.replaceState(null, "", location.pathname);
  }
  return match && decodeURIComponent(match[1]);
}

async function start(secret) {
  show("starting");
  try {
    if (secret) {
      await api.enter(secret);
    }
  } catch (problem) {
    if (problem.code === "offline") {
      showTrouble(...trouble(problem), () => start(secret));
      return;
    }
    note = "This link was used before, or is too old.";
  }
  await enter();
}

/** Show the list, or whatever stands in its way. */
async function enter() {
  try {
    await shelf.refresh();
  } catch (problem) {
    if (!isSignedOut(problem)) {
      showTrouble(...trouble(problem), enter);
    }
    return;
  }
  signedIn = true;
  note = "";
  lastRefresh = Date.now();
  route();
}

/** Wait at the door; api.js calls this when the server does not know this device (any more). */
function askIn() {
  if (pairing.isOpen) {
    return; // several calls were refused at once; the first one knew why
  }
  const reason = note || (signedIn ? "This device was signed out." : "");
  signedIn = false;
  note = "";
  if (player.isOpen) {
    player.close();
  }
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  pairing.open(reason);
}

/** Show what the address says: a video, or the list. */
function route() {
  const match = PLAYING.exec(location.hash);
  const source = match && shelf.find(match[1]);
  const last = player.source;
  if (player.isOpen) {
    player.close();
  }
  if (source) {
    player.open(source);
    return;
  }
  if (match) {
    history.replaceState(null, "", location.pathname);
  }
  show("shelf");
  shelf.focus(last && last.id);
}

function play(source) {
  history.pushState({ fromShelf: true }, "", `#play=${source.id}`);
  route();
}

function leave() {
  if (history.state && history.state.fromShelf) {
    history.back();
  } else {
    history.replaceState(null, "", location.pathname);
    route();
  }
}

async function added(id, known) {
  toast(known ? "This video is in the list already" : "Added");
  await refreshList(id);
}

async function refreshList(focusId) {
  try {
    await shelf.refresh(focusId);
  } catch (problem) {
    if (!isSignedOut(problem)) {
      toast(trouble(problem)[0]);
    }
  }
}

async function keepSession() {
  if (!signedIn || Date.now() - lastRefresh < REFRESH_MS) {
    return;
  }
  lastRefresh = Date.now();
  try {
    await api.refresh();
  } catch (problem) {
    if (isSignedOut(problem)) {
      api.onSignedOut();
    }
  }
}

function goBack() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    dialog.close();
    return true;
  }
  if (player.isOpen) {
    leave();
    return true;
  }
  return false;
}

function onKey(event) {
  document.documentElement.classList.remove("pointing");
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  const name = command(event);
  const dialog = document.querySelector("dialog[open]");
  const area = dialog || current();
  let done = false;
  if (name === "back") {
    done = goBack();
  } else if (player.isOpen && !dialog) {
    done = player.obey(name, event);
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

/** Whoever holds a mouse or touches needs no focus ring until a key is pressed; a remote needs it at once. */
function hasPointer() {
  return matchMedia("(hover: hover), (pointer: coarse)").matches && !/TV|Web0S|Tizen|AFT/i.test(navigator.userAgent);
}

function onShelf() {
  return current().id === "shelf";
}

function listen() {
  const point = () => document.documentElement.classList.add("pointing");
  if (hasPointer()) {
    point();
  }
  addEventListener("keydown", onKey);
  addEventListener("pointerdown", point);
  addEventListener("popstate", () => { if (signedIn) { route(); } });
  addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").trim();
    if (onShelf() && text.startsWith("magnet:") && !document.querySelector("dialog[open]")) {
      adding.open(text);
    }
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const text = event.dataTransfer.getData("text").trim();
    const file = event.dataTransfer.files[0];
    if (onShelf() && (file || text.startsWith("magnet:"))) {
      adding.open(file ? "" : text, file);
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && signedIn) {
      keepSession();
      if (onShelf()) {
        refreshList();
      }
    }
  });
  setInterval(keepSession, REFRESH_MS / 10);
}

const secret = takeSecret();
listen();
start(secret);
