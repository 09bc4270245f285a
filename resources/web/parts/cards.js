// A card: one title in a row, as a link to its screen or its film.

import { fromTemplate, make, part, setBar } from "../page.js";
import { loadLazily } from "./lazy.js";

// Hues that stay calm next to each other and under white letters, in degrees.
const HUES = [342, 312, 276, 248, 222, 200, 176, 16];

/** A hue that stays with a title. */
function hue(title) {
  const sum = Array.from(title).reduce((total, letter) => (total * 131 + letter.codePointAt(0)) % 65521, 7);
  return HUES[sum % HUES.length];
}

/** Put a title's poster into `frame`, or its colours with its name where there is none. */
export function setArt(frame, title, poster) {
  frame.textContent = "";
  frame.style.setProperty("--hue", hue(title));
  frame.classList.toggle("drawn", !poster);
  if (poster) {
    const image = make("img", "");
    image.alt = "";
    image.addEventListener("load", () => image.classList.add("there"));
    image.addEventListener("error", () => {
      image.remove();
      frame.classList.add("drawn");
    });
    loadLazily(image, poster);
    frame.append(image);
  }
}

/** A card of {id, href, title, note, poster, watched}; `watched` from 0 to 1, `ready` when it plays at once. */
export function makeCard(title, ready) {
  const card = fromTemplate("card");
  const tile = part(card, "open");
  card.dataset.item = title.id;
  tile.href = title.href;
  part(card, "label").textContent = [title.label || title.title, title.note].filter(Boolean).join(", ");
  setArt(part(card, "art"), title.title, title.poster);
  part(card, "inside").textContent = title.title;
  part(card, "name").textContent = title.title;
  part(card, "note").textContent = title.note || "";
  part(card, "ready").hidden = !ready;
  setBar(card, title.watched || 0);
  return card;
}

/** A card whose title is on its way. */
export function makeSkeleton() {
  const card = make("li", "card skeleton");
  card.setAttribute("aria-hidden", "true");
  card.append(make("span", "tile"), make("div", "under"));
  card.lastChild.append(make("span", "bone"));
  return card;
}
