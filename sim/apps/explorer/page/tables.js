// Tables and sentences: what the figures show, in words and numbers.

import { node } from "./drawing.js";
import { between, written } from "./numbers.js";

export const unitOf = measure => measure.unit ? ` ${measure.unit}` : "";

export const meanText = (measure, stats) =>
  stats.mean === null ? "no run has a value" : `${written(stats.mean, measure.decimals)} (${between(stats.low, stats.high, measure.decimals)})`;

const middleText = (measure, stats, low, high) => stats.median === null ? "\u2013" : between(stats[low], stats[high], measure.decimals);

// The difference of two shares is in percentage points, not in %.
export const differenceText = (measure, stats) => stats.difference === null ? "no pair" :
  `${written(stats.difference, measure.decimals, true)}${measure.is_share ? " percentage points" : ""} (${between(stats.difference_low, stats.difference_high, measure.decimals, true)})`;

// Rounded shares of higher and lower can add up to 101.
const pairsText = ({ share_higher, share_lower, n_pairs }) =>
  `${[share_higher, Math.max(0, 100 - share_higher - share_lower), share_lower].map(share => written(share, 0)).join(" / ")} % of ${n_pairs}`;

// On which side of zero the interval of the difference lies, if on one.
export const verdictOf = stats => {
  if (stats.difference === null) return "nothing to compare";
  if (stats.difference_low === null) return "no interval";
  return stats.direction > 0 ? "higher" : stats.direction < 0 ? "lower" : "no clear difference";
};

const MEANS = ["Outcome", "Mean (95 % interval)", "Mean paired difference (95 % interval)", "Interpretation", "Reference: mean (95 % interval)"];
const RUNS = ["Outcome", "Median", "Middle 50 % of runs", "Middle 90 % of runs", "Pairs in which it is higher / equal / lower", "Runs with a value"];

export const cellsOf = (measure, here, reference, isReference) => [
  measure.title + (measure.unit ? ` (${measure.unit})` : ""), meanText(measure, here),
  ...(isReference ? ["\u2013", "is the reference"] : [differenceText(measure, here), verdictOf(here)]),
  meanText(measure, reference), written(here.median, measure.decimals),
  middleText(measure, here, "q25", "q75"), middleText(measure, here, "q05", "q95"),
  isReference || !here.n_pairs ? "\u2013" : pairsText(here), String(here.n),
];

// A cell carries its heading: on a narrow screen each row becomes a list.
export const table = (caption, head, rows) => node("table", { class: "stacks" },
  node("caption", {}, node("span", {}, caption)),
  node("thead", {}, node("tr", {}, ...head.map(text => node("th", { scope: "col" }, text)))),
  node("tbody", {}, ...rows.map(([first, ...others]) =>
    node("tr", {}, node("th", { scope: "row" }, first), ...others.map((text, i) => node("td", { "data-head": head[i + 1] }, text))))));

// Two tables rather than a wide one, which no screen of a class shows whole.
export const tablesOf = rows => [
  table("These settings and the reference", MEANS, rows.map(row => row.slice(0, MEANS.length))),
  table("Single runs at these settings", RUNS, rows.map(row => [row[0], ...row.slice(MEANS.length)])),
];

const found = (measure, stats) => stats.mean === null ? "no run has a value" : `mean ${meanText(measure, stats)}`;

const named = measure => `${measure.title}${unitOf(measure) && `,${unitOf(measure)}`}`;

const paired = (measure, here, isReference) => isReference ? "This is the reference." :
  `Mean paired difference ${differenceText(measure, here)}: ${verdictOf(here)}.`;

export const brief = (measure, here, isReference) =>
  `${named(measure)}: ${found(measure, here)}. ${paired(measure, here, isReference)}`;

export const sentence = (measure, here, reference, isReference) => {
  const middle = here.median === null ? "" :
    ` Median ${written(here.median, measure.decimals)}, middle 90 % of runs ${middleText(measure, here, "q05", "q95")}.`;
  const other = isReference ? "" : ` Reference ${meanText(measure, reference)}.`;
  return `${named(measure)}: ${found(measure, here)}.${middle}${other} ${paired(measure, here, isReference)}`;
};
