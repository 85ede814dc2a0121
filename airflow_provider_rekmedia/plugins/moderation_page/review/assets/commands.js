// What keys and buttons do.

import { count, decide, DECISIONS, OPEN, toggleLabel, undo } from "./decisions.js";
import { ask, showKeys } from "./dialogs.js";
import { plural } from "./dom.js";
import { matching } from "./toolbar.js";

/**
 * @param {Object} screen See `screen.js`.
 * @param {Object} parts `grid` and `large`.
 * @param {Object} actions `save()`, `saveGrey(isOn)`, `say(text)` for short messages, and `submit()`.
 */
export function makeCommands(screen, { grid, large }, { save, saveGrey, say, submit }) {
  const { state } = screen;
  const { work } = state;
  const isOpen = () => state.closed === null;

  /** Go to the image that many places away, among those that are shown. */
  function move(step) {
    const order = screen.order();
    const place = order.indexOf(state.cursor);
    const next = order[Math.min(Math.max(place + step, 0), order.length - 1)];
    if (next !== undefined && next !== state.cursor) screen.point(next);
  }

  /** Redraw after decisions. An escalated image is gone from the grid; undo brings it back. */
  function changed(indexes, cursor) {
    screen.cover();
    screen.reorder();
    screen.render(indexes);
    screen.point(cursor);
    save();
  }

  /** Return the image after another one; the one before it at the end. */
  function after(index) {
    const order = screen.order();
    const place = order.indexOf(index);
    return order[place + 1] ?? order[place - 1] ?? null;
  }

  return {
    move,
    moveRow: (step) => move(step * grid.columns()),
    moveToEnd: (step) => move(step * screen.order().length),
    decide(letter) {
      const index = state.cursor;
      if (!isOpen() || index === null) return;
      const order = screen.order();
      const isLast = order.at(-1) === index;
      const next = letter !== "e" && isLast ? index : after(index);
      changed(decide(work, [index], letter), next);
      say(`Image ${index + 1}: ${DECISIONS[letter].done.toLowerCase()}.${count(work)[OPEN] ? "" : " All images are decided. Press Ctrl+Enter to submit."}`);
    },
    undo() {
      if (!isOpen()) return;
      const indexes = undo(work);
      if (!indexes.length) return;
      for (const index of indexes) state.matching.add(index);
      changed(indexes, indexes[0]);
      say(indexes.length === 1 ? `Image ${indexes[0] + 1}: decision undone.` : `${plural(indexes.length, "decision")} undone.`);
    },
    allowRest() {
      const rest = screen.order().filter((index) => work.letters[index] === OPEN);
      if (!isOpen() || !rest.length) return;
      const isFiltered = rest.length < count(work)[OPEN];
      const lines = [
        isFiltered ? "This allows only the images that the filter shows." : "This allows all images that you have not decided about.",
        "Undo reverts it in one step.",
      ];
      ask({ title: `Allow ${plural(rest.length, "undecided image")}?`, lines, yes: "Allow" }, () =>
        changed(decide(work, rest, "a"), state.cursor),
      );
    },
    nextOpen() {
      const order = screen.order();
      const place = order.indexOf(state.cursor);
      const next = [...order.slice(place + 1), ...order.slice(0, place + 1)].find((index) => work.letters[index] === OPEN);
      if (next !== undefined) screen.point(next);
    },
    filter(value) {
      screen.filter(matching(work, value));
      screen.point(screen.order()[0] ?? null, { focus: false });
    },
    toggleReveal() {
      if (large.isOpen()) large.close();
      else if (state.revealed === state.cursor) screen.cover();
      else screen.reveal(state.cursor);
      save();
    },
    toggleLarge() {
      if (large.isOpen()) large.close();
      else if (state.cursor !== null) {
        screen.showLarge();
        save();
      }
    },
    toggleGrey() {
      state.grey = !state.grey;
      saveGrey(state.grey);
      screen.render();
    },
    toggleLabel(kind, value) {
      if (!isOpen() || state.cursor === null) return;
      toggleLabel(work, state.cursor, kind, value);
      screen.render([state.cursor]);
      save();
    },
    toggleWrong(place) {
      const item = work.items[state.cursor];
      if (large.isOpen() && place < item.labels.length && !screen.viewOf(state.cursor).isHidden) this.toggleLabel("wrong", place);
    },
    showKeys,
    submit,
  };
}
