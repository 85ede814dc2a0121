// One card of the grid: a blurred preview, the decision, and what the policy found.

import { DECISIONS, OPEN } from "./decisions.js";
import { make, setText } from "./dom.js";

/**
 * Make the card of an image.
 *
 * @param {Object} item The image.
 * @param {number} index Its place in the queue.
 * @param {Object} pictures Makes the addresses of pictures; see `pictures.js`.
 */
export function makeCard(item, index, pictures) {
  const picture = make("div", { class: "picture" });
  if (item.preview) {
    const preview = make("img", { class: "preview", alt: "", loading: "lazy", decoding: "async", src: pictures.preview(index) });
    preview.addEventListener("error", () => preview.replaceWith(noPreview()));
    picture.append(preview);
  } else picture.append(noPreview());
  picture.append(make("span", { class: "badge" }));
  return make(
    "li",
    { class: "card", role: "option", tabindex: "-1", "data-index": index },
    picture,
    make("p", { class: "found" }),
    make("p", { class: "name", text: item.name.split("/").at(-1), title: item.name }),
  );
}

/** Show the state of an image on its card; `view` has all of it. */
export function updateCard(card, view) {
  const { item, letter, isCurrent, isHidden, number, total, marks } = view;
  const decision = letter === OPEN ? "Undecided" : DECISIONS[letter].done;
  card.dataset.letter = letter;
  card.classList.toggle("current", isCurrent);
  card.tabIndex = isCurrent ? 0 : -1;
  card.setAttribute("aria-selected", String(isCurrent));
  const found = isHidden ? "Labels are hidden until you decide" : foundText(item);
  card.setAttribute("aria-label", `Image ${number} of ${total}: ${decision}. ${found}. ${item.name}`);
  setText(card.querySelector(".badge"), letter === OPEN ? "" : decision);
  const line = card.querySelector(".found");
  line.classList.toggle("hidden-labels", isHidden);
  line.replaceChildren(...(isHidden ? ["Labels are hidden"] : foundParts(item, marks)));
  line.title = found;
}

function foundParts(item, { wrong, missing }) {
  const first = item.labels.find((label) => label.confidence === item.confidence) ?? item.labels[0];
  const percent = first ? ` ${first.confidence.toFixed(0)} %` : "";
  const parts = [make("strong", { text: item.rule ?? "No rule" }), make("span", { class: "quiet", text: percent })];
  if (item.verdict === "block") parts.push(make("span", { class: "tag alarm", text: "block" }));
  const count = wrong.length + missing.length;
  if (count) parts.push(make("span", { class: "tag", text: `${count} corrected` }));
  return parts;
}

function foundText(item) {
  return `Verdict of the policy: ${item.verdict}, ${item.rule ?? "no rule"}`;
}

function noPreview() {
  return make("span", { class: "no-preview", text: "No preview" });
}
