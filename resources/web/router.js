// Addresses of screens: each has its own, so that Back, reload and bookmarks work.

const PATTERNS = [
  [/^#search(?:=(.*))?$/, (match) => ({ screen: "search", term: decoded(match[1] || "") })],
  [/^#(movie|show|video)=([^/]+)(?:\/(\d+))?$/, (match) => (
    { screen: "detail", kind: match[1], id: decoded(match[2]), season: match[3] ? Number(match[3]) : null })],
  [/^#play=([^/]+)(?:\/([\w-]+))?$/, (match) => ({ screen: "player", id: decoded(match[1]), sourceId: match[2] || null })],
];
const HOME = { screen: "home" };

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    return text;
  }
}

// Colons may stand in a fragment, and read better.
function encoded(text) {
  return encodeURIComponent(text).replace(/%3A/g, ":");
}

/** The place that a fragment names; home when it names none. */
export function parse(hash) {
  const found = PATTERNS.map(([pattern, place]) => [pattern.exec(hash), place]).find(([match]) => match);
  return found ? found[1](found[0]) : HOME;
}

/** The fragment of a place. */
export function address(place) {
  if (place.screen === "search") {
    return place.term ? `#search=${encoded(place.term)}` : "#search";
  }
  if (place.screen === "detail") {
    return `#${place.kind}=${encoded(place.id)}${place.season === null || place.season === undefined ? "" : `/${place.season}`}`;
  }
  if (place.screen === "player") {
    return `#play=${encoded(place.id)}${place.sourceId ? `/${place.sourceId}` : ""}`;
  }
  return "";
}

/** Keeps the browser's history in step with what is on show. */
export class Router {
  /** `onPlace(place)` runs with each place that is to be shown. */
  constructor(onPlace) {
    this.onPlace = onPlace;
    addEventListener("popstate", () => this.show());
  }

  /** How many steps back are our own. */
  get depth() {
    return (history.state && history.state.depth) || 0;
  }

  /** Show what the address says. */
  show() {
    this.onPlace(parse(location.hash));
  }

  go(place) {
    history.pushState({ depth: this.depth + 1 }, "", address(place) || location.pathname);
    this.show();
  }

  /** Go where a link of ours leads. */
  follow(hash) {
    this.go(parse(hash));
  }

  /** Change the address of what is on show already. */
  note(place) {
    history.replaceState(history.state, "", address(place) || location.pathname);
  }

  /** Show another place instead of this one. */
  replace(place) {
    this.note(place);
    this.show();
  }

  /** Go back to where we came from; from a page that was opened at this address, go home. */
  back() {
    if (this.depth > 0) {
      history.back();
    } else {
      this.replace(HOME);
    }
  }
}
