// The points of the design: their levers, which of them is nearest to the sliders, and the statistics of their runs.

import { bytesOf, realsOf, wholesOf } from "./unpack.js";

const EXACT = 1e-6;

export const pointsOf = (data, packed) => {
  const places = data.levers.map(lever => realsOf(lever.places));
  const ofPoints = data.levers.map(lever => realsOf(lever.of_points));
  const hasRuns = bytesOf(packed.has_runs);
  const stats = wholesOf(packed.stats), dots = bytesOf(packed.dots);
  const nDots = dots.length / data.measures.length / data.n_points;

  // The point with runs that is nearest to the stops, and whether it has exactly these settings.
  const nearest = stops => {
    let best = -1, least = Infinity;
    for (let point = 0; point < data.n_points; point++) {
      if (!hasRuns[point]) continue;
      let distance = 0;
      for (let i = 0; i < stops.length; i++) distance += (ofPoints[i][point] - places[i][stops[i]]) ** 2;
      if (distance < least) [best, least] = [point, distance];
    }
    return { point: best, isExact: least < EXACT };
  };

  const leverTexts = point => data.levers.map((lever, i) => {
    if (lever.shown_of_points) return lever.shown_of_points[point];
    const stop = places[i].findIndex(place => Math.abs(place - ofPoints[i][point]) < EXACT);
    return lever.stops[stop];
  });

  // Statistics of one measure at one point, by name: whole numbers in units of the last decimal, null for no value.
  const statsOf = (measure, point) => Object.fromEntries(data.stats.map((name, i) => {
    const value = stats[(measure * data.stats.length + i) * data.n_points + point];
    return [name, value === data.missing ? null : value];
  }));

  // The place of each run on the scale of the measure, from 0 to 1.
  const dotsOf = (measure, point) => {
    const first = (measure * data.n_points + point) * nDots;
    return [...dots.subarray(first, first + nDots)].filter(place => place < 255).map(place => place / 254);
  };

  return { nearest, leverTexts, statsOf, dotsOf };
};
