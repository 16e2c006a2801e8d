// A daily series: the median of the runs, the bands that hold half and nine tenths of them, and the reference's median.

import { letter, penFor, scaleTo } from "./drawing.js";

const QUANTILES = 5, LOW = 0, LOWER = 1, MEDIAN = 2, UPPER = 3, HIGH = 4;
const NO_BAND = 65535;

// Whole numbers in units of the last decimal shown; null where no run has a value.
export const bandsAt = (bands, series, nSeries, index, nDays, point) => {
  const from = (point * nSeries + index) * QUANTILES * nDays;
  return Array.from({ length: QUANTILES }, (_, q) => Array.from(
    bands.subarray(from + q * nDays, from + (q + 1) * nDays), whole => whole === NO_BAND ? null : whole + series.offset,
  ));
};

const joined = (x, y) => {
  let d = "", isDown = false;
  y.forEach((value, i) => {
    if (value === null) { isDown = false; return; }
    d += `${isDown ? "L" : "M"}${x[i].toFixed(1)} ${value.toFixed(1)}`;
    isDown = true;
  });
  return d;
};

const between = (x, low, high) => {
  const known = x.map((_, i) => i).filter(i => low[i] !== null);
  if (!known.length) return "";
  const there = known.map(i => `${x[i].toFixed(1)} ${low[i].toFixed(1)}`);
  const back = known.reverse().map(i => `${x[i].toFixed(1)} ${high[i].toFixed(1)}`);
  return `M${there.concat(back).join("L")}Z`;
};

export const curve = (svg, series, days) => {
  const pen = penFor(svg);
  const every = Math.max(1, Math.ceil(days[days.length - 1] / 4 / 10) * 10);
  return (here, reference, dayIndex) => {
    const u = letter(), width = svg.clientWidth, height = 13 * u, left = 4.2 * u, right = width - 1.2 * u, foot = height - 2.9 * u;
    svg.setAttribute("height", height);
    const across = day => left + day / (days[days.length - 1] || 1) * (right - left);
    const up = scaleTo(series.scale, foot, 0.7 * u);
    const x = days.map(across);
    const y = bands => bands.map(whole => whole === null ? null : up(whole / 10 ** series.decimals));
    series.scale.ticks.forEach((tick, i) => {
      pen(`grid-${i}`, "path", { class: "grid", d: `M${left} ${up(tick)}H${right}` });
      pen(`tick-${i}`, "text", { class: "number", x: left - 0.5 * u, y: up(tick) + 0.35 * u, "text-anchor": "end" }, series.scale.shown[i]);
    });
    for (let day = 0; day <= days[days.length - 1]; day += every) {
      pen(`day-${day}`, "text", { class: "number", x: across(day), y: foot + 1.2 * u, "text-anchor": "middle" }, String(day));
    }
    pen("days", "text", { class: "number", x: (left + right) / 2, y: foot + 2.5 * u, "text-anchor": "middle" }, "day");
    const [low, lower, median, upper, high] = [LOW, LOWER, MEDIAN, UPPER, HIGH].map(q => y(here[q]));
    pen("band-90", "path", { class: "shade-90", d: between(x, low, high) });
    pen("band-50", "path", { class: "shade-50", d: between(x, lower, upper) });
    pen("reference", "path", { class: "reference curve", d: joined(x, y(reference[MEDIAN])) });
    pen("median", "path", { class: "line", d: joined(x, median) });
    pen("now", "path", { class: "now", d: `M${x[dayIndex]} ${0.4 * u}V${foot}` });
  };
};
