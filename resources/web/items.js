// What the ids of titles say. Pure: no page, no network.

const EPISODE = /^(tt\d+):(\d+):(\d+)$/;

/** "episode", "local" (added by hand) or "movie"; a show has no id of its own kind, so whoever knows says so. */
export function kindOf(itemId) {
  if (EPISODE.test(itemId)) {
    return "episode";
  }
  return itemId.startsWith("local:") ? "local" : "movie";
}

/** {show, season, episode} of an episode's id. */
export function episodeOf(itemId) {
  const match = EPISODE.exec(itemId);
  return { show: match[1], season: Number(match[2]), episode: Number(match[3]) };
}

/** The id under which progress of a title is asked for: an episode's show, else the title itself. */
export function wholeOf(itemId) {
  return kindOf(itemId) === "episode" ? episodeOf(itemId).show : itemId;
}

/** All episodes of a show in order, each with its season's number. */
export function episodesOf(show) {
  return show.seasons.reduce((all, { season, episodes }) => (
    all.concat(episodes.map((episode) => Object.assign({ season }, episode)))
  ), []);
}

/** The episode after another one, or null; specials (season 0) are not gone on to. */
export function nextEpisode(show, itemId) {
  const regular = episodesOf(show).filter((episode) => episode.season > 0);
  const at = regular.findIndex((episode) => episode.id === itemId);
  return (at >= 0 && regular[at + 1]) || null;
}

/** Whether a point is one to go on from: begun, and not at the credits yet. */
export function isBegun(point) {
  const part = point && point.duration > 0 ? point.position / point.duration : 0;
  return part >= 0.05 && part <= 0.92;
}

/** Whether a point means that the title was seen to its end. */
export function isSeen(point) {
  return Boolean(point) && point.duration > 0 && point.position / point.duration > 0.92;
}

/** The episode to offer first, and its point: what was left off last, else what comes after the last one seen, else the first. */
export function toWatch(show, points) {
  const all = episodesOf(show);
  const regular = all.filter((episode) => episode.season > 0);
  const last = points.find((point) => all.some((episode) => episode.id === point.itemId));
  if (last && !isSeen(last)) {
    return { episode: all.find((episode) => episode.id === last.itemId), point: last };
  }
  return { episode: (last && nextEpisode(show, last.itemId)) || regular[0] || all[0] || null, point: null };
}
