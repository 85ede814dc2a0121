// Asks before a step that concerns many images.

import { byId, make, plural, setText } from "./dom.js";

/**
 * Ask for a confirmation. Escape, or the button Cancel, is a no.
 *
 * @param {Object} question `title`, `lines` of text, and the text of the button, `yes`.
 * @param {function(): void} confirmed
 */
export function ask({ title, lines, yes }, confirmed) {
  const dialog = byId("ask");
  setText(byId("ask-title"), title);
  byId("ask-lines").replaceChildren(...lines.map((text) => make("li", { text })));
  setText(byId("ask-yes"), yes);
  byId("ask-yes").onclick = () => {
    dialog.close();
    confirmed();
  };
  byId("ask-no").onclick = () => dialog.close();
  dialog.showModal();
  byId("ask-yes").focus();
}

/** Say what an answer contains, in words. */
export function linesOf(counts) {
  const lines = [
    [counts.a, "allowed"],
    [counts.b, "blocked"],
    [counts.e, "escalated, and hidden for everybody"],
    [counts.s, "skipped until the next review"],
    [counts["."], "undecided until the next review"],
  ];
  return lines.filter(([number]) => number > 0).map(([number, what]) => `${plural(number, "image")} ${what}`);
}

/** Open the list of keys. */
export function showKeys() {
  byId("keys-close").onclick = () => byId("keys").close();
  byId("keys").showModal();
}

/** Whether a dialog with its own keys is open. */
export const isAsking = () => byId("ask").open || byId("keys").open;
