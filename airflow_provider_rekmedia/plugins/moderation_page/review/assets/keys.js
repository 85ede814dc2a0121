// Which key does what. Keys with Ctrl, Alt or Meta belong to the browser, except Ctrl+Enter.

const COMMANDS = {
  a: ["decide", "a"],
  b: ["decide", "b"],
  e: ["decide", "e"],
  s: ["decide", "s"],
  u: ["undo"],
  r: ["allowRest"],
  g: ["toggleGrey"],
  n: ["nextOpen"],
  j: ["move", 1],
  k: ["move", -1],
  ArrowRight: ["move", 1],
  ArrowLeft: ["move", -1],
  ArrowDown: ["moveRow", 1],
  ArrowUp: ["moveRow", -1],
  Home: ["moveToEnd", -1],
  End: ["moveToEnd", 1],
  " ": ["toggleReveal"],
  Enter: ["toggleLarge"],
  "?": ["showKeys"],
};

/**
 * Listen for keys of the whole page: no click is needed before the first one.
 *
 * @param {Object} commands Functions by the names above, `submit` and `toggleWrong`.
 * @param {function(): boolean} isBlocked Whether a dialog with its own keys is open.
 */
export function listenForKeys(commands, isBlocked) {
  document.addEventListener("keydown", (event) => {
    if (isBlocked() || event.defaultPrevented || event.isComposing || isTyped(event)) return;
    const command = commandOf(event);
    if (!command) return;
    event.preventDefault();
    // A key that is held down decides about one image, not about many.
    if (event.repeat && !command[0].startsWith("move")) return;
    commands[command[0]](...command.slice(1));
  });
}

function commandOf(event) {
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return event.key === "Enter" ? ["submit"] : null;
  const key = plainKey(event);
  if (event.shiftKey && key !== "?") return null;
  if (/^[1-9]$/.test(key)) return ["toggleWrong", Number(key) - 1];
  return COMMANDS[key] ?? null;
}

/** Return the Latin letter on the key where the layout has another alphabet. */
function plainKey(event) {
  if (event.key.length > 1) return event.key;
  if (event.key > "~" && event.code.startsWith("Key")) return event.code.slice(3).toLowerCase();
  return event.key.toLowerCase();
}

/** Whether the key belongs to the control that has the focus. */
function isTyped(event) {
  const { target } = event;
  if (target.matches("input, select, textarea")) return true;
  return target.matches("button, a") && (event.key === "Enter" || event.key === " ") && !event.ctrlKey && !event.metaKey;
}
