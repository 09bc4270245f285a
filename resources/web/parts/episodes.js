// The seasons of a show, and the episodes of the one that is chosen.

import { day, episodeName, left } from "../describe.js";
import { focusOn } from "../keys.js";
import { isBegun, isSeen } from "../items.js";
import { clear, fromTemplate, make, part, setBar } from "../page.js";

function seasonName(number) {
  return number > 0 ? `Season ${number}` : "Specials";
}

export class Episodes {
  /** `onPlay(episode)` plays one, `onMore(episode)` shows its sources, `onSeason(number)` runs when another is chosen. */
  constructor(element, ready, { onPlay, onMore, onSeason }) {
    this.element = element;
    this.ready = ready;
    this.onPlay = onPlay;
    this.onMore = onMore;
    this.onSeason = onSeason;
    this.list = part(element, "list");
    this.list.dataset.row = "episodes";
  }

  /** Show a show, with the points of its episodes; starts with a season, or the first. */
  show(show, points, season) {
    this.points = new Map(points.map((point) => [point.itemId, point]));
    const isSpecial = (one) => one.season === 0;
    const seasons = show.seasons.filter((one) => !isSpecial(one)).concat(show.seasons.filter(isSpecial));
    const chosen = seasons.find((one) => one.season === season) || seasons[0];
    const bar = part(this.element, "seasons");
    clear(bar);
    seasons.forEach((one) => {
      const button = make("button", "button season", seasonName(one.season));
      button.dataset.season = one.season;
      button.addEventListener("click", () => {
        this.choose(one);
        this.onSeason(one.season);
      });
      bar.append(button);
    });
    bar.hidden = seasons.length === 1 && seasons[0].season === 1;
    this.element.hidden = !chosen;
    if (chosen) {
      this.choose(chosen);
    }
  }

  choose({ season, episodes }) {
    part(this.element, "seasons").querySelectorAll("button").forEach((button) => {
      button.setAttribute("aria-pressed", String(Number(button.dataset.season) === season));
    });
    clear(this.list);
    episodes.forEach((episode) => this.list.append(this.line(Object.assign({ season }, episode))));
  }

  line(episode) {
    const line = fromTemplate("episode");
    const point = this.points.get(episode.id);
    const note = isBegun(point) ? left(point) : [isSeen(point) ? "Watched" : "", day(episode.released)].filter(Boolean).join(" · ");
    line.dataset.item = episode.id;
    part(line, "number").textContent = episode.episode;
    part(line, "name").textContent = episode.title || `Episode ${episode.episode}`;
    part(line, "note").textContent = [note, episode.overview].filter(Boolean).join(" — ");
    part(line, "ready").hidden = !this.ready(episode.id);
    setBar(line, isBegun(point) ? point.position / point.duration : 0);
    part(line, "open").addEventListener("click", () => this.onPlay(episode));
    part(line, "more").setAttribute("aria-label", `Sources of ${episodeName(episode)}`);
    part(line, "more").title = "Sources";
    part(line, "more").addEventListener("click", () => this.onMore(episode));
    return line;
  }

  /** Focus an episode, if it is on show. */
  focus(itemId) {
    const line = Array.from(this.list.children).find((one) => one.dataset.item === itemId);
    if (line) {
      focusOn(part(line, "open"));
    }
    return Boolean(line);
  }
}
