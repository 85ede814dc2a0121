// The grid of cards. One change redraws one card: a queue may have thousands.

import { makeCard, updateCard } from "./card.js";
import { isShown } from "./decisions.js";

const DWELL_MS = 250;

/**
 * @param {HTMLElement} list The element of the grid.
 * @param {Object} pictures See `pictures.js`.
 * @param {Object} events `point(index)` for a click, `open(index)` for a double click, `hover(index | null)`.
 */
export function openGrid(list, pictures, events) {
  const cards = new Map();
  listenForPointer(list, events);

  function indexOf(card) {
    return Number(card.dataset.index);
  }

  /** Make all cards that are shown. */
  function fill(work, viewOf) {
    list.replaceChildren();
    cards.clear();
    work.items.forEach((item, index) => {
      if (isShown(work, index)) list.append(add(item, index, viewOf));
    });
  }

  function add(item, index, viewOf) {
    const card = makeCard(item, index, pictures);
    updateCard(card, viewOf(index));
    cards.set(index, card);
    return card;
  }

  /** Redraw one card; remove it, with its preview, if the image is no longer shown. */
  function update(work, index, viewOf) {
    const card = cards.get(index);
    if (!isShown(work, index)) {
      card?.remove();
      cards.delete(index);
    } else if (card) updateCard(card, viewOf(index));
    else list.insertBefore(add(work.items[index], index, viewOf), nextCard(index));
  }

  function nextCard(index) {
    return [...list.children].find((card) => indexOf(card) > index) ?? null;
  }

  /** Show only these images. */
  function filter(shown) {
    for (const [index, card] of cards) card.hidden = !shown.has(index);
  }

  function focus(index) {
    cards.get(index)?.focus({ preventScroll: true });
    cards.get(index)?.scrollIntoView({ block: "nearest" });
  }

  const pictureOf = (index) => cards.get(index)?.querySelector(".picture") ?? null;
  const columns = () => getComputedStyle(list).gridTemplateColumns.split(" ").length;
  return { fill, update, filter, focus, pictureOf, columns };
}

/** A pointer that only crosses a card reveals nothing: it must rest there. */
function listenForPointer(list, events) {
  let timer = 0;
  let last = "";
  let pointed = null;
  const cardAt = (event) => event.target.closest?.(".card");

  function rest(index) {
    if (index === pointed) return;
    clearTimeout(timer);
    pointed = index;
    timer = setTimeout(() => events.hover(index), index === null ? 0 : DWELL_MS);
  }

  function follow(event) {
    // After a scroll, another card is under a pointer that did not move.
    const position = `${event.clientX},${event.clientY}`;
    const isMoved = position !== last;
    last = position;
    const card = event.pointerType === "mouse" && event.target.closest?.(".picture") && cardAt(event);
    const index = card ? Number(card.dataset.index) : null;
    rest(isMoved || index === pointed ? index : null);
  }

  list.addEventListener("pointerover", follow);
  list.addEventListener("pointermove", follow);
  list.addEventListener("pointerleave", () => rest(null));
  list.addEventListener("click", (event) => cardAt(event) && events.point(Number(cardAt(event).dataset.index)));
  list.addEventListener("dblclick", (event) => cardAt(event) && events.open(Number(cardAt(event).dataset.index)));
}
