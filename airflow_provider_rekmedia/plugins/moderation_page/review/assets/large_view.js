// The large view of one image, with its labels.

import { DECISIONS, hidesLabels, marksOf, OPEN } from "./decisions.js";
import { byId, make, setText } from "./dom.js";

/**
 * @param {Object} pictures See `pictures.js`.
 * @param {Object} events `toggleLabel(kind, value)` and `close()`.
 */
export function openLargeView(pictures, events) {
  const dialog = byId("large");
  const box = byId("large-picture");
  let shownIndex = null;
  dialog.addEventListener("close", () => {
    pictures.hide(box);
    shownIndex = null;
    events.close();
  });
  byId("large-close").addEventListener("click", () => dialog.close());
  byId("missing-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = byId("missing");
    const known = [...byId("label-names").children].some((option) => option.value === input.value);
    if (known) events.toggleLabel("missing", input.value);
    setText(byId("missing-problem"), known || !input.value ? "" : "Choose a label from the list.");
    if (known) input.value = "";
  });

  /** Show an image, or show it again after a change. */
  function show(work, index, view) {
    if (!dialog.open) dialog.showModal();
    if (shownIndex !== index) {
      shownIndex = index;
      pictures.show(box, index);
      dialog.focus();
    }
    setText(byId("large-title"), `Image ${view.number} of ${view.total}`);
    setText(byId("large-name"), view.item.name);
    dialog.dataset.letter = view.letter;
    setText(byId("large-decision"), view.letter === OPEN ? "" : DECISIONS[view.letter].done);
    const isHidden = hidesLabels(work, index);
    byId("large-hidden").hidden = !isHidden;
    byId("large-found").hidden = isHidden;
    const { item } = view;
    setText(byId("large-rule"), `${item.verdict}: ${item.rule ?? "no rule"}`);
    const marks = marksOf(work, index);
    const focused = document.activeElement?.getAttribute("aria-label");
    byId("large-labels").replaceChildren(...item.labels.map((label, place) => labelRow(label, place, marks, view)));
    byId("large-missing").replaceChildren(...marks.missing.map((name) => missingRow(name, view)));
    byId("missing-form").hidden = view.isClosed;
    // The button that was pressed is a new element now.
    [...dialog.querySelectorAll("li button")].find((button) => button.getAttribute("aria-label") === focused)?.focus();
  }

  function labelRow(label, place, marks, view) {
    const isWrong = marks.wrong.includes(place);
    const button = make(
      "button",
      { type: "button", "aria-pressed": String(isWrong), disabled: view.isClosed, "aria-label": `Label ${label.name} is wrong` },
      isWrong ? "Wrong" : "Mark wrong",
    );
    if (place < 9) button.append(make("kbd", { text: String(place + 1), "aria-hidden": "true" }));
    button.addEventListener("click", () => events.toggleLabel("wrong", place));
    const name = make("span", { class: isWrong ? "label wrong" : "label", text: label.name });
    const parent = label.parent ? [make("span", { class: "quiet", text: ` in ${label.parent}` })] : [];
    return make("li", {}, make("span", {}, name, ...parent), make("span", { class: "percent", text: `${label.confidence.toFixed(1)} %` }), button);
  }

  function missingRow(name, view) {
    const button = make("button", { type: "button", text: "Remove", disabled: view.isClosed, "aria-label": `Remove the missing label ${name}` });
    button.addEventListener("click", () => events.toggleLabel("missing", name));
    return make("li", {}, make("span", { class: "label", text: name }), make("span", { class: "percent", text: "missing" }), button);
  }

  return { show, close: () => dialog.close(), isOpen: () => dialog.open };
}
