// What is on the screen: the state of the page, and the function that shows it.

import { hidesLabels, isShown, marksOf } from "./decisions.js";
import { byId } from "./dom.js";
import { matching, updateToolbar } from "./toolbar.js";

/**
 * @param {Object} work See `decisions.js`.
 * @param {Object} parts `grid`, `large` and `pictures`.
 */
export function openScreen(work, { grid, large, pictures }) {
  const state = { work, cursor: null, matching: matching(work, "all"), revealed: null, isHovered: false, grey: true, closed: null, isSending: false };

  const shown = () => work.items.flatMap((_, index) => (state.matching.has(index) && isShown(work, index) ? [index] : []));
  let order = shown();

  function viewOf(index) {
    return {
      item: work.items[index],
      letter: work.letters[index],
      marks: marksOf(work, index),
      isCurrent: index === state.cursor,
      isHidden: hidesLabels(work, index),
      isMatch: state.matching.has(index),
      isClosed: state.closed !== null,
      number: index + 1,
      total: work.items.length,
    };
  }

  /** Show the state again where images have changed. */
  function render(changed = []) {
    for (const index of changed) grid.update(work, index, viewOf);
    document.body.classList.toggle("grey", state.grey);
    document.body.classList.toggle("closed", state.closed !== null);
    byId("empty").hidden = order.length > 0;
    updateToolbar(state, state.cursor === null ? "" : `Image ${state.cursor + 1}`);
    if (large.isOpen() && state.cursor !== null) showLarge();
  }

  /** Make another image the current one. It gets the focus, unless a control keeps it. */
  function point(index, { focus = true } = {}) {
    const before = state.cursor;
    state.cursor = index;
    if (before !== index) cover();
    render([before, index].filter((changed) => changed !== null && isShown(work, changed)));
    if (index === null) large.isOpen() && large.close();
    else if (focus && !large.isOpen()) grid.focus(index);
  }

  /** Find the images that are shown again, after a change of the filter or of what is shown. */
  function reorder() {
    order = shown();
  }

  function filter(matched) {
    state.matching = matched;
    grid.filter(matched);
    reorder();
  }

  /** Show the current image large, or show it again after a change. */
  function showLarge() {
    cover();
    work.seen.add(state.cursor);
    large.show(work, state.cursor, viewOf(state.cursor));
  }

  /** Show the picture under the pointer. A picture that a key revealed stays when the pointer leaves. */
  function hover(index) {
    if (index === null && !state.isHovered) return;
    reveal(index);
    state.isHovered = index !== null;
  }

  /** Show the picture of one image, and cover the one before. */
  function reveal(index) {
    if (state.revealed === index) return;
    cover();
    const box = index === null ? null : grid.pictureOf(index);
    if (!box) return;
    state.revealed = index;
    work.seen.add(index);
    pictures.show(box, index);
  }

  function cover() {
    const box = state.revealed === null ? null : grid.pictureOf(state.revealed);
    if (box) pictures.hide(box);
    state.revealed = null;
    state.isHovered = false;
  }

  grid.fill(work, viewOf);
  return { state, order: () => order, viewOf, render, point, reorder, filter, showLarge, hover, reveal, cover };
}
