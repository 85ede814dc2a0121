// Submits the answer, and follows what Airflow stores: somebody else may submit first.

import { answeredBy, explain, fetchQuestion, sendAnswer } from "./answer.js";
import { count, OPEN, toAnswer, toSave } from "./decisions.js";
import { ask, linesOf } from "./dialogs.js";
import { hideNotice, notice } from "./notice.js";

export const NOT_RECORDED = "Your earlier answer was not recorded. Check it, and submit again.";

/**
 * @param {Object} screen See `screen.js`.
 * @param {Object} page `questionUrl`, `checksum`, `user` and `login` of the page, and `saved`; see `saved_work.js`.
 */
export function openSubmission(screen, { questionUrl, checksum, user, login, saved }) {
  const { state } = screen;
  const { work } = state;
  let isDone = false;
  let isOvertaken = false;

  const fetchStored = () => fetchQuestion(questionUrl).catch(() => null);

  /** Whether Airflow stores the answer of this page: its response was lost, or another tab sent it. */
  function isStored(question, answer) {
    const stored = question?.response_received ? question.params_input : null;
    const isSame = stored?.queue === answer.queue && stored?.decisions === answer.decisions;
    return isSame && question.responded_by_user?.name === user;
  }

  function close(text) {
    state.closed = text;
    screen.cover();
    screen.render();
    notice(text);
  }

  function finish() {
    isDone = true;
    close(`Submitted. ${linesOf(count(work)).join(". ")}. The run continues.`);
    // The task has yet to record the answer. If it fails, it asks again, and the work is needed.
    saved.save({ ...toSave(work), sent: true });
  }

  function overtake(question) {
    isOvertaken = true;
    close(`${answeredBy(question)} Your decisions were not sent.`);
  }

  function reopen() {
    if (isDone) notice(NOT_RECORDED);
    else hideNotice();
    isDone = isOvertaken = false;
    state.closed = null;
    screen.render();
  }

  /** Notice that somebody submitted, or that the task asks again: it could not use or record the answer. */
  async function check() {
    const isOver = () => isDone || isOvertaken;
    if (state.isSending || (state.closed !== null && !isOver())) return;
    const question = await fetchStored();
    if (!question || state.isSending) return;
    if (!question.response_received) isOver() && reopen();
    else if (isDone) return;
    else if (isStored(question, toAnswer(work, checksum))) finish();
    else if (!isOvertaken) overtake(question);
  }

  function confirm() {
    const counts = count(work);
    if (state.closed !== null || state.isSending || counts[OPEN] === counts.total) return;
    const lines = [...linesOf(counts), "After you submit, no decision can be changed."];
    ask({ title: "Submit this review?", lines, yes: "Submit" }, submit);
  }

  /** Send the answer once. Nothing can be decided until Airflow has responded. */
  async function submit() {
    if (state.closed !== null || state.isSending) return;
    const answer = toAnswer(work, checksum);
    state.isSending = true;
    screen.render();
    notice("Submitting…");
    const refusal = await sendAnswer(questionUrl, answer).then(() => null, (problem) => problem);
    const question = refusal && (await fetchStored());
    state.isSending = false;
    if (!refusal || isStored(question, answer)) finish();
    else if (refusal.status === 409 && question) overtake(question);
    else {
      notice(explain(refusal, question), refusal.status === 401 ? login : null);
      screen.render();
    }
  }

  return { check, close, confirm };
}
