// The points of the design: the stops of their levers, and the statistics of their runs.

import { bytesOf, countsOf, wholesOf } from "./unpack.js";

export const pointsOf = (data, packed) => {
  const atPoints = data.levers.map(lever => countsOf(lever.at_points));
  const hasRuns = bytesOf(packed.has_runs);
  const stats = wholesOf(packed.stats), dots = bytesOf(packed.dots);
  const nDots = dots.length / data.measures.length / data.n_points;

  // Every combination of stops is a point of the design.
  const byStops = new Map();
  for (let point = 0; point < data.n_points; point++) byStops.set(atPoints.map(numbers => numbers[point]).join(), point);
  const pointAt = stops => byStops.get(stops.join());

  const leverTexts = point => data.levers.map((lever, i) => lever.stops[atPoints[i][point]]);

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

  return { pointAt, hasRuns: point => hasRuns[point] === 1, leverTexts, statsOf, dotsOf };
};
