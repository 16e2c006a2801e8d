// The prediction of a student beside the results, which stay hidden until it is written or skipped.

import { numberOf, rewritten, written } from "./numbers.js";
import { meanText, unitOf } from "./tables.js";

// Single runs are further apart than the ends of the interval of their mean.
const spread = (stats, scaled) => {
  if (stats.median === null) return "";
  const isIn = (low, high) => scaled >= stats[low] && scaled <= stats[high];
  if (isIn("q25", "q75")) return " It is within the middle 50 % of single runs.";
  if (isIn("q05", "q95")) return " It is within the middle 90 % of single runs, but not within the middle 50 %.";
  return " It is outside the middle 90 % of single runs.";
};

// Where the interval of the mean lies in the range, as in the notebooks.
const rangeJudged = (stats, low, high) => {
  const [least, most] = stats.low === null ? [stats.mean, stats.mean] : [stats.low, stats.high];
  const what = stats.low === null ? "the mean" : "the whole interval";
  if (low <= least && most <= high) return `Your range contains ${what}.`;
  if (high < least || most < low) return `Your range missed: the ${stats.low === null ? "mean" : "interval"} lies ${high < least ? "above" : "below"} it.`;
  return "Your range and the interval overlap in part.";
};

// How far the most likely value is from the mean of the runs, and where it lies among single runs.
const judged = (measure, stats, predicted) => {
  const [low, scaled, high] = predicted.map(value => Math.round(value * 10 ** measure.decimals)), off = scaled - stats.mean;
  const unit = measure.is_share ? " percentage points" : unitOf(measure);
  const miss = off === 0 ? "exactly the mean" :
    `${written(Math.abs(off), measure.decimals)}${unit} ${off > 0 ? "above" : "below"} the mean`;
  const ending = stats.low === null ? ` ${stats.n === 1 ? "One run" : "The mean"} has no interval.` : spread(stats, scaled);
  return `${rangeJudged(stats, low, high)} Your most likely value is ${miss}.${ending}`;
};

// Why a text cannot be a prediction of a measure; empty where it can.
const faultOf = (text, measure) => {
  const value = numberOf(text), { least, most } = measure;
  if (text === "") return "Write all three numbers, or skip the prediction.";
  if (Number.isNaN(value)) return `\u201c${text}\u201d was not understood as a number. Write it in digits, such as 25,000 or 0.5.`;
  if (text.endsWith("%") && !measure.is_share) return `This outcome is not in %. Write a plain number (${measure.unit || "no unit"}).`;
  if (least !== null && value < least) return `${rewritten(value)} is not possible: the least is 0.`;
  if (most !== null && value > most) return `${rewritten(value)} is not possible: the most is ${most}${unitOf(measure)}.`;
  return "";
};

const orderFault = ([low, likely, high]) =>
  low <= likely && likely <= high ? "" : "Write the lowest value first, then the most likely one, then the highest.";

export const predictionOf = (form, measures, onChange) => {
  const [outcome, why] = ["outcome", "why"].map(name => form.querySelector(`#${name}`));
  const numbers = ["low", "likely", "high"].map(name => form.querySelector(`#${name}`));
  const fault = form.querySelector("#fault"), state = { isOpen: false, made: null };
  const asked = () => Number(outcome.value);

  const open = made => {
    Object.assign(state, { isOpen: true, made });
    onChange();
  };

  form.addEventListener("submit", event => {
    event.preventDefault();
    const texts = numbers.map(number => number.value.trim()), values = texts.map(numberOf);
    const faults = texts.map(text => faultOf(text, measures[asked()])), wrong = faults.findIndex(text => text);
    fault.textContent = wrong < 0 ? orderFault(values) : faults[wrong];
    numbers.forEach((number, i) => number.setAttribute("aria-invalid", String(fault.textContent !== "" && (wrong < 0 || i === wrong))));
    if (fault.textContent) return numbers[Math.max(0, wrong)].focus();
    const [low, likely, high] = values.map(rewritten);
    open({ measure: asked(), values, text: `${likely} (${low} to ${high})`, why: why.value.trim() });
  });
  form.querySelector("#skip").addEventListener("click", () => open(null));
  outcome.addEventListener("change", () => onChange());

  const close = () => {
    Object.assign(state, { isOpen: false, made: null });
    [...numbers, why].forEach(field => { field.value = ""; });
    fault.textContent = "";
    numbers.forEach(number => number.removeAttribute("aria-invalid"));
    onChange();
    outcome.focus();
  };
  return { state, close, asked };
};

// The result at the settings of the prediction.
export const cameOut = (made, measure, stats) => stats.mean === null ? "No run has a value there." :
  `The mean of the runs there is ${meanText(measure, stats)}${unitOf(measure)}. ${judged(measure, stats, made.values)}`;

export const comparison = (made, measure, stats, madeFor) =>
  `You expected ${made.text}${unitOf(measure)} for \u201c${measure.title}\u201d at ${madeFor}. ${cameOut(made, measure, stats)}`;

export const anchor = (measure, stats, isReference) => isReference ?
  "This is a prediction of the reference itself. To predict a change, move a lever first." :
  `For comparison: at the reference settings ${stats.mean === null ? "no run has a value" :
    `the mean is ${written(stats.mean, measure.decimals)}${unitOf(measure)}`}.`;
