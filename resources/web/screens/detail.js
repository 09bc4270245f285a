// One title: what it is, where one left off, and what there is to play.

import { facts as sourceFacts, isTv, left, trouble } from "../describe.js";
import { isBegun, toWatch } from "../items.js";
import { focusFirst } from "../keys.js";
import { clear, make, part, setTitle, show, toast } from "../page.js";
import { setArt } from "../parts/cards.js";
import { Episodes } from "../parts/episodes.js";
import { Removing } from "../parts/removing.js";
import { SourceList } from "../parts/source_list.js";
import { titleFacts } from "../titles.js";

export class Detail {
  /** `onPlay(itemId, sourceId, fromStart)`, `onSeason(place)`, `onRemoved(source)`, `onLeave()` run when the person asks for it. */
  constructor({ api, titles, ready, choosing, onPlay, onSeason, onRemoved, onLeave }) {
    this.api = api;
    this.titles = titles;
    this.choosing = choosing;
    this.onPlay = onPlay;
    this.screen = document.getElementById("detail");
    this.place = null;
    this.playing = null; // {itemId, point} of the Play button
    this.source = null; // of a video that somebody added
    this.last = new Map();
    this.sources = new SourceList(api, part(this.screen, "source-list"), (source) => onPlay(this.playing.itemId, source.id));
    this.removing = new Removing(api, onRemoved);
    this.episodes = new Episodes(part(this.screen, "episodes"), ready.has, {
      onPlay: (episode) => onPlay(episode.id),
      onMore: (episode) => this.chooseSource(episode),
      onSeason: (season) => onSeason(Object.assign({}, this.place, { season })),
    });
    part(this.screen, "leave").addEventListener("click", onLeave);
    part(this.screen, "play").addEventListener("click", () => this.onPlay(this.playing.itemId));
    part(this.screen, "restart").addEventListener("click", () => this.onPlay(this.playing.itemId, null, true));
    part(this.screen, "forget").addEventListener("click", () => this.forget());
    part(this.screen, "remove").addEventListener("click", () => this.removing.open(this.source));
    this.screen.addEventListener("focusin", (event) => this.note(event.target));
  }

  /** Show a title; the focus goes to Play, or to the episode that was played from here.
   *
   * `noted` resolves once it is known how far that was watched. */
  async open(place, focusId, noted) {
    this.place = place;
    this.blank();
    show("detail");
    focusFirst(this.screen);
    document.scrollingElement.scrollTop = 0;
    try {
      const points = noted.then(() => this.api.watched(place.id)).catch(() => []);
      const about = await this.ask(place);
      const begun = await points;
      if (this.place === place) {
        this.render(place, about, begun, focusId);
      }
    } catch (problem) {
      if (this.place === place) {
        this.fail(problem);
      }
    }
  }

  close() {
    this.place = null;
  }

  ask({ kind, id }) {
    if (kind === "video") {
      return this.api.find(id).then((found) => this.own(found));
    }
    return kind === "show" ? this.titles.show(id) : this.titles.movie(id);
  }

  // A video that somebody added, in the shape of a title.
  own({ sources }) {
    [this.source] = sources;
    if (!this.source) {
      throw Object.assign(new Error("It is no longer in the list."), { code: "source_not_found" });
    }
    return { title: this.source.title, poster: null, overview: "", line: sourceFacts(this.source) };
  }

  // Bones of everything that is on its way.
  blank() {
    this.playing = null;
    this.source = null;
    setTitle("");
    ["title", "facts", "overview"].forEach((name) => {
      clear(part(this.screen, name));
      part(this.screen, name).append(make("span", "bone"));
      part(this.screen, name).hidden = false;
    });
    ["restart", "forget", "outside", "remove", "watched", "episodes", "sources"].forEach((name) => { part(this.screen, name).hidden = true; });
    part(this.screen, "actions").hidden = true;
    part(this.screen, "art").className = "art skeleton";
    clear(part(this.screen, "art"));
    part(this.screen, "backdrop").style.backgroundImage = "";
    this.screen.setAttribute("aria-busy", "true");
  }

