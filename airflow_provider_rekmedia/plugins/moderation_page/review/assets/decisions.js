// The decisions of a reviewer: the work on one queue, and what is sent to Airflow.

export const OPEN = ".";
export const DECISIONS = {
  a: { verb: "Allow", done: "Allowed" },
  b: { verb: "Block", done: "Blocked" },
  e: { verb: "Escalate", done: "Escalated" },
  s: { verb: "Skip", done: "Skipped" },
};

/**
 * Begin, or continue, the work on a queue.
 *
 * @param {Object[]} items The images. A held one is not shown, and nobody decides about it here.
 * @param {Object|null} saved What `toSave` returned before.
 */
export function openWork(items, saved) {
  const isSame = saved && saved.letters.length === items.length;
  const letters = isSame ? [...saved.letters] : items.map(() => OPEN);
  items.forEach((item, index) => {
    if (item.held) letters[index] = OPEN;
  });
  return {
    items,
    letters,
    history: isSame ? saved.history : [],
    labels: isSame ? saved.labels : {},
    seen: new Set(isSame ? saved.seen : []),
    seconds: isSame ? saved.seconds : 0,
  };
}

export function toSave(work) {
  const { letters, history, labels, seen, seconds } = work;
  return { letters: letters.join(""), history: history.slice(-500), labels, seen: [...seen], seconds };
}

/** Decide about images in one step. Return the indexes that changed. */
export function decide(work, indexes, letter) {
  const changed = indexes.filter((index) => !work.items[index].held && work.letters[index] !== letter);
  if (!changed.length) return [];
  work.history.push(changed.map((index) => [index, work.letters[index]]));
  for (const index of changed) work.letters[index] = letter;
  return changed;
}

/** Take the last step back. Return the indexes that changed. */
export function undo(work) {
  const step = work.history.pop() ?? [];
  const known = step.filter(([index]) => work.items[index] && !work.items[index].held);
  for (const [index, letter] of known) work.letters[index] = letter;
  return known.map(([index]) => index);
}

/** Mark a label of an image as wrong or as missing, or remove the mark. */
export function toggleLabel(work, index, kind, value) {
  const marks = (work.labels[index] ??= { wrong: [], missing: [] });
  const others = marks[kind].filter((marked) => marked !== value);
  marks[kind] = others.length < marks[kind].length ? others : [...marks[kind], value];
}

export const marksOf = (work, index) => work.labels[index] ?? { wrong: [], missing: [] };

export const isShown = (work, index) => !work.items[index].held && work.letters[index] !== "e";

/** Whether the labels must stay hidden: a person should judge an audit image without the service's opinion. */
export const hidesLabels = (work, index) => work.items[index].audit && work.letters[index] === OPEN;

/** Count letters; `total` are the images that somebody can decide about. */
export function count(work) {
  const counts = { a: 0, b: 0, e: 0, s: 0, [OPEN]: 0, total: 0, held: 0 };
  work.letters.forEach((letter, index) => {
    if (work.items[index].held) counts.held += 1;
    else {
      counts[letter] += 1;
      counts.total += 1;
    }
  });
  return counts;
}

// Airflow's audit log keeps each answer, so it is short: half of the checksum identifies a queue.
const SENT_DIGITS = 32;

/** The answer for Airflow: one letter per image. What nobody decided is skipped. */
export function toAnswer(work, checksum) {
  const marked = Object.entries(work.labels).filter(
    ([index, { wrong, missing }]) => wrong.length + missing.length > 0 && "ab".includes(work.letters[index]),
  );
  const answer = {
    queue: checksum.slice(0, SENT_DIGITS),
    decisions: work.letters.map((letter) => (letter === OPEN ? "s" : letter)).join(""),
    seconds: Math.round(work.seconds),
    revealed: work.seen.size,
  };
  return marked.length ? { ...answer, labels: Object.fromEntries(marked) } : answer;
}
