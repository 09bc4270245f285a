// Turns values into words for people. Pure: no page, no network.

/** "1.4 GiB" of a number of bytes, in steps of 1024 as the settings count. */
export function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "1:02:07" or "4:09" of a number of seconds; "0:00" while it is not known. */
export function clock(seconds) {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  const [minutes, rest] = parts;
  const tail = `${String(minutes).padStart(hours ? 2 : 1, "0")}:${String(rest).padStart(2, "0")}`;
  return hours ? `${hours}:${tail}` : tail;
}

/** "1 h 42 min", "48 min" or "less than a minute" of a number of seconds. */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) {
    return "less than a minute";
  }
  return hours ? `${hours} h ${minutes % 60 ? `${minutes % 60} min` : ""}`.trim() : `${minutes} min`;
}

/** "48 min left" of a point {position, duration}. */
export function left(point) {
  return `${duration(point.duration - point.position)} left`;
}

/** "S1 E3 · The name" of an episode. */
export function episodeName(episode) {
  const number = episode.season > 0 ? `S${episode.season} E${episode.episode}` : `Special ${episode.episode}`;
  return episode.title ? `${number} · ${episode.title}` : number;
}

/** "14 March 2021" of an ISO date, in the words of this device's language; "" when there is none. */
export function day(text) {
  const date = text ? new Date(text) : null;
  return date && !Number.isNaN(date.getTime())
    ? date.toLocaleDateString([], { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" }) : "";
}

/** "1080p" of a source, or what else tells its quality. */
export function quality(source) {
  return source.resolution || (source.quality === "Unknown" ? "Unknown quality" : source.quality);
}

/** The line under a title: "1080p · WEB · 1.4 GiB". */
export function facts(source) {
  const known = [source.resolution, source.quality === "Unknown" ? null : source.quality];
  known.push(source.sizeBytes ? size(source.sizeBytes) : null);
  return known.filter(Boolean).join(" · ") || "Size not known yet";
}

/** What the video waits for, from the torrent's part of the server's status; there is none before peers told what is in it. */
export function waiting(torrent) {
  if (torrent && torrent.state === "complete") {
    return "Starting…";
  }
  if (torrent && torrent.state === "checking") {
    return "Checking what is here already…";
  }
  if (!torrent || torrent.peers === 0) {
    return "Looking for peers that share it…";
  }
  const peers = torrent.peers === 1 ? "1 peer" : `${torrent.peers} peers`;
  if (torrent.state === "metadata") {
    return `Asking ${peers} what is in it…`;
  }
  const rate = torrent.downloadRate > 0 ? ` at ${size(torrent.downloadRate)}/s` : "";
  return `Loading from ${peers}${rate}…`;
}

const STATES = {
  unreachable: "does not answer", blocked: "turns us away", malformed: "answers nonsense", refused: "refuses to search",
  resting: "rests after failures", late: "is late",
};

const OWN = "user";
const PROVIDERS = { [OWN]: "added by hand", yts: "YTS", eztv: "EZTV", rarbg: "RARBG", internet_archive: "Internet Archive" };

/** What people call a provider; a Torznab server goes by the name that its owner gave it. */
export function providerName(provider) {
  return PROVIDERS[provider] || provider.replace(/^torznab\./, "");
}

/** Why nothing was found, from the providers' reports. */
export function searched(allReports) {
  const reports = allReports.filter((report) => report.provider !== OWN); // it is asked always, and is nobody to wait for
  if (!reports.length) {
    return "Nothing to search with is switched on. Somebody at the computer can switch it on in Settings, under Sources.";
  }
  const bad = reports.filter((report) => report.status in STATES);
  const said = bad.map((report) => `${providerName(report.provider)} ${STATES[report.status]}`).join(", ");
  if (bad.length === reports.length) {
    return `Nobody could be asked: ${said}.`;
  }
  return `Asked ${reports.length - bad.length} of ${reports.length} providers.${said ? ` The rest: ${said}.` : ""}`;
}

const TROUBLES = {
  item_not_found: ["Nobody knows this title", "It may have gone from the catalogue."],
  no_source: ["No source was found", "Nobody shares this title right now. Try again later."],
  torrent_timeout: ["Nobody sent this video in time", "Those who share it may be offline. Try again, or come back later."],
  no_video: ["There is no video in this torrent", "Remove it from the list and add another one."],
  torrent_failed: ["This torrent failed", "Try again. If it fails once more, remove it and add another one."],
  disk_full: ["The disk is full", "Make room on the computer that runs Miauflix, then try again."],
  too_many_streams: ["This device plays too many videos", "Close one of them, then try again."],
  over_budget: ["Miauflix is busy", "All places for streams are taken. Try again in a moment."],
  source_not_found: ["This video was removed", "It is no longer in the list."],
  source_unavailable: ["This video can't be read", "What is stored about it is damaged. Remove it and add it again."],
  offline: ["Miauflix does not answer", "See that it runs and that this device is on the same network, then try again."],
  format: ["This browser can't play the video", "Its format is not one that this browser knows. Try another browser."],
};

/** Title and detail to show for a Problem. */
export function trouble(problem) {
  return TROUBLES[problem.code] || [problem.title || "Something went wrong", problem.message];
}

const DEVICES = [
  [/Web0S|WebOS|NetCast/i, "LG TV"],
  [/Tizen.*TV|SMART-TV.*Samsung|Samsung.*TV/i, "Samsung TV"],
  [/AFT[A-Z]/, "Fire TV"],
  [/BRAVIA/i, "Sony TV"],
  [/CrKey/i, "Chromecast"],
  [/Android TV|GoogleTV|Google TV/i, "Android TV"],
  [/PlayStation/i, "PlayStation"],
  [/Xbox/i, "Xbox"],
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
];
const BROWSERS = [[/Edg/, "Edge"], [/OPR\//, "Opera"], [/SamsungBrowser/, "Samsung Internet"], [/Firefox|FxiOS/, "Firefox"],
  [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"]];
const SYSTEMS = [[/Android/, "Android"], [/CrOS/, "ChromeOS"], [/Windows/, "Windows"], [/Mac OS X/, "Mac"], [/Linux/, "Linux"]];

/** Whether the page is on a TV: nobody there has a pointer, or another player to open. */
export function isTv(userAgent) {
  return /TV|Web0S|Tizen|AFT[A-Z]|BRAVIA|CrKey/i.test(userAgent);
}

/** A name by which a person knows the device: "Samsung TV", "Firefox on Windows". */
export function deviceName(userAgent) {
  const first = (table) => (table.find((row) => row[0].test(userAgent)) || [])[1];
  const browser = first(BROWSERS) || "Browser";
  const system = first(SYSTEMS);
  return first(DEVICES) || (system ? `${browser} on ${system}` : browser);
}
