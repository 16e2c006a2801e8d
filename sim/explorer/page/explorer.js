// The page: sliders choose a point of the design, and everything that is shown follows from the point and the day.

import { bandsAt, curve } from "./curves.js";
import { mapOn } from "./ground.js";
import { MISSING, show, valueOf, withUnit } from "./numbers.js";
import { nearestPoint, valueAt } from "./points.js";
import { judge, predictionForm } from "./prediction.js";
import { differenceStrip, runsStrip } from "./strips.js";
import { unpack, unpackText } from "./unpack.js";

const page = JSON.parse(document.getElementById("data").textContent);
const find = id => document.getElementById(id);
const stats = unpack("stats", Int32Array), dots = unpack("dots", Uint8Array), hasRuns = unpack("has_runs", Uint8Array);
const bands = unpack("bands", Uint16Array), days = page.days.days || [], series = page.days.series || [];
const nDots = dots.length / (page.measures.length * page.n_points);
const SPOKEN_AFTER_MS = 500;
const MEDIAN = 2;

const levers = page.levers.map((lever, i) => ({
  ...lever,
  places: unpackText(lever.places, Float32Array),
  ofPoints: unpackText(lever.of_points, Float32Array),
  shownOfPoints: lever.shown_of_points,
  slider: find(`lever-${i}`),
  value: find(`lever-value-${i}`),
}));
const first = levers.map(lever => Number(lever.slider.value));
const state = { point: page.reference, isExact: true, day: days.length - 1, prediction: null, isRevealed: false };

// Whole numbers in units of the last decimal shown, as the page's data have them.
const wholeAt = (outcome, stat, point) => stats[(outcome * page.stats.length + page.stats.indexOf(stat)) * page.n_points + point];
const counted = new Set(["n", "n_pairs", "share_higher"]);
const valuesAt = (outcome, point) => Object.fromEntries(page.stats.map(stat => [
  stat, valueOf(wholeAt(outcome, stat, point), counted.has(stat) ? 0 : page.measures[outcome].decimals),
]));

const told = (outcome, stat, hasSign = false) =>
  show(wholeAt(outcome, stat, state.point), counted.has(stat) ? 0 : page.measures[outcome].decimals, hasSign);
const span = (outcome, low, high, hasSign = false) => {
  const isThere = wholeAt(outcome, low, state.point) !== MISSING;
  return isThere ? `${told(outcome, low, hasSign)} to ${told(outcome, high, hasSign)}` : "no interval";
};

const runsInWords = outcome => {
  const measure = page.measures[outcome], n = told(outcome, "n");
  if (n === "0") return "No run has a value here.";
  if (measure.is_share) {
    return `${withUnit(told(outcome, "mean"), measure.unit)} (95 % interval ${span(outcome, "low", "high")}), of ${n} runs.`;
  }
  return `Median ${withUnit(told(outcome, "median"), measure.unit)}; half of the runs ${span(outcome, "q25", "q75")}, ` +
    `90 % of them ${span(outcome, "q05", "q95")}. Mean ${told(outcome, "mean")} (95 % interval ${span(outcome, "low", "high")}).` +
    (Number(n) < page.n_replications ? ` Only ${n} of ${page.n_replications} runs have a value.` : "");
};

const differenceInWords = outcome => {
  if (state.point === page.reference) return "This is the reference.";
  if (told(outcome, "n_pairs") === "0") return "No pair of runs has both values.";
  const low = wholeAt(outcome, "difference_low", state.point), high = wholeAt(outcome, "difference_high", state.point);
  const isTold = low !== MISSING && (low > 0 || high < 0);
  return `${withUnit(told(outcome, "difference", true), page.measures[outcome].unit)} against the reference ` +
    `(95 % interval ${span(outcome, "difference_low", "difference_high", true)}); higher in ` +
    `${told(outcome, "share_higher")} % of ${told(outcome, "n_pairs")} pairs.` +
    (isTold ? "" : " These runs do not tell it from no difference.");
};

const settingsOf = point => levers.map(lever => `${lever.meaning}: ${withUnit(valueAt(lever, point), lever.unit)}`).join("; ");

const outcomes = page.measures.map((measure, i) => ({
  drawRuns: runsStrip(find(`runs-${i}`), measure),
  drawDifference: differenceStrip(find(`difference-${i}`), measure),
  cells: [...find(`row-${i}`).querySelectorAll("td")],
}));

const showOutcome = ({ drawRuns, drawDifference, cells }, i) => {
  const measure = page.measures[i], here = valuesAt(i, state.point), from = (i * page.n_points + state.point) * nDots;
  const reference = valuesAt(i, page.reference)[measure.is_share ? "mean" : "median"];
  const predicted = state.prediction && state.prediction.outcome === i ? state.prediction.number : NaN;
  drawRuns(here, dots.subarray(from, from + nDots), reference, predicted);
  drawDifference(here);
  const runs = runsInWords(i), difference = differenceInWords(i);
  find(`runs-said-${i}`).textContent = runs;
  find(`difference-said-${i}`).textContent = difference;
  find(`runs-${i}`).setAttribute("aria-label", `${measure.title}, ${measure.unit}: ${runs}`);
  find(`difference-${i}`).setAttribute("aria-label", `Paired difference of ${measure.title}: ${difference}`);
  [
    told(i, "median"), span(i, "q25", "q75"), span(i, "q05", "q95"), told(i, "mean"), span(i, "low", "high"), told(i, "n"),
    told(i, "difference", true), span(i, "difference_low", "difference_high", true), told(i, "share_higher"), told(i, "n_pairs"),
  ].forEach((text, column) => { cells[column].textContent = text; });
};

