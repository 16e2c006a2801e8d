// The sliders of the levers: their stops lie at their true places, and keys move from stop to stop.

import { node } from "./drawing.js";
import { realsOf } from "./unpack.js";

const MOST_MARKS = 60, GAP = 8;
const STEPS = { ArrowLeft: -1, ArrowDown: -1, PageDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 1, Home: -Infinity, End: Infinity };

// Labels at both ends, and between them those that do not touch the one before or the last.
const showLabels = labels => {
  const boxes = labels.map(label => label.getBoundingClientRect()), last = labels.length - 1;
  let right = -Infinity;
  labels.forEach((label, i) => {
    const fits = boxes[i].left > right + GAP && (i === last || boxes[i].right + GAP < boxes[last].left);
    label.hidden = !(fits || i === 0 || i === last);
    if (!label.hidden) right = boxes[i].right;
  });
};

export const leverOf = (slider, marks, lever, onChange) => {
  const places = [...realsOf(lever.places)], last = places.length - 1;
  let at = 0;
  const nearest = value => places.reduce((best, place, i) => Math.abs(place - value) < Math.abs(places[best] - value) ? i : best, 0);
  const set = number => {
    at = number;
    slider.value = places[at];
    slider.dataset.stop = at;
  };
  const labels = [];
  if (last < MOST_MARKS) {
    places.forEach((place, i) => {
      const mark = node("span", { class: "mark", style: `--place: ${place}` });
      const side = i === 0 ? "first" : i === last ? "last" : "inner";
      labels.push(node("span", { class: `stop ${side}`, style: `--place: ${place}` }, lever.stops[i]));
      marks.append(mark, labels[i]);
    });
  }
  slider.addEventListener("input", () => {
    set(nearest(slider.value));
    onChange();
  });
  slider.addEventListener("keydown", event => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    set(Math.min(last, Math.max(0, at + step)));
    onChange();
  });
  set(nearest(slider.value));

  const place = () => {
    labels.forEach(label => { label.hidden = false; });
    if (labels.length) showLabels(labels);
  };
  return { stop: () => at, set, place };
};
