// A daily series: median and bands of the runs at these settings, the reference's median, and the day of the slider.

import { picture, shape, widestOf, widthOf } from "./drawing.js";
import { written } from "./numbers.js";
import { countsOf, smallsOf } from "./unpack.js";

const BANDS = 5, RIGHT = 24, TOP = 10, HEIGHT = 190, FOOT = 44;
const [Q05, Q25, MEDIAN, Q75, Q95] = [0, 1, 2, 3, 4];
const DAYS = [1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 1000];

// Whole numbers in units of the last decimal, by point, band and day; null for no value.
export const seriesOf = (days, packed) => days.series.map((about, i) => {
  const numbers = (about.n_bytes === 2 ? smallsOf : countsOf)(packed.bands[i]), nDays = days.days.length;
  return (point, band, day) => {
    const value = numbers[(point * BANDS + band) * nDays + day];
    return value === about.missing ? null : value + about.offset;
  };
});

const line = (xs, ys) => xs.map((x, i) => ys[i] === null ? "" : `${i && ys[i - 1] !== null ? "L" : "M"}${x} ${ys[i]}`).join("");

const area = (xs, lows, highs) => {
  const known = xs.map((_, i) => i).filter(i => lows[i] !== null);
  const ends = [...known.map(i => `${xs[i]} ${highs[i]}`), ...known.reverse().map(i => `${xs[i]} ${lows[i]}`)];
  return ends.length ? `M${ends.join("L")}Z` : "";
};

const frame = (about, days, width, left, xOf, yOf) => {
  const last = days[days.length - 1], step = DAYS.find(n => last / n <= (width < 480 ? 4 : 8));
  const shapes = about.scale.ticks.flatMap((tick, i) => [
    shape("line", { x1: left, x2: width - RIGHT, y1: yOf(tick), y2: yOf(tick), class: "grid" }),
    shape("text", { x: left - 6, y: yOf(tick) + 5, "text-anchor": "end" }, about.scale.shown[i]),
  ]);
  for (let day = 0; day <= last; day += step) {
    shapes.push(shape("text", { x: xOf(day), y: TOP + HEIGHT + 20, "text-anchor": "middle" }, String(day)));
  }
  shapes.push(shape("text", { x: (left + width) / 2, y: TOP + HEIGHT + 40, "text-anchor": "middle" }, "day"));
  return shapes;
};

export const drawCurve = (svg, about, days, of, here, reference, at, alt) => {
  const width = widthOf(svg), left = widestOf(about.scale.shown) + 10;
  const last = days[days.length - 1] || 1, { low, high } = about.scale;
  const round = number => Math.round(number * 10) / 10;
  const xOf = day => round(left + day / last * (width - left - RIGHT));
  const yOf = value => round(TOP + (high - value) / (high - low) * HEIGHT);
  const ys = (point, band) => days.map((_, day) => {
    const value = of(point, band, day);
    return value === null ? null : yOf(value / 10 ** about.decimals);
  });
  const xs = days.map(xOf), group = shape("g", { class: "here" });
  group.append(
    shape("path", { d: area(xs, ys(here, Q05), ys(here, Q95)), class: "most" }),
    shape("path", { d: area(xs, ys(here, Q25), ys(here, Q75)), class: "half" }),
    shape("path", { d: line(xs, ys(here, MEDIAN)), class: "curve" }),
  );
  const x = xOf(days[at]);
  picture(svg, width, TOP + HEIGHT + FOOT, alt, [
    ...frame(about, days, width, left, xOf, yOf), group,
    shape("path", { d: line(xs, ys(reference, MEDIAN)), class: "other" }),
    shape("line", { x1: x, x2: x, y1: TOP, y2: TOP + HEIGHT, class: "today" }),
  ]);
};

export const reading = (about, of, point, day) => {
  const shown = band => written(of(point, band, day), about.decimals);
  return { median: shown(MEDIAN), half: `${shown(Q25)} to ${shown(Q75)}`, most: `${shown(Q05)} to ${shown(Q95)}` };
};
