// The bars above and below the grid: progress, filter, buttons.

import { count, hidesLabels, OPEN } from "./decisions.js";
import { byId, make, plural, setText } from "./dom.js";

/** Call a command when its button is pressed; then the focus is back on the grid. */
export function listenForButtons(commands) {
  const buttons = {
    undo: () => commands.undo(),
    rest: () => commands.allowRest(),
    grey: () => commands.toggleGrey(),
    help: () => commands.showKeys(),
    submit: () => commands.submit(),
    "do-reveal": () => commands.toggleReveal(),
    "do-look": () => commands.toggleLarge(),
  };
  for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener("click", action);
  for (const button of document.querySelectorAll("button[data-decide]"))
    button.addEventListener("click", () => commands.decide(button.dataset.decide));
  listenForFilter(byId("filter"), commands);
}

/** After a choice with the pointer, letters decide again. With the keyboard, the list keeps the focus. */
function listenForFilter(list, commands) {
  let isPointed = false;
  list.addEventListener("pointerdown", () => (isPointed = true));
  list.addEventListener("keydown", () => (isPointed = false));
  list.addEventListener("change", () => commands.filter(list.value, { focus: isPointed }));
}

/** Show progress, and which buttons can be pressed. */
export function updateToolbar(state, current) {
  const counts = count(state.work);
  const done = counts.total - counts[OPEN];
  const progress = byId("progress");
  progress.max = Math.max(counts.total, 1);
  progress.value = done;
  const away = [
    counts.e ? `${counts.e} escalated` : "",
    counts.held ? `${counts.held} on hold` : "",
  ].filter(Boolean);
  setText(byId("count"), `${done} of ${plural(counts.total, "image")} decided${away.length ? ` · ${away.join(" · ")}, not shown` : ""}`);
  setText(byId("current"), current);
  const isClosed = state.closed !== null || state.isSending;
  byId("undo").disabled = isClosed || !state.work.history.length;
  byId("rest").disabled = isClosed || !counts[OPEN];
  byId("submit").disabled = isClosed || !done;
  byId("grey").setAttribute("aria-pressed", String(state.grey));
  for (const button of document.querySelectorAll("button[data-decide]"))
    button.disabled = isClosed || state.cursor === null;
  for (const id of ["do-reveal", "do-look"]) byId(id).disabled = state.cursor === null;
}

/** Offer each rule and label as a filter, the most frequent first. */
export function fillFilter(items) {
  const found = new Map();
  for (const item of items) {
    if (item.held || item.audit) continue;
    for (const name of namesOf(item)) found.set(name, (found.get(name) ?? 0) + 1);
  }
  const names = [...found].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
  byId("filter").append(...names.map(([name, number]) => make("option", { value: `label:${name}`, text: `${name} (${number})` })));
}

/** Return the indexes that a filter matches. Hidden labels match nothing: the filter would disclose them. */
export function matching(work, filter) {
  const isMatch = (item, index) => {
    if (filter === "all") return true;
    if (filter === "open") return work.letters[index] === OPEN;
    return !item.held && !hidesLabels(work, index) && namesOf(item).has(filter.slice("label:".length));
  };
  return new Set(work.items.flatMap((item, index) => (isMatch(item, index) ? [index] : [])));
}

const namesOf = (item) => new Set([item.rule, ...item.labels.map((label) => label.name)].filter(Boolean));
