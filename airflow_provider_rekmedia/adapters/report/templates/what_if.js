// Moves the thresholds of one rule at a time. Counts come from numbers in the data attributes of its card.
"use strict";
const NEVER = 101;
const number = new Intl.NumberFormat("en-US");

function sum(counts, from, to) {
  let total = 0;
  for (let place = from; place < to; place += 1) total += counts[place];
  return total;
}

function decide(rule, block, review) {
  const index = (threshold) => {
    const place = rule.edges.findIndex((edge) => edge >= threshold);
    return place < 0 ? rule.edges.length : place;
  };
  const [free, reviewed, blocked] = rule.counts;
  const end = rule.edges.length;
  const blockFrom = index(block);
  return {
    block: sum(blocked, 0, end) + sum(free, blockFrom, end) + sum(reviewed, blockFrom, end),
    review: sum(free, index(review), blockFrom) + sum(reviewed, 0, blockFrom),
  };
}

function signed(change) {
  if (!change) return "no change";
  return (change > 0 ? "+" : "\u2212") + number.format(Math.abs(change));
}

function start(card) {
  const list = (name) => card.dataset[name].split(",").map(Number);
  const rule = { edges: list("edges"), counts: [list("allow"), list("review"), list("block")] };
  const [low, left, right] = list("axis");
  const [blockedNow, reviewedNow] = list("totals");
  const now = { block: Number(card.dataset.blockAt), review: Number(card.dataset.reviewAt) };
  const before = decide(rule, now.block, now.review);
  const state = { ...now };

  function render() {
    const after = decide(rule, state.block, state.review);
    for (const name of ["block", "review"]) {
      const value = state[name];
      const text = value >= NEVER ? "never" : value + " %";
      card.querySelector(`output[name=${name}]`).textContent = text;
      const slider = card.querySelector(`input[name=${name}]`);
      slider.value = String(value);
      slider.setAttribute("aria-valuetext", text);
      const shown = Math.min(100, Math.max(low, value));
      const x = (left + ((shown - low) / (100 - low)) * (right - left)).toFixed(1);
      const line = card.querySelector(`line.limit-${name}`);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      const label = card.querySelector(`text.limit-${name}`);
      label.setAttribute("x", x);
      const visible = value < NEVER ? "visible" : "hidden";
      line.setAttribute("visibility", visible);
      label.setAttribute("visibility", visible);
      const change = after[name] - before[name];
      const total = (name === "block" ? blockedNow : reviewedNow) + change;
      card.querySelector(`[data-total=${name}]`).textContent = number.format(total);
      card.querySelector(`[data-change=${name}]`).textContent = signed(change);
    }
    card.querySelector("button").hidden = state.block === now.block && state.review === now.review;
  }

  for (const slider of card.querySelectorAll("input")) {
    slider.addEventListener("input", () => {
      state[slider.name] = Number(slider.value);
      render();
    });
  }
  card.querySelector("button").addEventListener("click", () => {
    Object.assign(state, now);
    render();
    card.querySelector("input").focus();
  });
  for (const part of card.querySelectorAll("[data-script]")) part.hidden = false;
  render();
}

document.querySelectorAll(".rule").forEach(start);
