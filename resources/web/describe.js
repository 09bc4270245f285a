// Turns values into words for people. Pure: no page, no network.

/** "1.4 GB" of a number of bytes, in powers of ten as shops and browsers count. */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
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

/** The line under a title: "1080p · WEB · 1.4 GB". */
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

const TROUBLES = {
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

/** A name by which a person knows the device: "Samsung TV", "Firefox on Windows". */
export function deviceName(userAgent) {
  const first = (table) => (table.find((row) => row[0].test(userAgent)) || [])[1];
  const browser = first(BROWSERS) || "Browser";
  const system = first(SYSTEMS);
  return first(DEVICES) || (system ? `${browser} on ${system}` : browser);
}
