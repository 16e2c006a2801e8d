// Which point of the design is shown: the one that the sliders name, or the nearest that was played.

const SAME = 1e-6;

export const nearestPoint = (levers, stops, hasRuns) => {
  let best = -1, least = Infinity;
  for (let point = 0; point < hasRuns.length; point++) {
    if (!hasRuns[point]) continue;
    let distance = 0;
    levers.forEach((lever, i) => { distance += (lever.ofPoints[point] - lever.places[stops[i]]) ** 2; });
    if (distance < least) {
      best = point;
      least = distance;
    }
  }
  return { point: best, isExact: least < SAME };
};

export const valueAt = (lever, point) => {
  if (lever.shownOfPoints) return lever.shownOfPoints[point];
  return lever.stops[lever.places.findIndex(place => Math.abs(place - lever.ofPoints[point]) < SAME)];
};
