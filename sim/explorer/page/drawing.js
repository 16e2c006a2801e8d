// A pen for an SVG: it makes each named part once, and then only moves it.

export const penFor = svg => {
  const parts = new Map();
  return (name, tag, attributes, text) => {
    let part = parts.get(name);
    if (!part) {
      part = document.createElementNS("http://www.w3.org/2000/svg", tag);
      svg.appendChild(part);
      parts.set(name, part);
    }
    for (const key in attributes) part.setAttribute(key, attributes[key]);
    if (text !== undefined && part.textContent !== text) part.textContent = text;
    return part;
  };
};

// The size of a letter at this size of screen, in CSS pixels.
export const letter = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

export const scaleTo = (scale, from, to) => value => from + (value - scale.low) / (scale.high - scale.low) * (to - from);

export const box = (x0, y0, x1, y1) => `M${x0} ${y0}H${x1}V${y1}H${x0}Z`;

export const diamond = (x, y, r) => `M${x - r} ${y}L${x} ${y - r}L${x + r} ${y}L${x} ${y + r}Z`;
