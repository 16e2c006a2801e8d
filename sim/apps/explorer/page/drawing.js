// Elements of SVG and HTML.

export const SVG = "http://www.w3.org/2000/svg";

export const shape = (name, attributes, text = "") => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
};

export const node = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

// Sizes are measured before anything is drawn: measuring after each figure would lay out the page again each time.
// The label has more lines on a narrow screen, and what stays at the top stays below it.
const widths = new Map();
let letter = 0;

export const measureSizes = () => {
  widths.clear();
  for (const svg of document.querySelectorAll("svg[role=img]")) {
    widths.set(svg, svg.parentElement.clientWidth);
    letter = 0.65 * parseFloat(getComputedStyle(svg).fontSize);
  }
  document.documentElement.style.setProperty("--label", `${document.querySelector("#label").offsetHeight}px`);
};

export const widthOf = svg => Math.max(240, widths.get(svg) ?? 0);
export const widestOf = texts => Math.max(...texts.map(text => text.length)) * letter;

export const picture = (svg, width, height, alt, shapes) => {
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("aria-label", alt);
  svg.replaceChildren(...shapes);
};

// Round numbers along the foot, some left out where there is no room; those at the ends stay inside the figure.
export const footScale = (scale, xOf, y, left, right) => {
  const { ticks, shown } = scale, last = ticks.length - 1;
  // Labels at the ends extend inwards with their whole width, others to both sides with half of it.
  const reach = (i, isToRight) => widestOf([shown[i]]) * (i === 0 ? Number(isToRight) : i === last ? Number(!isToRight) : 0.5);
  const room = (right - left) / last;
  const fits = step => last % step === 0 &&
    ticks.every((_, i) => i === 0 || i % step || reach(i - step, true) + reach(i, false) < room * step);
  const step = [1, 2, 3].find(fits) ?? last;
  return [
    shape("line", { x1: left, x2: right, y1: y, y2: y, class: "axis" }),
    ...ticks.flatMap((tick, i) => {
      const x = xOf(tick), anchor = i === 0 ? "start" : i === last ? "end" : "middle";
      const mark = shape("line", { x1: x, x2: x, y1: y, y2: y + 5, class: "axis" });
      return i % step ? [mark] : [mark, shape("text", { x, y: y + 20, "text-anchor": anchor }, shown[i])];
    }),
  ];
};
