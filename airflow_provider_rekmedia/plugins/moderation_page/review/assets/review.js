// The review page: loads a queue, connects the parts, and submits the answer.

import { answeredBy, explain, fetchJson, fetchQuestion, sendAnswer } from "./answer.js";
import { makeCommands } from "./commands.js";
import { count, openWork, toAnswer, toSave } from "./decisions.js";
import { ask, isAsking, linesOf } from "./dialogs.js";
import { byId, setText } from "./dom.js";
import { openGrid } from "./grid.js";
import { listenForKeys } from "./keys.js";
import { openLargeView } from "./large_view.js";
import { hideNotice, notice } from "./notice.js";
import { openPictures } from "./pictures.js";
import { removeOldWork, savedGrey, savedWork } from "./saved_work.js";
import { openScreen } from "./screen.js";
import { fillFilter, listenForButtons } from "./toolbar.js";

const POLL_MS = 20_000;
const { base, question: questionUrl, checksum, user, closed, login } = document.body.dataset;
const saved = savedWork(checksum, user);

removeOldWork();
fetchJson(`${base}/items`).then(open, (refusal) =>
  notice(refusal.status === 401 ? "Your session has ended." : `The images cannot be loaded: HTTP ${refusal.status}. Reload the page.`, login),
);

function open(queue) {
  const answered = queue.decisions && { letters: queue.decisions, history: [], labels: queue.labels, seen: [], seconds: 0 };
  const work = openWork(queue.items, answered || (closed ? null : saved.load()));
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
  const page = { work, screen, isSaved: true };
  const say = (text) => setText(byId("said"), text);
  const commands = makeCommands(screen, { grid, large }, { save: () => save(page), saveGrey: savedGrey.save, say, submit: () => confirm(page) });
  byId("label-names").append(...queue.label_names.map((name) => Object.assign(document.createElement("option"), { value: name })));
  fillFilter(queue.items);
  listenForButtons(commands);
  listenForKeys(commands, isAsking);
  if (closed) close(page, closed);
  else watch(page);
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

/** Count the time, follow other tabs, and notice when somebody else submits. */
function watch(page) {
  setInterval(() => {
    if (document.visibilityState === "visible" && page.screen.state.closed === null) page.work.seconds += 1;
  }, 1_000);
  const check = () => document.visibilityState === "visible" && checkQuestion(page);
  setInterval(check, POLL_MS);
  document.addEventListener("visibilitychange", check);
  window.addEventListener("storage", (event) => {
    if (event.key === saved.key && event.newValue) location.reload();
  });
}

async function checkQuestion(page) {
  const isOpen = page.screen.state.closed === null;
  if (page.isDone || (!isOpen && !page.isOvertaken)) return;
  const question = await fetchQuestion(questionUrl).catch(() => null);
  if (question?.response_received && isOpen) overtake(page, question);
  // The answer was unusable, so the task asks again.
  if (question && !question.response_received && page.isOvertaken) reopen(page);
}

function overtake(page, question) {
  page.isOvertaken = true;
  close(page, `${answeredBy(question)} Your decisions were not sent.`);
}

function reopen(page) {
  page.isOvertaken = false;
  page.screen.state.closed = null;
  hideNotice();
  page.screen.render();
}

function close(page, text) {
  page.screen.state.closed = text;
  page.screen.cover();
  page.screen.render();
  notice(text);
}

function confirm(page) {
  const counts = count(page.work);
  if (page.screen.state.closed !== null || counts["."] === counts.total) return;
  const lines = [...linesOf(counts), "After you submit, no decision can be changed."];
  ask({ title: "Submit this review?", lines, yes: "Submit" }, () => submit(page));
}

async function submit(page) {
  byId("submit").disabled = true;
  hideNotice();
  try {
    await sendAnswer(questionUrl, toAnswer(page.work, checksum));
  } catch (refusal) {
    const question = await fetchQuestion(questionUrl).catch(() => null);
    if (refusal.status === 409 && question) overtake(page, question);
    else notice(explain(refusal, question), refusal.status === 401 ? login : null);
    page.screen.render();
    return;
  }
  page.isDone = true;
  close(page, `Submitted. ${linesOf(count(page.work)).join(". ")}. The run continues.`);
  saved.remove();
}
