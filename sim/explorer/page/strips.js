// An outcome as a strip: a dot a run, the middle half and nine tenths of the runs, the mean with its interval.

import { footScale, picture, shape, widthOf } from "./drawing.js";
import { valueOf } from "./numbers.js";

const EDGE = 10, ROW = 92, DOT = 7, STACK = 38, FOOT = 28, DIFFERENCE = 62;

// Dots of one bin stand on one another, closer where there are many.
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
  if (stats[prefix.mean] === null) return [];
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
  if (measure.is_share) {
    if (stats.mean !== null) {
      shapes.push(shape("rect", { x: left, y: base - 16, width: Math.max(0, at("mean") - left), height: 16, class: "half" }));
    }
  } else if (stats.median !== null) {
    const bar = (low, high, kind) =>
      shape("rect", { x: at(low), y: base + 3, width: Math.max(1, at(high) - at(low)), height: 9, class: kind });
    shapes.push(
      shape("path", { d: stacked(dots, left, width, base), class: "dots" }),
      bar("q05", "q95", "most"), bar("q25", "q75", "half"),
      shape("line", { x1: at("median"), x2: at("median"), y1: base + 1, y2: base + 14, class: "median" }),
    );
  }
  shapes.push(...mean(stats, { mean: "mean", low: "low", high: "high" }, measure.decimals, xOf, base + 21));
  const group = shape("g", {});
  group.append(...shapes);
  return group;
};

export const drawStrip = (svg, measure, here, reference, predicted, alt) => {
  const width = widthOf(svg), left = EDGE, right = width - EDGE;
  const { low, high } = measure.scale;
  const xOf = value => left + (Math.min(high, Math.max(low, value)) - low) / (high - low) * (right - left);
  const rows = [[here, "These settings", "here"], [reference, "Reference", "reference"]].map(([one, name, kind], i) => {
    const group = row(measure, one.stats, one.dots, xOf, left, right - left, i * ROW, name);
    group.setAttribute("class", kind);
    return group;
  });
  const foot = 2 * ROW + (predicted === null ? 4 : 22);
  const shapes = [...rows, ...footScale(measure.scale, xOf, foot, left, right)];
  if (predicted !== null) {
    const x = xOf(predicted), isRight = x > width / 2;
    shapes.push(
      shape("line", { x1: x, x2: x, y1: 4, y2: foot, class: "predicted" }),
      shape("text", { x: isRight ? x - 5 : x + 5, y: foot - 6, "text-anchor": isRight ? "end" : "start", class: "name" },
        predicted < low ? "\u25c0 your prediction" : predicted > high ? "your prediction \u25b6" : "your prediction"),
    );
  }
  picture(svg, width, foot + FOOT, alt, shapes);
};

export const drawDifference = (svg, measure, stats, isReference, alt) => {
  const width = widthOf(svg), left = EDGE, right = width - EDGE;
  const { low, high } = measure.difference_scale;
  const xOf = value => left + (Math.min(high, Math.max(low, value)) - low) / (high - low) * (right - left);
  const group = shape("g", { class: "here" });
  const names = { mean: "difference", low: "difference_low", high: "difference_high" };
  if (!isReference) group.append(...mean(stats, names, measure.decimals, xOf, 36));
  picture(svg, width, DIFFERENCE + FOOT, alt, [
    shape("text", { x: left, y: 14, class: "name" }, "Difference from the reference"),
    shape("line", { x1: xOf(0), x2: xOf(0), y1: 20, y2: DIFFERENCE, class: "zero" }),
    group, ...footScale(measure.difference_scale, xOf, DIFFERENCE, left, right),
  ]);
};
