// Tables and sentences: what the pictures show, in words and numbers.

import { node } from "./drawing.js";
import { between, written } from "./numbers.js";

export const unitOf = measure => measure.unit ? ` ${measure.unit}` : "";

export const meanText = (measure, stats) =>
  stats.mean === null ? "no run has a value" : `${written(stats.mean, measure.decimals)} (${between(stats.low, stats.high, measure.decimals)})`;

const middleText = (measure, stats, low, high) => stats.median === null ? "\u2013" : between(stats[low], stats[high], measure.decimals);

export const differenceText = (measure, stats) => stats.difference === null ? "no pair" :
  `${written(stats.difference, measure.decimals, true)} (${between(stats.difference_low, stats.difference_high, measure.decimals, true)})`;

// Whether the interval of the difference leaves zero out.
export const verdictOf = stats => {
  if (stats.difference === null) return "nothing to compare";
  if (stats.difference_low === null) return "no interval";
  return stats.told > 0 ? "higher" : stats.told < 0 ? "lower" : "cannot be told from none";
};

export const HEAD = [
  "Measure", "Mean (95 % interval)", "Median", "Middle 50 % of runs", "Middle 90 % of runs", "Reference: mean (95 % interval)",
  "Paired difference (95 % interval)", "Against the reference", "Pairs in which it is higher", "Runs with a value",
];

export const cellsOf = (measure, here, reference, isReference) => [
  measure.title + (measure.unit ? ` (${measure.unit})` : ""), meanText(measure, here), written(here.median, measure.decimals),
  middleText(measure, here, "q25", "q75"), middleText(measure, here, "q05", "q95"), meanText(measure, reference),
  ...(isReference ? ["\u2013", "is the reference", "\u2013"] :
    [differenceText(measure, here), verdictOf(here), `${written(here.share_higher, 0)} % of ${here.n_pairs}`]),
  String(here.n),
];

export const table = (caption, head, rows) => node("table", {},
  node("caption", {}, node("span", {}, caption)),
  node("thead", {}, node("tr", {}, ...head.map(text => node("th", { scope: "col" }, text)))),
  node("tbody", {}, ...rows.map(([first, ...others]) =>
    node("tr", {}, node("th", { scope: "row" }, first), ...others.map(text => node("td", {}, text))))));

export const sentence = (measure, here, reference, isReference) => {
  const middle = here.median === null ? "" :
    ` Median ${written(here.median, measure.decimals)}, middle 90 % of runs ${middleText(measure, here, "q05", "q95")}.`;
  const paired = isReference ? " This is the reference." :
    ` Reference ${meanText(measure, reference)}. Paired difference ${differenceText(measure, here)}, ${verdictOf(here)}.`;
  return `${measure.title}${unitOf(measure) && `,${unitOf(measure)}`}: mean ${meanText(measure, here)}.${middle}${paired}`;
};
