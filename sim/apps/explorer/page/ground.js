// The stylised map of one day: the share of runs in which the attacker holds each cell, and the front in half of them.

import { bytesOf, classesOf, countsOf } from "./unpack.js";

const HALF = 3;  // the first class with half of the runs or more

export const groundOf = (map, nDays, packed, canvas, still) => {
  const { grid, view, colours } = map, cells = countsOf(map.cells);
  const bytes = bytesOf(packed.control), starts = countsOf(packed.control_starts);
  const pen = canvas.getContext("2d"), start = new Uint8Array(grid.nx * grid.ny);
  let filled = 0, holder = 0;
  for (const length of map.start) {
    start.fill(holder, filled, filled + length);
    filled += length;
    holder = 1 - holder;
  }
  let known = -1, classes = null;

  // The class of each cell on a day; a cell that changes hands in no run is in the first or the last class.
  const control = (point, day) => {
    if (point !== known) {
      classes = classesOf(bytes, starts[point], starts[point + 1], cells.length * nDays);
      known = point;
    }
    const now = start.map(isAttackers => isAttackers ? map.classes.length - 1 : 0);
    cells.forEach((cell, i) => { now[cell] = classes[i * nDays + day]; });
    return now;
  };

  const px = x => (x - view.x0) / (view.x1 - view.x0) * canvas.width;
  const py = y => (view.y1 - y) / (view.y1 - view.y0) * view.height_px;
  const centreX = column => px(grid.west_km + (column + 0.5) * grid.cell_km);
  const centreY = row => py(grid.south_km + (row + 0.5) * grid.cell_km);

  const colourOf = (now, at) =>
    start[at] ? colours.attacker : now[at] ? colours.shades[now[at] - 1] : colours.defender;

  // Neighbours of one colour in a row are one rectangle.
  const drawCells = now => {
    for (let row = 0; row < grid.ny; row++) {
      const top = Math.round(centreY(row + 0.5)), bottom = Math.round(centreY(row - 0.5));
      for (let first = 0, column = 1; column <= grid.nx; column++) {
        const colour = colourOf(now, row * grid.nx + first);
        if (column < grid.nx && colourOf(now, row * grid.nx + column) === colour) continue;
        const left = Math.round(centreX(first - 0.5));
        pen.fillStyle = colour;
        pen.fillRect(left, top, Math.round(centreX(column - 0.5)) - left, bottom - top);
        first = column;
      }
    }
  };

  // Between the centres of four cells the front joins the middles of the sides whose ends are held by different sides.
  const drawFront = now => {
    pen.beginPath();
    for (let row = 0; row + 1 < grid.ny; row++) {
      for (let column = 0; column + 1 < grid.nx; column++) {
        const at = row * grid.nx + column;
        const [a, b, c, d] = [at, at + 1, at + grid.nx + 1, at + grid.nx].map(i => now[i] >= HALF);
        const cut = [];
        if (a !== b) cut.push([column + 0.5, row]);
        if (b !== c) cut.push([column + 1, row + 0.5]);
        if (c !== d) cut.push([column + 0.5, row + 1]);
        if (d !== a) cut.push([column, row + 0.5]);
        for (let i = 0; i + 1 < cut.length; i += 2) {
          pen.moveTo(centreX(cut[i][0]), centreY(cut[i][1]));
          pen.lineTo(centreX(cut[i + 1][0]), centreY(cut[i + 1][1]));
        }
      }
    }
    pen.strokeStyle = colours.front;
    pen.lineWidth = 3 * map.px_per_pt;
    pen.lineCap = "round";
    pen.stroke();
  };

  const draw = now => {
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, canvas.width, view.height_px);
    pen.clip();
    drawCells(now);
    drawFront(now);
    pen.restore();
    pen.drawImage(still, 0, 0);
  };

  // Ground held by the defender at the start by its class now [km2], and the class of the centre of each place.
  const described = now => {
    const areas = map.classes.map(() => 0);
    now.forEach((kind, cell) => { if (!start[cell]) areas[kind] += grid.cell_km ** 2; });
    return { areas, places: map.places.map(({ name, cell }) => [name, map.classes[now[cell]]]) };
  };

  return { control, draw, described };
};
