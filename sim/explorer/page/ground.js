// The map of one day: in which share of the runs the attacker holds each cell, under the picture of what stays.

import { readClasses, unpackText } from "./unpack.js";

const HALF = 3; // the first class that holds half of the runs and more

export const expand = (lengths, n) => {
  const cells = new Uint8Array(n);
  let at = 0, held = 0;
  for (const length of lengths) {
    cells.fill(held, at, at + length);
    at += length;
    held = 1 - held;
  }
  return cells;
};

const rgb = colour => [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));

export const mapOn = (canvas, still, story, nDays, starts, bytes) => {
  const { grid, colours } = story, { view } = story.still, pen = canvas.getContext("2d");
  const start = expand(story.start, grid.nx * grid.ny), cells = unpackText(story.cells, Uint32Array);
  const classes = new Uint8Array(cells.length * nDays), isMajority = new Uint8Array(start.length);
  const small = document.createElement("canvas");
  small.width = grid.nx;
  small.height = grid.ny;
  const smallPen = small.getContext("2d"), image = smallPen.createImageData(grid.nx, grid.ny);
  const [defender, attacker, shades] = [rgb(colours.defender), rgb(colours.attacker), colours.shades.map(rgb)];
  const px = x => (x - view.x0) / (view.x1 - view.x0) * canvas.width;
  const py = y => (view.y1 - y) / (view.y1 - view.y0) * view.height_px;
  const east = column => px(grid.west_km + column * grid.cell_km), north = row => py(grid.south_km + row * grid.cell_km);
  let shownPoint = -1;

  const paint = (cell, colour) => {
    const row = grid.ny - 1 - Math.floor(cell / grid.nx), at = 4 * (row * grid.nx + cell % grid.nx);
    image.data.set(colour, at);
    image.data[at + 3] = 255;
  };

  // Between the centres of four cells the front joins the middles of the sides whose ends are held by different sides.
  const drawFront = () => {
    const { nx, ny } = grid;
    pen.beginPath();
    for (let row = 0; row + 1 < ny; row++) {
      for (let column = 0; column + 1 < nx; column++) {
        const at = row * nx + column;
        const a = isMajority[at], b = isMajority[at + 1], c = isMajority[at + nx + 1], d = isMajority[at + nx];
        if (a === b && b === c && c === d) continue;
        const cut = [];
        if (a !== b) cut.push([column + 1, row + 0.5]);
        if (b !== c) cut.push([column + 1.5, row + 1]);
        if (c !== d) cut.push([column + 1, row + 1.5]);
        if (d !== a) cut.push([column + 0.5, row + 1]);
        for (let i = 0; i + 1 < cut.length; i += 2) {
          pen.moveTo(east(cut[i][0]), north(cut[i][1]));
          pen.lineTo(east(cut[i + 1][0]), north(cut[i + 1][1]));
        }
      }
    }
    pen.strokeStyle = colours.front;
    pen.lineWidth = 3 * story.px_per_pt;
    pen.lineCap = "round";
    pen.stroke();
  };

  // Returns how many cells of the defender's ground at the start are in each class.
  return (point, dayIndex) => {
    if (point !== shownPoint) readClasses(bytes, starts[point], starts[point + 1], classes);
    shownPoint = point;
    for (let cell = 0; cell < start.length; cell++) paint(cell, start[cell] ? attacker : defender);
    isMajority.set(start);
    const counts = story.classes.map(() => 0);
    cells.forEach((cell, i) => {
      const held = classes[i * nDays + dayIndex];
      isMajority[cell] = held >= HALF ? 1 : 0;
      if (!start[cell]) counts[held]++;
      if (held && !(start[cell] && held === story.classes.length - 1)) paint(cell, shades[held - 1]);
    });
    smallPen.putImageData(image, 0, 0);
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, canvas.width, view.height_px);
    pen.clip();
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, east(0), north(grid.ny), east(grid.nx) - east(0), north(0) - north(grid.ny));
    drawFront();
    pen.restore();
    pen.drawImage(still, 0, 0);
    return counts;
  };
};
