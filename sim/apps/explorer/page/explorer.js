// The page: when a slider moves, all figures and texts that depend on it are made again.

import { drawCurve, reading, seriesOf } from "./curves.js";
import { measureSizes, node } from "./drawing.js";
import { groundOf } from "./ground.js";
import { leverOf } from "./levers.js";
import { written } from "./numbers.js";
import { pointsOf } from "./points.js";
import { anchor, cameOut, comparison, predictionOf } from "./prediction.js";
import { drawDifference, drawStrip } from "./strips.js";
import { brief, cellsOf, differenceText, meanText, sentence, table, tablesOf, unitOf, verdictOf } from "./tables.js";

const find = selector => document.querySelector(selector);
const findAll = selector => [...document.querySelectorAll(selector)];
const read = id => JSON.parse(find(`#${id}`).textContent);

const data = read("data"), packed = read("packed"), { measures, levers, days } = data;
const points = pointsOf(data, packed);
const sliders = levers.map((lever, i) => leverOf(find(`#lever-${i}`), find(`#marks-${i}`), lever, () => showAll()));
const daySlider = find("#day"), still = find("#still"), tableOfDays = find("#days-table");
const series = days.series?.length ? seriesOf(days, packed) : null;
const ground = days.map ? groundOf(days.map, days.days.length, packed, find("#map"), still) : null;
const prediction = predictionOf(find("#predict"), measures, () => showAll());
const referenceStops = sliders.map(slider => slider.stop());

let shown = data.reference;

const withUnit = (lever, text) => lever.unit ? `${text} ${lever.unit}` : text;
const settingsOf = point => points.leverTexts(point).map((text, i) => `${levers[i].meaning}: ${withUnit(levers[i], text)}`);
const isReference = () => shown === data.reference;
const put = (selector, text) => { find(selector).textContent = text; };

const showSliders = () => {
  sliders.forEach((slider, i) => {
    const text = withUnit(levers[i], levers[i].stops[slider.stop()]);
    find(`#lever-${i}`).setAttribute("aria-valuetext", text);
    put(`#value-${i}`, text);
  });
  shown = points.pointAt(sliders.map(slider => slider.stop()));
  find("#no-runs").hidden = points.hasRuns(shown);
  put("#is-reference", isReference() ? "This is the reference." : "");
};

const inHowMany = ({ n }) => 0 < n && n < data.n_replications ? `, of the ${n} runs with a value` : "";

const showMeasures = () => {
  const { made } = prediction.state;
  const rows = measures.map((measure, i) => {
    const [here, reference] = [shown, data.reference].map(point => ({
      stats: points.statsOf(i, point), dots: points.dotsOf(i, point),
    }));
    const words = sentence(measure, here.stats, reference.stats, isReference());
    const predicted = made && made.measure === i ? made.values : null;
    drawStrip(find(`#strip-${i}`), measure, here, reference, predicted, words);
    const paired = isReference() ? "is the reference" : `${differenceText(measure, here.stats)}: ${verdictOf(here.stats)}`;
    drawDifference(find(`#difference-${i}`), measure, here.stats, isReference(), `${measure.title}, mean paired difference: ${paired}.`);
    put(`#mean-${i}`, meanText(measure, here.stats) + inHowMany(here.stats));
    put(`#reference-${i}`, meanText(measure, reference.stats) + inHowMany(reference.stats));
    put(`#paired-${i}`, paired);
    return cellsOf(measure, here.stats, reference.stats, isReference());
  });
  find("#outcomes").replaceChildren(...tablesOf(rows));
};

// Screen readers say one sentence: that of the outcome in the prediction.
const showSaid = () => {
  const i = prediction.asked();
  put("#said", brief(measures[i], points.statsOf(i, shown), isReference()));
};

const showPrediction = () => {
  const { isOpen, made } = prediction.state, asked = prediction.asked();
  find("#predict").hidden = isOpen;
  find("#verdict").hidden = !isOpen;
  put("#anchor", anchor(measures[asked], points.statsOf(asked, data.reference), isReference()));
  put("#number-unit", measures[asked].unit || "a number");
  if (!isOpen) return;
  if (made && made.point === undefined) made.point = shown;
  put("#verdict-text", made ?
    comparison(made, measures[made.measure], points.statsOf(made.measure, made.point), settingsOf(made.point).join("; ")) :
    "You skipped the prediction.");
  put("#verdict-why", made?.why ? `Your reason: ${made.why}` : "");
};

const dayText = at => `Day ${days.days[at]}, ${days.dates[at]}`;