const curves = series.map((one, i) => curve(find(`series-${i}`), one, days));
const seriesCells = series.map((_, i) => [...find(`series-row-${i}`).querySelectorAll("td")]);
const showSeries = (one, i) => {
  const here = bandsAt(bands, one, series.length, i, days.length, state.point);
  const reference = bandsAt(bands, one, series.length, i, days.length, page.reference);
  curves[i](here, reference, state.day);
  const at = (of, q) => of[q][state.day] === null ? "\u2013" : show(of[q][state.day], one.decimals);
  const texts = [at(here, MEDIAN), `${at(here, 1)} to ${at(here, 3)}`, `${at(here, 0)} to ${at(here, 4)}`, at(reference, MEDIAN)];
  texts.forEach((text, column) => { seriesCells[i][column].textContent = text; });
  find(`series-${i}`).setAttribute("aria-label",
    `${one.title}: on day ${days[state.day]} median ${withUnit(texts[0], one.unit)}, middle half of the runs ${texts[1]}, middle 90 % ${texts[2]}, reference ${texts[3]}.`);
};

const drawMap = page.days.map && mapOn(find("map"), find("still"), page.days.map, days.length,
  unpack("held_starts", Uint32Array), unpack("held", Uint8Array));
const showMap = () => {
  const counts = drawMap(state.point, state.day), km2 = page.days.map.grid.cell_km ** 2;
  counts.forEach((count, i) => {
    if (i > 0) find(`class-${i}`).textContent = show(Math.round(count * km2 * 100), 2).replace(/\.?0+$/, "");
  });
  const words = counts.map((_, i) => i > 0 ? `${page.days.map.classes[i]}: ${find(`class-${i}`).textContent} km\u00b2` : "").slice(1).join("; ");
  find("map").setAttribute("aria-label",
    `Stylised map on day ${days[state.day]}. Of the ground that the defender holds at the start, the attacker holds, by share of runs, ${words}.`);
};

const showDay = () => {
  if (!days.length) return;
  const words = `Day ${days[state.day]} \u00b7 ${page.days.dates[state.day]}`;
  find("day-value").textContent = words;
  find("day").setAttribute("aria-valuetext", words);
  find("day-of-series").textContent = String(days[state.day]);
  series.forEach(showSeries);
  if (drawMap) showMap();
};

const tellPlayed = () => {
  const words = state.isExact
    ? (state.point === page.reference ? "These settings are the reference." : "These settings were played.")
    : `These settings were not played. Shown is the nearest point that was: ${settingsOf(state.point)}.`;
  if (find("played").textContent !== words) find("played").textContent = words;
  find("played").classList.toggle("warning", !state.isExact);
};

let speaking = 0;
const speak = () => {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const i = state.prediction ? state.prediction.outcome : 0, measure = page.measures[i];
    find("status").textContent = state.isRevealed ? `${measure.title}: ${runsInWords(i)} ${differenceInWords(i)}` : "";
  }, SPOKEN_AFTER_MS);
};

const showAll = () => {
  const stops = levers.map(lever => Number(lever.slider.value));
  Object.assign(state, nearestPoint(levers, stops, hasRuns));
  levers.forEach((lever, i) => {
    const words = withUnit(lever.stops[stops[i]], lever.unit);
    lever.value.textContent = words;
    lever.slider.setAttribute("aria-valuetext", words);
  });
  tellPlayed();
  document.querySelectorAll("[data-settings]").forEach(cell => {
    const lever = levers[Number(cell.dataset.settings)];
    cell.textContent = withUnit(valueAt(lever, state.point), lever.unit);
  });
  if (state.isRevealed) {
    outcomes.forEach(showOutcome);
    showDay();
  }
  speak();
};

const keepPrediction = ({ outcome, number, text }) => {
  const measure = page.measures[outcome], here = valuesAt(outcome, state.point);
  const came = told(outcome, measure.is_share ? "mean" : "median"), words = judge(number, here, measure);
  find("verdict").textContent = `You predicted ${withUnit(text, measure.unit)} for \u201c${measure.title}\u201d. ` +
    `${runsInWords(outcome)} ${words} The prediction was made for: ${settingsOf(state.point)}.`;
  const row = find("predictions").tBodies[0].insertRow();
  [settingsOf(state.point), measure.title, withUnit(text, measure.unit), withUnit(came, measure.unit), words].forEach(cell => {
    row.insertCell().textContent = cell;
  });
  find("kept-predictions").hidden = false;
};

predictionForm(find("prediction-form"), page.measures, {
  onReveal: prediction => {
    Object.assign(state, { prediction, isRevealed: true });
    find("results").hidden = false;
    document.body.classList.add("is-revealed");
    if (prediction) keepPrediction(prediction);
    find("verdict").hidden = !prediction;
    showAll();
    find("results-title").focus();
  },
  onHide: () => {
    Object.assign(state, { prediction: null, isRevealed: false });
    find("results").hidden = true;
    document.body.classList.remove("is-revealed");
  },
});

levers.forEach(lever => lever.slider.addEventListener("input", showAll));
find("to-reference").addEventListener("click", () => {
  levers.forEach((lever, i) => { lever.slider.value = first[i]; });
  showAll();
});
if (days.length) {
  find("day").addEventListener("input", () => {
    state.day = Number(find("day").value);
    showDay();
  });
}
find("print").addEventListener("click", () => window.print());
let shownWidth = window.innerWidth;
window.addEventListener("resize", () => {
  // A phone's address bar changes the height alone, at every scroll.
  if (window.innerWidth === shownWidth) return;
  shownWidth = window.innerWidth;
  showAll();
});
(drawMap ? find("still").decode() : Promise.resolve()).then(showAll);
