// Starts the page, and decides which screen is on show.

import { Api } from "./api.js";
import { trouble } from "./describe.js";
import { isSignedOut } from "./http.js";
import { listenToPerson } from "./input.js";
import { current, openDialog, show, showTrouble, toast } from "./page.js";
import { Adding } from "./parts/adding.js";
import { Approving } from "./parts/approving.js";
import { Choosing } from "./parts/choosing.js";
import { Player } from "./player/player.js";
import { Ready } from "./ready.js";
import { Router } from "./router.js";
import { Detail } from "./screens/detail.js";
import { Home } from "./screens/home.js";
import { PairingScreen } from "./screens/pairing.js";
import { Search } from "./screens/search.js";
import { Titles } from "./titles.js";
import { Viewport } from "./viewport.js";

const REFRESH_MS = 10 * 60 * 1000;

const api = new Api(() => askIn());
const router = new Router((place) => { if (signedIn) { open(place); } });
const ready = new Ready(api);
const viewport = new Viewport(api);
const titles = new Titles(api);
const choosing = new Choosing(api);
const approving = new Approving(api);
const pairing = new PairingScreen(api, () => enter());
const adding = new Adding(api, (id, known) => added(id, known));
const home = new Home(api, ready, () => adding.open());
const search = new Search(api, ready, (term) => router.note({ screen: "search", term }));
const detail = new Detail({
  api, titles, ready, choosing, onPlay: play, onSeason: (place) => router.note(place), onRemoved: removed, onLeave: () => router.back(),
});
const player = new Player({
  api, titles, choosing, onLeave: () => router.back(), onNext: (id) => router.replace({ screen: "player", id }),
  onNextShown: () => viewport.settle(),
});
let signedIn = false;
let fromStart = false;
let lastRefresh = 0;
let note = "";
let code = (take("code") || "").slice(0, 12); // of another device, whose QR code led here

/** Take a pairing's secret ("pair") or code ("code") out of the address, where neither must stay. */
function take(name) {
  const match = new RegExp(`^#${name}=(.+)$`).exec(location.hash);
  if (match) {
    history.replaceState(null, "", location.pathname);
  }
  return match && match[1]; // neither has a character that is escaped
}

async function start(secret) {
  show("starting");
  try {
    if (secret) {
      await api.enter(secret);
    }
  } catch (problem) {
    if (problem.status !== 400) {
      showTrouble(...trouble(problem), () => start(secret));
      return;
    }
    note = "This link was used before, or is too old.";
  }
  await enter();
}

/** Show what the address says, or whatever stands in its way. */
async function enter() {
  try {
    await home.refresh();
  } catch (problem) {
    if (!isSignedOut(problem)) {
      showTrouble(...trouble(problem), enter);
    }
    return;
  }
  signedIn = true;
  note = "";
  lastRefresh = Date.now();
  router.show();
  if (code) {
    approving.open(code);
    code = "";
  }
}

/** Wait at the door; api.js calls this when the server does not know this device (any more). */
function askIn() {
  if (pairing.isOpen) {
    return; // several calls were refused at once; the first one knew why
  }
  const other = code ? `Approve the code ${code} on the computer. This device can ask to come in too.` : "";
  const reason = note || other || (signedIn ? "This device was signed out." : "");
  code = "";
  signedIn = false;
  note = "";
  if (player.isOpen) {
    player.close();
  }
  closeDialogs();
  home.forget();
  ready.watch(false);
  viewport.isOn = false;
  pairing.open(reason);
}

function closeDialogs() {
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
}

/** Show a place, and let go of the one before. */
function open(place) {
  const played = player.itemId;
  closeDialogs();
  detail.close();
  ready.watch(place.screen !== "player" && !document.hidden);
  viewport.isOn = true;
  const noted = player.isOpen ? player.close() : Promise.resolve();
  if (place.screen === "player") {
    const anew = fromStart;
    fromStart = false;
    player.open(place.id, place.sourceId, anew);
    return;
  }
  if (place.screen === "detail") {
    detail.open(place, played, noted);
  } else if (place.screen === "search") {
    search.open(place.term);
  } else {
    home.open(played, noted);
  }
  viewport.settle();
}

function play(id, sourceId, anew) {
  fromStart = Boolean(anew);
  router.go({ screen: "player", id, sourceId });
}

async function added(id, known) {
  toast(known ? "This video is in the list already" : "Added");
  try {
    const source = await api.source(id);
    await home.refresh(source.itemId);
  } catch (problem) {
    if (!isSignedOut(problem)) {
      toast(trouble(problem)[0]);
    }
  }
}

function removed(source) {
  toast(`“${source.title}” was removed`);
  router.back();
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

function isHome() {
  return current().id === "home" && !openDialog();
}

function onVisible() {
  ready.watch(signedIn && !document.hidden && !player.isOpen);
  if (!document.hidden && signedIn) {
    keepSession();
    if (isHome()) {
      home.refresh().catch(() => {});
    }
  }
}

function listen() {
  listenToPerson({ player, search, router });
  addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").trim();
    if (isHome() && text.startsWith("magnet:")) {
      adding.open(text);
    }
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const text = event.dataTransfer.getData("text").trim();
    const file = event.dataTransfer.files[0];
    if (isHome() && (file || text.startsWith("magnet:"))) {
      adding.open(file ? "" : text, file);
    }
  });
  document.addEventListener("visibilitychange", onVisible);
  setInterval(keepSession, REFRESH_MS / 10);
}

const secret = take("pair");
listen();
start(secret);