  render(place, about, points, focusId) {
    const { kind, id } = place;
    this.screen.removeAttribute("aria-busy");
    setTitle(about.title);
    part(this.screen, "title").textContent = about.title;
    part(this.screen, "facts").textContent = about.line || titleFacts(about);
    part(this.screen, "overview").textContent = about.overview || "";
    part(this.screen, "overview").hidden = !about.overview;
    part(this.screen, "art").className = "art";
    setArt(part(this.screen, "art"), about.title, about.poster);
    if (about.background) {
      part(this.screen, "backdrop").style.backgroundImage = `url("${encodeURI(about.background)}")`;
    }
    if (kind === "show") {
      const next = toWatch(about, points);
      this.offer(next.episode && next.episode.id, next.point, next.episode);
      this.episodes.show(about, points, place.season === null && next.episode ? next.episode.season : place.season);
    } else {
      this.offer(id, points.find((point) => point.itemId === id) || null);
      this.showSources(kind, id);
    }
    this.focus(focusId);
  }

  // What Play plays, and from where.
  offer(itemId, point, episode) {
    const begun = isBegun(point);
    const play = part(this.screen, "play");
    const name = episode ? ` S${episode.season} E${episode.episode}` : "";
    this.playing = { itemId };
    part(this.screen, "actions").hidden = !itemId;
    if (!itemId) {
      part(this.screen, "overview").hidden = false;
      part(this.screen, "overview").textContent += " No episodes are known yet.";
      return;
    }
    play.dataset.item = itemId;
    part(this.screen, "play-text").textContent = `${begun ? "Resume" : "Play"}${name}`;
    part(this.screen, "restart").hidden = !begun;
    part(this.screen, "forget").hidden = !begun;
    part(this.screen, "watched").hidden = !begun;
    if (begun) {
      part(this.screen, "watched-bar").style.width = `${100 * point.position / point.duration}%`;
      part(this.screen, "watched-text").textContent = left(point);
    }
  }

  // Take the title out of what is to be continued.
  async forget() {
    try {
      await this.api.forgetProgress(this.playing.itemId);
      toast("It starts from the beginning the next time");
      this.open(this.place, null, Promise.resolve());
    } catch (problem) {
      toast(trouble(problem)[0]);
    }
  }

  showSources(kind, id) {
    const outside = part(this.screen, "outside");
    if (kind === "video") {
      outside.href = this.api.playlistUrl(this.source.id);
      outside.hidden = isTv(navigator.userAgent);
      part(this.screen, "remove").hidden = false;
      return;
    }
    part(this.screen, "sources").hidden = false;
    this.sources.show(id, this.api.find(id));
  }

  chooseSource(episode) {
    this.choosing.open({
      title: episode.title || `Episode ${episode.episode}`, detail: "Choose what to play", itemId: episode.id,
      found: this.api.find(episode.id), onChoose: (source) => this.onPlay(episode.id, source.id),
    });
  }

  note(element) {
    const item = element.closest("[data-item]");
    if (this.place && item && !item.matches("[data-play]")) {
      this.last.set(this.place.id, item.dataset.item);
    } else if (this.place) {
      this.last.delete(this.place.id);
    }
  }

  focus(focusId) {
    const wanted = focusId || this.last.get(this.place.id);
    const active = document.activeElement;
    const moved = active !== document.body && this.screen.contains(active) && !active.matches("[data-leave]");
    if (!moved && !(wanted && this.episodes.element.hidden === false && this.episodes.focus(wanted))) {
      focusFirst(this.screen);
    }
  }

  fail(problem) {
    const [title, detail] = trouble(problem);
    this.screen.removeAttribute("aria-busy");
    part(this.screen, "title").textContent = title;
    part(this.screen, "facts").textContent = "";
    part(this.screen, "overview").textContent = detail;
    part(this.screen, "art").className = "art gone";
    focusFirst(this.screen);
  }
}
