// What is known of titles, wherever it comes from, in one shape for all screens.

import { duration, episodeName } from "./describe.js";
import { episodeOf, kindOf, nextEpisode } from "./items.js";

export class Titles {
  constructor(api) {
    this.api = api;
    this.known = new Map();
  }

  /** A film as the catalogue describes it. */
  movie(id) {
    return this.once(`movie ${id}`, () => this.api.movie(id));
  }

  /** A show with its seasons and episodes. */
  show(id) {
    return this.once(`show ${id}`, () => this.api.show(id));
  }

  // Ask once a visit; a failure is not remembered.
  once(key, ask) {
    if (!this.known.has(key)) {
      const asked = ask();
      this.known.set(key, asked);
      asked.catch(() => this.known.delete(key));
    }
    return this.known.get(key);
  }

  /** What a player shows of an item: {title, subtitle, poster, name, next}; `name` stands alone, `next` is {id, label} or null. */
  async about(itemId) {
    if (kindOf(itemId) === "episode") {
      return this.aboutEpisode(itemId);
    }
    if (kindOf(itemId) === "local") {
      const source = (await this.api.sources()).find((one) => one.itemId === itemId);
      const title = source ? source.title : "A video";
      return { title, subtitle: "", poster: null, name: title, next: null };
    }
    const { title, year, poster } = await this.movie(itemId);
    return { title, subtitle: year ? String(year) : "", poster, name: title, next: null };
  }

  async aboutEpisode(itemId) {
    const { show: showId, season, episode } = episodeOf(itemId);
    const show = await this.show(showId);
    const episodes = (show.seasons.find((one) => one.season === season) || { episodes: [] }).episodes;
    const found = episodes.find((one) => one.episode === episode) || { season, episode, title: "" };
    const label = episodeName(Object.assign({}, found, { season }));
    const next = nextEpisode(show, itemId);
    return {
      title: show.title, subtitle: label, poster: show.poster, name: `${show.title} · S${season}\u00a0E${episode}`,
      next: next && { id: next.id, label: episodeName(next) },
    };
  }
}

/** The line under a title's name: "2019 · 1 h 42 min · Drama, Comedy". */
export function titleFacts(title) {
  const seasons = title.seasons ? title.seasons.filter((one) => one.season > 0).length : 0;
  const facts = [title.year, title.runtimeMinutes ? duration(title.runtimeMinutes * 60) : null];
  facts.push(seasons ? `${seasons} ${seasons === 1 ? "season" : "seasons"}` : null, (title.genres || []).slice(0, 3).join(", "));
  return facts.filter(Boolean).join(" · ");
}
