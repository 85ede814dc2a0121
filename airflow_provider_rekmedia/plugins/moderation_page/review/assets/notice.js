// One line above the grid for what a person must know.

import { byId, make } from "./dom.js";

/** @param {string|null} login Address of the login, if logging in again helps. */
export function notice(text, login = null) {
  const box = byId("notice");
  box.replaceChildren(make("span", { text }));
  if (login) box.append(" ", make("a", { href: login, text: "Log in" }));
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

export function hideNotice() {
  byId("notice").hidden = true;
}
