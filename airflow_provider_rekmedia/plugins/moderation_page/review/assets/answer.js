// Asks Airflow whether a review is answered, and sends the answer. Airflow decides who may do so.

/** What happened to a request: `status` is 0 if no response arrived. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(typeof detail === "string" ? detail : "");
    this.status = status;
  }
}

/** Fetch the question: who answered it and when, if somebody did. */
export const fetchQuestion = (url) => request(url, { method: "GET" });

/** Send the answer. Only the first one counts: Airflow refuses the second one with 409. */
export const sendAnswer = (url, answer) =>
  request(url, {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ chosen_options: ["Submit"], params_input: answer }),
  });

/** Fetch JSON from the page itself. */
export const fetchJson = (url) => request(url, { method: "GET" });

async function request(url, options) {
  let response;
  try {
    response = await fetch(url, { ...options, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Refusal(0, "");
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, body?.detail);
  return body;
}

/** Explain why the answer was not accepted, and what to do. */
export function explain(refusal, question) {
  switch (refusal.status) {
    case 0:
      return "Airflow cannot be reached. Your decisions are kept in this browser. Submit again when the network is back.";
    case 401:
      return "Your session has ended. Your decisions are kept in this browser. Log in, and submit again.";
    case 403:
      return `You may not submit this review. ${whoMay(question)} Your decisions are kept in this browser.`;
    case 404:
      return "Airflow no longer has this review. The task was cleared, or the run was deleted.";
    case 409:
      return `${answeredBy(question)} Your decisions were not sent.`;
    default:
      return `Airflow refused the answer: HTTP ${refusal.status}. ${refusal.message} Your decisions are kept in this browser.`;
  }
}

/** Say who answered, and when. */
export function answeredBy(question) {
  const at = question?.responded_at ? ` on ${new Date(question.responded_at).toLocaleString()}` : "";
  const name = question?.responded_by_user?.name;
  if (name) return `${name} has already submitted this review${at}.`;
  return question?.response_received ? `Nobody submitted this review in time. It ended${at}.` : "Somebody has already submitted this review.";
}

function whoMay(question) {
  const names = (question?.assigned_users ?? []).map((user) => user.name || user.id);
  return names.length
    ? `Only these users may: ${names.join(", ")}.`
    : "You need the permission to edit the human-in-the-loop (HITL) details of this Dag.";
}
