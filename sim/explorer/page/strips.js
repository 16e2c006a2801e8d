// One outcome along its scale: a dot a run, the bands of the runs, the mean with its interval; below, the difference.

import { box, diamond, letter, penFor, scaleTo } from "./drawing.js";

const GOLDEN = 0.618034;
const NO_DOT = 255, STEPS = 254;

const drawAxis = (pen, scale, at, y, u) => {
  scale.ticks.forEach((tick, i) => {
    const x = at(tick);
    pen(`tick-${i}`, "path", { class: "tick", d: `M${x} ${y}v${0.35 * u}` });
    const anchor = i === 0 ? "start" : i === scale.ticks.length - 1 ? "end" : "middle";
    pen(`number-${i}`, "text", { class: "number", x, y: y + 1.35 * u, "text-anchor": anchor }, scale.shown[i]);
  });
  pen("axis", "path", { class: "axis", d: `M${at(scale.low)} ${y}H${at(scale.high)}` });
};

const dotsPath = (dots, from, to, top, height) => {
  let d = "";
  dots.forEach((dot, run) => {
    if (dot === NO_DOT) return;
    const x = from + dot / STEPS * (to - from);
    d += `M${x.toFixed(1)} ${(top + (run * GOLDEN) % 1 * height).toFixed(1)}h0`;
  });
  return d;
};

const whisker = (low, high, y, h) => Number.isNaN(low) ? "" : `M${low} ${y - h}v${2 * h}M${low} ${y}H${high}M${high} ${y - h}v${2 * h}`;

const upright = (x, top, bottom) => Number.isNaN(x) ? "" : `M${x} ${top}V${bottom}`;

export const runsStrip = (svg, measure) => {
  const pen = penFor(svg);
  return (here, dots, reference, prediction) => {
    const u = letter(), width = svg.clientWidth, height = 7.2 * u, edge = 0.6 * u, foot = 5.5 * u;
    const at = scaleTo(measure.scale, edge, width - edge);
    svg.setAttribute("height", height);
    const x = Object.fromEntries(Object.entries(here).map(([stat, value]) => [stat, at(value)]));
    if (measure.is_share) {
      pen("all", "path", { class: "all", d: box(at(0), 1 * u, at(100), 3.2 * u) });
      pen("part", "path", { class: "part", d: Number.isNaN(here.mean) ? "" : box(at(0), 1 * u, x.mean, 3.2 * u) });
    } else {
      pen("dots", "path", { class: "dots", "stroke-width": 0.5 * u, d: dotsPath(dots, at(measure.scale.low), at(measure.scale.high), 0.5 * u, 1.7 * u) });
      pen("band-90", "path", { class: "band-90", d: Number.isNaN(x.q05) ? "" : box(x.q05, 2.95 * u, x.q95, 3.25 * u) });
      pen("band-50", "path", { class: "band-50", d: Number.isNaN(x.q25) ? "" : box(x.q25, 2.65 * u, x.q75, 3.55 * u) });
      pen("median", "path", { class: "median", d: upright(x.median, 2.4 * u, 3.8 * u) });
    }
    const meanAt = 4.5 * u;
    pen("interval", "path", { class: "interval", d: whisker(x.low, x.high, meanAt, 0.35 * u) });
    pen("mean", "path", { class: "mean", d: Number.isNaN(x.mean) ? "" : diamond(x.mean, meanAt, 0.4 * u) });
    pen("reference", "path", { class: "reference", d: upright(at(reference), 0.2 * u, foot) });
    pen("prediction", "path", { class: "prediction", d: upright(at(Math.min(Math.max(prediction, measure.scale.low), measure.scale.high)), 0.2 * u, foot) });
    drawAxis(pen, measure.scale, at, foot, u);
  };
};

export const differenceStrip = (svg, measure) => {
  const pen = penFor(svg);
  return ({ difference, difference_low: low, difference_high: high }) => {
    const u = letter(), width = svg.clientWidth, edge = 0.6 * u, foot = 1.9 * u;
    const at = scaleTo(measure.difference_scale, edge, width - edge);
    svg.setAttribute("height", 3.6 * u);
    pen("zero", "path", { class: "reference", d: upright(at(0), 0.1 * u, foot) });
    pen("interval", "path", { class: "interval", d: whisker(at(low), at(high), 1 * u, 0.35 * u) });
    pen("mean", "path", { class: "mean", d: Number.isNaN(difference) ? "" : diamond(at(difference), 1 * u, 0.4 * u) });
    drawAxis(pen, measure.difference_scale, at, foot, u);
  };
};
