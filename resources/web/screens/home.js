// The rows one comes home to: what was begun, one's own videos, films and shows.

import { left, facts as sourceFacts, trouble } from "../describe.js";
import { focusOn } from "../keys.js";
import { part, parts, setTitle, show } from "../page.js";
import { Row } from "../parts/row.js";
import { address } from "../router.js";

const STALE_MS = 30 * 60 * 1000;

/** A card of a title of the catalogue. */
export function catalogCard(title) {
  return {
    id: title.id, title: title.title, poster: title.poster, note: title.year ? String(title.year) : "",
    href: address({ screen: "detail", kind: title.kind, id: title.id }),
  };
}

/** A card of a video that somebody added. */
export function ownCard(source) {
  return {
    id: source.itemId, title: source.title, poster: null, note: sourceFacts(source),
    href: address({ screen: "detail", kind: "video", id: source.itemId }),
  };
}

function begunCard(point) {
  return {
    id: point.itemId, title: point.title, poster: point.poster, note: left(point), label: `Resume ${point.title}`,
    watched: point.position / point.duration, href: address({ screen: "player", id: point.itemId }),
  };
}

export class Home {
  /** `ready` marks what plays at once; `onAdd()` runs when a video is to be added. */
  constructor(api, ready, onAdd) {
    this.api = api;
    this.screen = document.getElementById("home");
    this.loadedAt = 0;
    this.last = null; // the row and the title that had the focus
    this.isWaiting = false; // for a first card to focus
    this.notice = ""; // of the catalogue: why it is not what it could be
    const row = (id, title, shape, load) => new Row({ id, title, shape, load, ready: ready.has });
    this.begun = row("continue", "Continue watching", "wide");
    this.own = row("own", "Your videos", "wide");
    this.films = row("movies", "Films", "tall", (page) => this.catalog("movie", page));
    this.shows = row("shows", "Shows", "tall", (page) => this.catalog("show", page));
    this.rows = [this.begun, this.own, this.films, this.shows];
    this.rows.forEach((one) => {
      one.element.hidden = true;
      part(this.screen, "rows").append(one.element);
    });
    parts(this.screen, "add").forEach((button) => button.addEventListener("click", onAdd));
    part(this.screen, "again").addEventListener("click", () => this.loadCatalog());
    this.screen.addEventListener("focusin", (event) => this.note(event.target));
    ["keydown", "pointerdown"].forEach((name) => addEventListener(name, () => { this.isWaiting = false; }, true));
  }

  async catalog(kind, page) {
    const { titles, more, notice } = await this.api.catalog(kind, page);
    this.notice = notice || this.notice;
    return { titles: titles.map(catalogCard), more };
  }

  /** Show the rows; `focusId` is the title to come back to, `noted` resolves once it is known how far that was watched. */
  open(focusId, noted) {
    show("home");
    setTitle("");
    if (Date.now() - this.loadedAt > STALE_MS) {
      this.loadedAt = Date.now();
      this.loadCatalog();
    }
    this.restore(focusId);
    noted.then(() => this.refresh()).catch(() => {}); // whoever is signed out is told by api.js
  }

  // Put the focus where it was, or on the first card as soon as there is one.
  restore(focusId) {
    const last = this.last && this.rows.find((row) => row.id === this.last.row);
    if (last && last.focus(this.last.item, true)) {
      return;
    }
    if (focusId && this.rows.some((row) => row.focus(focusId, true))) {
      return;
    }
    this.isWaiting = !this.focusSomething();
  }

  focusSomething() {
    const found = this.rows.some((row) => row.focus());
    if (!found) {
      const empty = part(this.screen, "empty");
      focusOn(empty.hidden ? this.screen.querySelector("a[href='#search']") : part(empty, "add"));
    }
    return found;
  }

  note(element) {
    const card = element.closest("[data-item]");
    const row = element.closest("[data-row]");
    this.last = card && row ? { row: row.dataset.row, item: card.dataset.item } : null;
  }

  /** Read anew what may have changed by ourselves or on another device; throws when the server does not answer. */
  async refresh(focusId) {
    const begun = this.api.toContinue().catch(() => []);
    const own = (await this.api.sources()).filter((source) => source.itemId.startsWith("local:"));
    own.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
    this.own.fill(own.map(ownCard));
    this.begun.fill((await begun).map(begunCard));
    this.settle(focusId);
  }

  /** Load films and shows anew. */
  async loadCatalog() {
    part(this.screen, "catalogue").hidden = true;
    this.notice = "";
    const rows = [this.films, this.shows];
    await Promise.all(rows.map((row) => row.start().then(() => this.settle())));
    const failed = rows.filter((row) => row.problem);
    if (failed.length === rows.length) {
      rows.forEach((row) => { row.element.hidden = true; });
      this.say(`Films and shows can’t be listed. ${trouble(failed[0].problem)[1]}`);
    } else if (this.notice || rows.every((row) => row.isEmpty)) {
      this.say(this.notice || "The catalogue lists no films or shows right now.");
    }
    this.settle();
  }

  say(text) {
    part(this.screen, "catalogue").hidden = false;
    part(this.screen, "catalogue-text").textContent = text;
  }

  // After something has arrived: what stands for nothing at all, and the focus that waits for a card.
  settle(focusId) {
    const loading = this.rows.some((row) => row.busy);
    const isEmpty = !loading && this.rows.every((row) => row.isEmpty);
    part(this.screen, "empty").hidden = !isEmpty;
    if (this.screen.hidden) {
      return;
    }
    if (focusId) {
      this.rows.some((row) => row.focus(focusId));
    } else if (this.isWaiting || !this.screen.contains(document.activeElement)) {
      this.isWaiting = !this.focusSomething();
    }
  }

  /** Forget everything: another household may look next. */
  forget() {
    this.loadedAt = 0;
    this.last = null;
    this.rows.forEach((row) => row.fill([]));
  }
}
