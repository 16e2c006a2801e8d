// Small pieces of SVG and HTML.

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

// Widths are read before anything is drawn: to read one after each picture would lay the page out as often.
const widths = new Map();

export const measureWidths = () => {
  widths.clear();
  for (const svg of document.querySelectorAll("svg[role=img]")) widths.set(svg, svg.parentElement.clientWidth);
};

export const widthOf = svg => Math.max(240, widths.get(svg) ?? 0);

export const picture = (svg, width, height, alt, shapes) => {
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("aria-label", alt);
  svg.replaceChildren(...shapes);
};

const LETTER = 8.5;  // width of a digit of the axes, in pixels

// Round numbers along the foot, every other one where there is no room; those at the ends stay inside the picture.
export const footScale = (scale, xOf, y, left, right) => {
  const { ticks, shown } = scale, last = ticks.length - 1;
  const room = (right - left) / last, widest = Math.max(...shown.map(text => text.length)) * LETTER;
  const step = room < widest && last % 2 === 0 ? 2 : 1;
  return [
    shape("line", { x1: left, x2: right, y1: y, y2: y, class: "axis" }),
    ...ticks.flatMap((tick, i) => {
      const x = xOf(tick), anchor = i === 0 ? "start" : i === last ? "end" : "middle";
      const mark = shape("line", { x1: x, x2: x, y1: y, y2: y + 5, class: "axis" });
      return i % step ? [mark] : [mark, shape("text", { x, y: y + 20, "text-anchor": anchor }, shown[i])];
    }),
  ];
};
