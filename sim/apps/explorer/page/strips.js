// An outcome as a strip: one dot per run, the middle 50 % and 90 % of the runs, and the mean with its interval.

import { footScale, picture, shape, widthOf } from "./drawing.js";
import { valueOf } from "./numbers.js";

const EDGE = 10, ROW = 92, NAME = 20, DOT = 7, STACK = 38, FOOT = 28, DIFFERENCE = 62;

// Places on a scale, which exists only where some run has a value.
const placesOn = (scale, left, right) => value =>
  left + (Math.min(scale.high, Math.max(scale.low, value)) - scale.low) / (scale.high - scale.low) * (right - left);

const missing = (left, y, text) => shape("text", { x: left, y, class: "missing" }, text);

// Dots of one bin are stacked, closer where there are many.
const stacked = (dots, left, width, base) => {
  const bins = new Map();
  for (const place of dots) {
    const bin = Math.round(place * width / DOT);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  let path = "";
  for (const [bin, n] of bins) {
    const rise = Math.min(DOT, (STACK - DOT) / Math.max(1, n - 1));
    const x = left + Math.min(width, bin * DOT);
    for (let i = 0; i < n; i++) path += `M${x} ${(base - DOT / 2 - i * rise).toFixed(1)}h0`;
  }
  return path;
};

const mean = (stats, prefix, decimals, xOf, y) => {
  const at = name => xOf(valueOf(stats[name], decimals));
  const x = at(prefix.mean), shapes = [];
  if (stats[prefix.low] !== null) {
    const [low, high] = [at(prefix.low), at(prefix.high)];
    shapes.push(shape("path", { d: `M${low} ${y}H${high}M${low} ${y - 5}v10M${high} ${y - 5}v10`, class: "interval" }));
  }
  return [...shapes, shape("path", { d: `M${x} ${y - 7}l7 7l-7 7l-7 -7z`, class: "mean" })];
};

const row = (measure, stats, dots, xOf, left, width, top, name) => {
  const at = key => xOf(valueOf(stats[key], measure.decimals));
  const base = top + 22 + STACK, shapes = [shape("text", { x: left, y: top + 14, class: "name" }, name)];
  if (stats.mean === null) return [...shapes, missing(left, base, "no run has a value")];
  if (measure.is_share) {
    shapes.push(shape("rect", { x: left, y: base - 16, width: Math.max(0, at("mean") - left), height: 16, class: "half" }));
  } else {
    const bar = (low, high, kind) =>
      shape("rect", { x: at(low), y: base + 3, width: Math.max(1, at(high) - at(low)), height: 9, class: kind });
    shapes.push(
      shape("path", { d: stacked(dots, left, width, base), class: "dots" }),
      bar("q05", "q95", "most"), bar("q25", "q75", "half"),
      shape("line", { x1: at("median"), x2: at("median"), y1: base + 1, y2: base + 14, class: "median" }),
    );
  }
  return [...shapes, ...mean(stats, { mean: "mean", low: "low", high: "high" }, measure.decimals, xOf, base + 21)];
};

// A dashed line through both rows that does not cross their names, and the range of the prediction at its foot.
const prediction = (places, [, likely], { low, high }, foot, isRight) => {
  const [from, x, to] = places;
  return [
    shape("path", { d: `M${x} ${NAME}V${ROW}M${x} ${ROW + NAME}V${foot}`, class: "predicted" }),
    shape("path", { d: `M${from} ${foot - 3}H${to}`, class: "range" }),
    shape("text", { x: isRight ? x - 5 : x + 5, y: foot - 9, "text-anchor": isRight ? "end" : "start", class: "name" },
      likely < low ? "\u25c0 your prediction" : likely > high ? "your prediction \u25b6" : "your prediction"),
  ];
};

export const drawStrip = (svg, measure, here, reference, predicted, alt) => {
  const width = widthOf(svg), left = EDGE, right = width - EDGE, { scale } = measure;
  const xOf = scale && placesOn(scale, left, right), isMarked = scale !== null && predicted !== null;
  const shapes = [[here, "These settings", "here"], [reference, "Reference", "reference"]].map(([one, name, kind], i) => {
    const group = shape("g", { class: kind });
    group.append(...row(measure, one.stats, one.dots, xOf, left, right - left, i * ROW, name));
    return group;
  });
  const foot = 2 * ROW + (isMarked ? 26 : 4);
  if (scale) shapes.push(...footScale(scale, xOf, foot, left, right));
  if (isMarked) shapes.push(...prediction(predicted.map(xOf), predicted, scale, foot, xOf(predicted[1]) > width / 2));
  picture(svg, width, foot + (scale ? FOOT : 0), alt, shapes);
};

export const drawDifference = (svg, measure, stats, isReference, alt) => {
  const width = widthOf(svg), left = EDGE, right = width - EDGE, scale = measure.difference_scale;
  const xOf = scale && placesOn(scale, left, right), isMissing = stats.difference === null;
  const shapes = [shape("text", { x: left, y: 14, class: "name" }, "Difference from the reference")];
  if (isMissing) shapes.push(missing(left, 40, "no pair"));
  else shapes.push(shape("line", { x1: xOf(0), x2: xOf(0), y1: 20, y2: DIFFERENCE, class: "zero" }));
  if (!isMissing && !isReference) {
    const group = shape("g", { class: "here" });
    group.append(...mean(stats, { mean: "difference", low: "difference_low", high: "difference_high" }, measure.decimals, xOf, 36));
    shapes.push(group);
  }
  if (scale) shapes.push(...footScale(scale, xOf, DIFFERENCE, left, right));
  picture(svg, width, DIFFERENCE + (scale ? FOOT : 0), alt, shapes);
};
