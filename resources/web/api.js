// What the page asks of the server, and nothing else does. Every failure is a Problem.

import { isSignedOut, offline, open, posting, Problem, putting, send } from "./http.js";
import { episodeOf, kindOf } from "./items.js";

function progressPath(itemId) {
  return `/api/progress/${encodeURIComponent(itemId)}`;
}

/** The server as this device sees it. The tokens live in cookies that scripts can't read. */
export class Api {
  /** `onSignedOut` runs when the device is no longer let in. */
  constructor(onSignedOut) {
    this.onSignedOut = onSignedOut;
    this.refreshing = null;
    this.streamTimeoutMs = 0; // how long the server waits for a swarm, once its status told
  }

  /** Ask to be let in.
   *
   * Resolves to {deviceCode, userCode, verificationUri, verificationQr, approvalCommand, expiresIn, interval}. */
  async askIn(name) {
    return (await open("/api/auth/device", posting({ name }))).json();
  }

  /** Trade a device code for a session; a device that is let in already goes on with its own. */
  async enter(deviceCode) {
    await open("/api/auth/token", posting({ grantType: "device_code", deviceCode }));
  }

  /** Renew the session; calls made meanwhile share the answer, since a refresh token serves once. */
  refresh() {
    if (!this.refreshing) {
      const done = () => { this.refreshing = null; };
      this.refreshing = open("/api/auth/token", posting({ grantType: "refresh_token" }));
      this.refreshing.then(done, done);
    }
    return this.refreshing;
  }

  /** This device: {id, name, scope, …}. */
  async session() {
    return (await this.call("/api/auth/session")).json();
  }

  /** The devices that wait to come in, for administrators. */
  async pairings() {
    return (await this.call("/api/pairings")).json();
  }

  async answerPairing(code, approved) {
    await this.call(`/api/pairings/${encodeURIComponent(code)}`, putting({ approved }));
  }

  async sources() {
    return (await this.call("/api/sources")).json();
  }

  // --- Videos that people add ---

  async addMagnet(magnet, title) {
    return (await this.call("/api/sources", posting(title ? { magnet, title } : { magnet }))).json();
  }

  async addTorrent(file, title) {
    const form = new FormData();
    if (title) {
      form.append("title", title);
    }
    form.append("torrent", file, "upload.torrent");
    return (await this.call("/api/sources", { method: "POST", body: form })).json();
  }

  async remove(id) {
    await this.call(`/api/sources/${id}`, { method: "DELETE" });
  }

  async source(id) {
    return (await this.call(`/api/sources/${id}`)).json();
  }

  streamUrl(id) {
    return `/api/stream/${id}`;
  }

  playlistUrl(id) {
    return `/api/sources/${id}/playlist.m3u`;
  }

  // --- Titles ---

  /** Titles of a `kind` ("movie", "show"), those that fit `term` when there is one; resolves to {titles, page, more}. */
  async catalog(kind, page, term) {
    const asked = [`kind=${kind}`, `page=${page}`].concat(term ? `q=${encodeURIComponent(term)}` : []);
    return (await this.call(`/api/catalog?${asked.join("&")}`)).json();
  }

  async movie(id) {
    return (await this.call(`/api/movies/${encodeURIComponent(id)}`)).json();
  }

  async show(id) {
    return (await this.call(`/api/shows/${encodeURIComponent(id)}`)).json();
  }

  /** What there is to play of a title; resolves to {itemId, sources, reports}. `anew` asks the providers once more. */
  async find(itemId, anew) {
    if (kindOf(itemId) === "local") {
      const sources = (await this.sources()).filter((source) => source.itemId === itemId);
      return { itemId, sources, reports: [] };
    }
    const refresh = anew ? "?refresh=1" : "";
    if (kindOf(itemId) === "episode") {
      const { show, season, episode } = episodeOf(itemId);
      return (await this.call(`/api/shows/${show}/seasons/${season}/episodes/${episode}/sources${refresh}`)).json();
    }
    return (await this.call(`/api/movies/${encodeURIComponent(itemId)}/sources${refresh}`)).json();
  }

  async pin(sourceId, pinned) {
    await this.call(`/api/sources/${sourceId}/pinned`, putting({ pinned }));
  }

  async block(sourceId, blocked) {
    await this.call(`/api/sources/${sourceId}/blocked`, putting({ blocked }));
  }

  // --- Progress ---

  /** What was begun and not finished, newest first. */
  async toContinue() {
    return (await (await this.call("/api/progress/continue")).json()).items;
  }

  /** How far a title, or each episode of a show, was watched; newest first. */
  async watched(id) {
    return (await (await this.call(`/api/progress?of=${encodeURIComponent(id)}`)).json()).items;
  }

  async noteProgress(itemId, point) {
    await this.call(progressPath(itemId), putting(point));
  }

  /** As above, from a page that is being left: nobody hears the answer. */
  sendProgress(itemId, point) {
    const { headers, body } = posting(point);
    try {
      if (navigator.sendBeacon(progressPath(itemId), new Blob([body], { type: headers["Content-Type"] }))) {
        return;
      }
    } catch (error) {
      // Chromium before 81 sends no JSON in this way.
    }
    send(progressPath(itemId), Object.assign(posting(point), { keepalive: true })).catch(() => {});
  }

  async forgetProgress(itemId) {
    await this.call(progressPath(itemId), { method: "DELETE" });
  }

  /** Tell what is looked at, so that it is made ready. */
  async tellViewport(viewport) {
    await this.call("/api/ui/viewport", posting(viewport));
  }

  // --- How streams do ---

  /** Ask for the first byte of the stream, and for one at a part of it (0 to 1), to learn why it does not play.
   *
   * Resolves to a Problem, or to null when the bytes came. */
  async probe(id, at = 0) {
    try {
      const total = await this.byte(id, 0);
      if (at > 0 && total > 0) {
        await this.byte(id, Math.floor((total - 1) * Math.min(at, 1)));
      }
      return null;
    } catch (error) {
      return error instanceof Problem ? error : offline();
    }
  }

  /** Fetch one byte of the stream; resolves to the size of the whole. */
  async byte(id, offset) {
    const reply = await this.call(this.streamUrl(id), { headers: { Range: `bytes=${offset}-${offset}` } });
    await reply.arrayBuffer();
    return Number((reply.headers.get("Content-Range") || "").split("/")[1]) || 0;
  }

  /** Call `listener` with each snapshot of the server's status, until the function returned is called.
   *
   * A connection that was refused (the session had just run out, say) is tried again after `againMs`. */
  watchStatus(listener, againMs = 5000) {
    let events = null;
    let again = 0;
    const connect = () => {
      events = new EventSource("/api/events");
      events.addEventListener("status", (event) => {
        const status = JSON.parse(event.data);
        this.streamTimeoutMs = status.streamTimeoutMs;
        listener(status);
      });
      events.addEventListener("error", () => {
        if (events.readyState === EventSource.CLOSED) {
          clearTimeout(again);
          again = setTimeout(connect, againMs);
        }
      });
    };
    connect();
    return () => {
      clearTimeout(again);
      events.close();
    };
  }

  async call(path, options) {
    try {
      return await open(path, options);
    } catch (problem) {
      if (problem.status !== 401) {
        throw problem;
      }
    }
    try {
      await this.refresh();
      return await open(path, options);
    } catch (problem) {
      if (isSignedOut(problem)) {
        this.onSignedOut();
      }
      throw problem;
    }
  }
}
