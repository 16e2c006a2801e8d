// A daily series: median and bands of the runs at these settings, the reference's median, and the day of the slider.

import { picture, shape, widthOf } from "./drawing.js";
import { written } from "./numbers.js";
import { smallsOf } from "./unpack.js";

const MISSING = 65535, BANDS = 5, LEFT = 58, RIGHT = 12, TOP = 10, HEIGHT = 190, FOOT = 40;
const [Q05, Q25, MEDIAN, Q75, Q95] = [0, 1, 2, 3, 4];

export const seriesOf = (days, packed) => {
  const numbers = smallsOf(packed.bands), nDays = days.days.length, nSeries = days.series.length;
  // Whole numbers in units of the last decimal, null for none.
  return (series, point, band, day) => {
    const value = numbers[((point * nSeries + series) * BANDS + band) * nDays + day];
    return value === MISSING ? null : value + days.series[series].offset;
  };
};

const line = (xs, ys) => xs.map((x, i) => ys[i] === null ? "" : `${i && ys[i - 1] !== null ? "L" : "M"}${x} ${ys[i]}`).join("");

const area = (xs, lows, highs) => {
  const known = xs.map((_, i) => i).filter(i => lows[i] !== null);
  const ends = [...known.map(i => `${xs[i]} ${highs[i]}`), ...known.reverse().map(i => `${xs[i]} ${lows[i]}`)];
  return ends.length ? `M${ends.join("L")}Z` : "";
};

const frame = (told, days, width, xOf, yOf) => {
  const last = days[days.length - 1], step = [1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 1000].find(n => last / n <= (width < 480 ? 4 : 8));
  const shapes = told.scale.ticks.flatMap((tick, i) => [
    shape("line", { x1: LEFT, x2: width - RIGHT, y1: yOf(tick), y2: yOf(tick), class: "grid" }),
    shape("text", { x: LEFT - 6, y: yOf(tick) + 5, "text-anchor": "end" }, told.scale.shown[i]),
  ]);
  for (let day = 0; day <= last; day += step) {
    shapes.push(shape("text", { x: xOf(day), y: TOP + HEIGHT + 18, "text-anchor": "middle" }, String(day)));
  }
  shapes.push(shape("text", { x: (LEFT + width) / 2, y: TOP + HEIGHT + 36, "text-anchor": "middle" }, "day"));
  return shapes;
};

export const drawCurve = (svg, told, days, of, here, reference, at, alt) => {
  const width = widthOf(svg), last = days[days.length - 1] || 1, { low, high } = told.scale;
  const round = number => Math.round(number * 10) / 10;
  const xOf = day => round(LEFT + day / last * (width - LEFT - RIGHT));
  const yOf = value => round(TOP + (high - value) / (high - low) * HEIGHT);
  const ys = (point, band) => days.map((_, day) => {
    const value = of(point, band, day);
    return value === null ? null : yOf(value / 10 ** told.decimals);
  });
  const xs = days.map(xOf), group = shape("g", { class: "here" });
  group.append(
    shape("path", { d: area(xs, ys(here, Q05), ys(here, Q95)), class: "most" }),
    shape("path", { d: area(xs, ys(here, Q25), ys(here, Q75)), class: "half" }),
    shape("path", { d: line(xs, ys(here, MEDIAN)), class: "curve" }),
  );
  const x = xOf(days[at]);
  picture(svg, width, TOP + HEIGHT + FOOT, alt, [
    ...frame(told, days, width, xOf, yOf), group,
    shape("path", { d: line(xs, ys(reference, MEDIAN)), class: "other" }),
    shape("line", { x1: x, x2: x, y1: TOP, y2: TOP + HEIGHT, class: "today" }),
  ]);
};

export const reading = (told, of, point, day) => {
  const shown = band => written(of(point, band, day), told.decimals);
  return { median: shown(MEDIAN), half: `${shown(Q25)} to ${shown(Q75)}`, most: `${shown(Q05)} to ${shown(Q95)}` };
};
