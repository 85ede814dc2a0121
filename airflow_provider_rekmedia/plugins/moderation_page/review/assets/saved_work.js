// Keeps work in this browser until it is recorded, by queue and user: letters and times, no names of objects.

const PREFIX = "rekmedia-review:";
const DAYS = 30;

/**
 * @param {string} checksum Of the queue. Another queue never gets this work.
 * @param {string} user On a shared computer, each user has their own work.
 */
export function savedWork(checksum, user) {
  const key = `${PREFIX}${checksum}:${user}`;
  return {
    key,
    load: () => parse(attempt(() => localStorage.getItem(key))),
    /** Return whether it was saved: a browser may refuse. */
    save: (work) =>
      attempt(() => {
        localStorage.setItem(key, JSON.stringify({ ...work, at: Date.now() }));
        return true;
      }) === true,
    remove: () => attempt(() => localStorage.removeItem(key)),
  };
}

const GREY = "rekmedia-review-grey";

/** Whether this person wants greyscale, for all queues. It is on until they switch it off. */
export const savedGrey = {
  load: () => attempt(() => localStorage.getItem(GREY)) !== "off",
  save: (grey) => attempt(() => localStorage.setItem(GREY, grey ? "on" : "off")),
};

/** Remove work of queues that nobody has touched for weeks. */
export function removeOldWork() {
  attempt(() => {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
      const at = parse(localStorage.getItem(key))?.at ?? 0;
      if (Date.now() - at > DAYS * 86_400_000) localStorage.removeItem(key);
    }
  });
}

/** Parse saved work; null if there is none, or if it is damaged. */
export function parse(text) {
  const saved = attempt(() => JSON.parse(text));
  const isWhole =
    saved &&
    /^[abes.]*$/.test(saved.letters) &&
    Array.isArray(saved.history) &&
    Array.isArray(saved.seen) &&
    Number.isFinite(saved.seconds) &&
    saved.labels instanceof Object;
  return isWhole ? saved : null;
}

function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
