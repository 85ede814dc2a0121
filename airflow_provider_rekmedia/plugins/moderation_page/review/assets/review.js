// The review page: loads a queue, connects the parts, and keeps unfinished work.

import { fetchJson } from "./answer.js";
import { makeCommands } from "./commands.js";
import { openWork, toSave } from "./decisions.js";
import { isAsking } from "./dialogs.js";
import { byId, setText } from "./dom.js";
import { openGrid } from "./grid.js";
import { listenForKeys } from "./keys.js";
import { openLargeView } from "./large_view.js";
import { notice } from "./notice.js";
import { openPictures } from "./pictures.js";
import { parse, removeOldWork, savedGrey, savedWork } from "./saved_work.js";
import { openScreen } from "./screen.js";
import { NOT_RECORDED, openSubmission } from "./submission.js";
import { fillFilter, listenForButtons } from "./toolbar.js";

const POLL_MS = 20_000;
const { base, question: questionUrl, checksum, user, closed, login } = document.body.dataset;
const saved = savedWork(checksum, user);

removeOldWork();
fetchJson(`${base}/items`).then(open, ({ status }) => {
  const texts = { 0: "Airflow cannot be reached. Reload the page.", 401: "Your session has ended." };
  notice(texts[status] ?? `The images cannot be loaded: HTTP ${status}. Reload the page.`, status === 401 ? login : null);
  setText(byId("count"), "");
});

function open(queue) {
  const answered = queue.decisions && { letters: queue.decisions, history: [], labels: queue.labels, seen: [], seconds: 0 };
  const unfinished = answered || closed ? null : saved.load();
  if (queue.recorded) saved.remove();
  const work = openWork(queue.items, answered || unfinished);
  const pictures = openPictures(base);
  const grid = openGrid(byId("grid"), pictures, {
    point: (index) => screen.point(index),
    open: (index) => (screen.point(index), commands.toggleLarge()),
    hover: (index) => screen.hover(index),
  });
  const large = openLargeView(pictures, {
    toggleLabel: (kind, value) => commands.toggleLabel(kind, value),
    close: () => screen.point(screen.state.cursor),
  });
  const screen = openScreen(work, { grid, large, pictures });
  screen.state.grey = savedGrey.load();
  const submission = openSubmission(screen, { questionUrl, checksum, user, login, saved });
  const page = { work, screen, submission, isSaved: true };
  const say = (text) => setText(byId("said"), text);
  const commands = makeCommands(screen, { grid, large }, { save: () => save(page), saveGrey: savedGrey.save, say, submit: submission.confirm });
  byId("label-names").append(...queue.label_names.map((name) => Object.assign(document.createElement("option"), { value: name })));
  fillFilter(queue.items);
  listenForButtons(commands);
  listenForKeys(commands, isAsking);
  if (closed) submission.close(closed);
  else watch(page);
  if (unfinished?.sent) notice(NOT_RECORDED);
  screen.point(firstOpen(screen));
}

const firstOpen = (screen) => {
  const order = screen.order();
  return order.find((index) => screen.state.work.letters[index] === ".") ?? order[0] ?? null;
};

function save(page) {
  if (page.screen.state.closed !== null) return;
  const isSaved = saved.save(toSave(page.work));
  if (!isSaved && page.isSaved) notice("This browser cannot save your decisions. Submit before you reload or close the page.");
  page.isSaved = isSaved;
}

/** Count the time, notice when somebody else submits, and warn before decisions are lost. */
function watch(page) {
  const { state } = page.screen;
  setInterval(() => {
    if (document.visibilityState === "visible" && state.closed === null) page.work.seconds += 1;
  }, 1_000);
  followTabs(page);
  window.addEventListener("beforeunload", (event) => {
    if (!page.isSaved && state.closed === null) event.preventDefault();
  });
}

/** Continue with the work of another tab of this review. A tab in the background waits until it is shown. */
function followTabs({ screen: { state }, submission }) {
  let isStale = false;
  function follow() {
    if (document.visibilityState !== "visible") return;
    if (isStale && state.closed === null && !state.isSending) location.reload();
    else submission.check();
  }
  setInterval(follow, POLL_MS);
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("storage", (event) => {
    if (event.key !== saved.key) return;
    isStale = event.newValue !== null && !parse(event.newValue)?.sent;
    follow();
  });
}
