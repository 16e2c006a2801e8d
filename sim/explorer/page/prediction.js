// What a student expects, kept beside what came out. Results stay hidden until something was expected, or skipped.

import { valueOf, written } from "./numbers.js";
import { meanText, unitOf } from "./tables.js";

export const judged = (measure, stats, predicted) => {
  if (stats.mean === null) return "No run has a value.";
  const at = name => valueOf(stats[name], measure.decimals);
  if (measure.is_share) {
    if (stats.low === null) return "One run tells no interval.";
    return predicted >= at("low") && predicted <= at("high") ?
      "It lies in the interval of what the runs say." : "It lies outside the interval of what the runs say.";
  }
  if (predicted >= at("q25") && predicted <= at("q75")) return "It lies in the middle half of the runs.";
  if (predicted >= at("q05") && predicted <= at("q95")) return "It lies in the middle 90 % of the runs, but not in the middle half.";
  return "It lies outside the middle 90 % of the runs.";
};

export const predictionOf = (form, measures, onChange) => {
  const [outcome, number, why] = ["outcome", "number", "why"].map(name => form.querySelector(`#${name}`));
  const fault = form.querySelector("#fault"), state = { isOpen: false, made: null };

  const open = made => {
    Object.assign(state, { isOpen: true, made });
    onChange();
  };

  form.addEventListener("submit", event => {
    event.preventDefault();
    const value = number.value.trim() === "" ? NaN : Number(number.value);
    const isFit = Number.isFinite(value);
    fault.textContent = isFit ? "" : "Write a number first, or skip the prediction.";
    number.setAttribute("aria-invalid", String(!isFit));
    if (!isFit) return number.focus();
    open({ measure: Number(outcome.value), value, text: number.value.trim(), why: why.value.trim() });
  });
  form.querySelector("#skip").addEventListener("click", () => open(null));
  outcome.addEventListener("change", () => onChange());

  const close = () => {
    Object.assign(state, { isOpen: false, made: null });
    number.value = why.value = fault.textContent = "";
    number.removeAttribute("aria-invalid");
    onChange();
    outcome.focus();
  };
  const asked = () => Number(outcome.value);
  return { state, close, asked };
};

export const comparison = (made, measure, stats, madeFor) => {
  const said = `You expected ${made.text}${unitOf(measure)} for \u201c${measure.title}\u201d`;
  const came = `The runs there say ${meanText(measure, stats)}${unitOf(measure)}.`;
  return `${said} at ${madeFor}. ${came} ${judged(measure, stats, made.value)}`;
};

export const anchor = (measure, stats, isReference) => isReference ?
  "You are about to predict the reference itself. To predict a change, move a lever first." :
  `For a sense of scale: at the reference settings the mean is ${written(stats.mean, measure.decimals)}${unitOf(measure)}.`;
