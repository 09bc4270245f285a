// Search by name: typed on a keyboard, or letter by letter with a remote; results come while one types.

import { trouble } from "../describe.js";
import { focusOn } from "../keys.js";
import { part, setTitle, show } from "../page.js";
import { buildKeyboard } from "../parts/keyboard.js";
import { Row } from "../parts/row.js";
import { catalogCard, ownCard } from "./home.js";

const PAUSE_MS = 350;
const HINT = "Type a few letters of a name.";

function fits(title, term) {
  const text = title.toLowerCase();
  return term.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

export class Search {
  /** `onTerm(term)` runs when the person has typed something else. */
  constructor(api, ready, onTerm) {
    this.api = api;
    this.onTerm = onTerm;
    this.screen = document.getElementById("search");
    this.field = part(this.screen, "term");
    this.term = null;
    this.pausing = 0;
    this.last = null;
    this.own = [];
    this.notice = "";
    const row = (id, title, shape, load) => new Row({ id, title, shape, load, ready: ready.has });
    this.mine = row("search-own", "Your videos", "wide");
    this.films = row("search-movies", "Films", "tall", (page) => this.find("movie", page));
    this.shows = row("search-shows", "Shows", "tall", (page) => this.find("show", page));
    [this.mine, this.films, this.shows].forEach((one) => part(this.screen, "rows").append(one.element));
    buildKeyboard(part(this.screen, "letters"), (key) => this.press(key));
    this.field.addEventListener("input", () => this.typed());
    part(this.screen, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.search();
    });
    part(this.screen, "again").addEventListener("click", () => this.search());
    this.screen.addEventListener("focusin", (event) => { this.last = event.target; });
  }

  async find(kind, page) {
    const { titles, more, notice } = await this.api.catalog(kind, page, this.term);
    this.notice = notice || this.notice;
    return { titles: titles.map(catalogCard), more };
  }

  /** Show the screen, with what was found before when the term is the same. */
  open(term) {
    show("search");
    setTitle("Search");
    this.api.sources().then((sources) => { this.own = sources.filter((one) => one.itemId.startsWith("local:")); }, () => {});
    if (term !== this.term) {
      this.field.value = term;
      this.search();
    }
    if (this.last && this.last.isConnected && this.last.offsetParent !== null) {
      focusOn(this.last);
    } else {
      this.focusInput();
    }
  }

  // A remote starts on the letters; where a real keyboard is at hand, or the system brings one, in the field.
  focusInput() {
    const letters = part(this.screen, "letters");
    focusOn(letters.offsetParent !== null && !matchMedia("(hover: hover)").matches ? letters.firstElementChild : this.field);
  }

  press(key) {
    const text = this.field.value;
    this.field.value = { clear: "", erase: text.slice(0, -1) }[key];
    if (key.length === 1) {
      this.field.value = text + key;
    }
    this.typed();
  }

  typed() {
    clearTimeout(this.pausing);
    this.pausing = setTimeout(() => this.search(), PAUSE_MS);
  }

  async search() {
    clearTimeout(this.pausing);
    const term = this.field.value.trim();
    const rows = [this.films, this.shows];
    if (this.screen.hidden) {
      return; // left before the letters came to rest
    }
    this.term = term;
    this.notice = "";
    this.onTerm(term);
    this.hint(term ? "" : HINT);
    this.mine.fill(term ? this.own.filter((source) => fits(source.title, term)).map(ownCard) : []);
    if (!term) {
      rows.forEach((row) => row.fill([]));
      this.say("");
      return;
    }
    await Promise.all(rows.map((row) => row.start()));
    if (term === this.term) {
      this.tell(term, rows);
    }
  }

  tell(term, rows) {
    const failed = rows.filter((row) => row.problem);
    const count = [this.mine].concat(rows).reduce((sum, row) => sum + row.cards.length, 0);
    if (failed.length === rows.length) {
      rows.forEach((row) => { row.element.hidden = true; });
      this.hint(`Films and shows can’t be searched. ${trouble(failed[0].problem)[1]}`, true);
    } else if (count === 0 && !failed.length) {
      this.hint(`Nothing is called “${term}”. ${this.notice}`, Boolean(this.notice));
    }
    this.say(count === 1 ? "1 title found" : `${count} titles found`);
  }

  hint(text, again) {
    part(this.screen, "hint").hidden = !text;
    part(this.screen, "hint-text").textContent = text;
    part(this.screen, "again").hidden = !again;
  }

  say(text) {
    part(this.screen, "said").textContent = text;
  }

  /** Letters of a real keyboard go into the field, wherever the focus is; true when it was one. */
  obey(name, event) {
    const active = document.activeElement;
    if (active === this.field || name) {
      return false;
    }
    if (event.key === "Backspace") {
      this.press("erase");
      return true;
    }
    if (event.key.length === 1 && (event.key !== " " || !active.matches("button, a"))) {
      this.press(event.key);
      return true;
    }
    return false;
  }
}