const showMap = at => {
  const now = ground.control(shown, at), { areas, places } = ground.described(now);
  ground.draw(now);
  const areaRows = days.map.classes.map((kind, i) => [`held by the attacker ${kind}`, `${written(Math.round(areas[i]), 0)} km\u00b2`]);
  const words = areaRows.map(row => row.join(": ")).join("; ");
  find("#map").setAttribute("aria-label", `Stylised map, ${dayText(at)}. Of the ground held by the defender at the start: ${words}.`);
  find("#map-areas").replaceChildren(table("Ground held by the defender at the start", ["Now", "Area"], areaRows));
  find("#map-places").replaceChildren(table("Centres of places", ["Place", "Held by the attacker"], places));
};

const curveText = (about, i, at) => {
  const here = reading(about, series[i], shown, at);
  const reference = reading(about, series[i], data.reference, at);
  const unit = about.unit ? ` ${about.unit}` : "";
  return `${dayText(at)}: median ${here.median}${unit}, middle 50 % ${here.half}, middle 90 % ${here.most}; median of the reference ${reference.median}${unit}`;
};

const showCurves = at => days.series.forEach((about, i) => {
  const text = curveText(about, i, at);
  put(`#reading-${i}`, text);
  drawCurve(find(`#curve-${i}`), about, days.days, series[i], shown, data.reference, at, `${about.title}. ${text}.`);
});

const MOST_ROWS = 14;

const showDaysTable = () => {
  if (!series || !tableOfDays.open) return;
  const i = Number(find("#which-series").value), about = days.series[i], n = days.days.length;
  const step = Math.ceil((n - 1) / (MOST_ROWS - 1)) || 1;
  const rowDays = days.days.map((_, at) => at).filter(at => at % step === 0 || at === n - 1);
  const rows = rowDays.map(at => {
    const here = reading(about, series[i], shown, at);
    const other = reading(about, series[i], data.reference, at);
    return [String(days.days[at]), here.median, here.half, here.most, other.median];
  });
  const head = ["Day", "Median", "Middle 50 % of runs", "Middle 90 % of runs", "Reference: median"];
  const title = about.title + (about.unit ? ` (${about.unit})` : "");
  find("#days-rows").replaceChildren(table(title, head, rows));
};

const showDay = () => {
  if (!daySlider) return;
  const at = Number(daySlider.value);
  daySlider.setAttribute("aria-valuetext", dayText(at));
  put("#day-value", dayText(at));
  if (ground && still.complete) showMap(at);
  if (series) showCurves(at);
};

const showHandout = () => {
  const { isOpen, made } = prediction.state;
  find("#handout-settings").replaceChildren(...settingsOf(shown).map(text => node("li", {}, text)));
  const where = made && made.point !== shown ? `, expected at other settings (${settingsOf(made.point).join("; ")})` : "";
  put("#handout-prediction", made ? `${measures[made.measure].title}: ${made.text}${unitOf(measures[made.measure])}${where}` : "");
  put("#handout-came", made ? cameOut(made, measures[made.measure], points.statsOf(made.measure, made.point)) : "");
  put("#handout-why", made?.why ?? "");
  find("#handout-lines").hidden = Boolean(made);
  const head = ["Measure", "Mean (95 % interval)", "Reference", "Mean paired difference (95 % interval)"];
  const rows = measures.map((measure, i) => {
    const name = measure.title + (measure.unit ? ` (${measure.unit})` : "");
    if (!isOpen) return [name, "", "", ""];
    const [here, reference] = [shown, data.reference].map(point => points.statsOf(i, point));
    return [name, meanText(measure, here), meanText(measure, reference), isReference() ? "is the reference" : differenceText(measure, here)];
  });
  find("#handout-table").replaceChildren(table(isOpen ? "Results" : "Results: fill in", head, rows));
};

const showResults = () => {
  const { isOpen } = prediction.state;
  const isNew = isOpen === find("#results").hidden;
  findAll("[data-revealed]").forEach(part => { part.hidden = !isOpen; });
  findAll("[data-awaited]").forEach(part => { part.hidden = isOpen; });
  if (!isOpen) return;
  find("#days-shown").hidden = !points.hasRuns(shown);
  if (isNew) measureSizes();
  showMeasures();
  showSaid();
  showDay();
  showDaysTable();
};

const showAll = () => {
  showSliders();
  showPrediction();
  showResults();
  showHandout();
};

find("#to-reference").addEventListener("click", () => {
  sliders.forEach((slider, i) => slider.set(referenceStops[i]));
  showAll();
});
find("#predict").addEventListener("submit", () => { if (prediction.state.isOpen) find("#results-title").focus(); });
find("#skip").addEventListener("click", () => find("#results-title").focus());
find("#again").addEventListener("click", prediction.close);
find("#print").addEventListener("click", () => window.print());
daySlider?.addEventListener("input", showDay);
tableOfDays?.addEventListener("toggle", showDaysTable);
find("#which-series")?.addEventListener("change", showDaysTable);
window.addEventListener("resize", () => {
  measureSizes();
  sliders.forEach(slider => slider.place());
  showResults();
});
still?.decode().then(showResults);
measureSizes();
sliders.forEach(slider => slider.place());
showAll();
