// Makes elements. Text goes in as text only, because names of objects and labels are untrusted.

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Object} attributes `text` is its text; `true` sets an attribute without a value; `false` and null set none.
 * @param {...(Node|string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Write text only if it differs, so that a screen reader reads no text twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** "1 image", "2 images". */
export const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
