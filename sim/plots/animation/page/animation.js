(root => {
  "use strict";
  const story = JSON.parse(root.querySelector("script.story").textContent);
  const find = selector => root.querySelector(selector);
  const canvas = find("canvas"), pen = canvas.getContext("2d"), still = find(".picture img");
  const slider = find('[data-do="day"]'), play = find('[data-do="play"]'), speed = find('[data-do="speed"]');
  const values = [...root.querySelectorAll("dd")], events = find(".events");
  const { grid, view, colours } = story;
  const last = story.frames.length - 1;
  let shown = -1, clock = null;
  root.style.setProperty("--ratio", canvas.width / canvas.height);

  const start = new Uint8Array(grid.nx * grid.ny);
  let cell = 0, holder = 0;
  for (const length of story.start) {
    start.fill(holder, cell, cell + length);
    cell += length;
    holder = 1 - holder;
  }
  const px = x => (x - view.x0) / (view.x1 - view.x0) * canvas.width;
  const py = y => (view.y1 - y) / (view.y1 - view.y0) * view.height_px;
  const centreX = column => px(grid.west_km + (column + 0.5) * grid.cell_km);
  const centreY = row => py(grid.south_km + (row + 0.5) * grid.cell_km);

  const controlAt = frame => {
    const control = start.slice();
    for (let i = 1; i <= frame; i++) for (const changed of story.changes[i]) control[changed] ^= 1;
    return control;
  };

  const drawGround = control => {
    for (let row = 0; row < grid.ny; row++) {
      const top = Math.round(centreY(row + 0.5)), bottom = Math.round(centreY(row - 0.5));
      for (let column = 0; column < grid.nx; column++) {
        const at = row * grid.nx + column;
        pen.fillStyle = control[at] && !start[at] ? colours.taken : control[at] ? colours.attacker : colours.defender;
        const left = Math.round(centreX(column - 0.5));
        pen.fillRect(left, top, Math.round(centreX(column + 0.5)) - left, bottom - top);
      }
    }
  };

  // Between the centres of four cells, the front joins the midpoints of edges whose ends are held by different sides.
  const drawFront = control => {
    pen.beginPath();
    for (let row = 0; row + 1 < grid.ny; row++) {
      for (let column = 0; column + 1 < grid.nx; column++) {
        const at = row * grid.nx + column;
        const [a, b, c, d] = [at, at + 1, at + grid.nx + 1, at + grid.nx].map(i => control[i]);
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
    pen.lineWidth = 3 * story.px_per_pt;
    pen.lineCap = "round";
    pen.stroke();
  };

  const drawFlag = (x, y) => {
    const unit = story.flag_pt / 4 * story.px_per_pt;
    pen.beginPath();
    for (const [right, up] of story.flag_shape) pen.lineTo(px(x) + right * unit, py(y) - up * unit);
    pen.closePath();
    pen.fillStyle = colours.flag;
    pen.strokeStyle = colours.ink;
    pen.lineWidth = story.px_per_pt;
    pen.fill();
    pen.stroke();
  };

  const drawMap = frame => {
    const control = controlAt(frame);
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, canvas.width, view.height_px);
    pen.clip();
    drawGround(control);
    drawFront(control);
    pen.restore();
    pen.drawImage(still, 0, 0);
    for (const [x, y] of story.frames[frame].flags) drawFlag(x, y);
  };

  const show = frame => {
    frame = Math.min(last, Math.max(0, frame));
    if (frame === shown) return;
    shown = frame;
    const { day, date, numbers, events: lines } = story.frames[frame];
    find(".when").textContent = `Day ${day} \u00b7 ${date}`;
    slider.value = frame;
    slider.setAttribute("aria-valuetext", `day ${day}, ${date}`);
    canvas.setAttribute("aria-label", `${story.alt} Day ${day}: ${story.names.map((n, i) => `${n} ${numbers[i]}`).join(", ")}.`);
    numbers.forEach((number, i) => { values[i].textContent = number; });
    if (events.textContent !== lines.join("")) {
      events.replaceChildren(...lines.map(line => Object.assign(document.createElement("li"), { textContent: line })));
    }
    drawMap(frame);
  };

  const pause = () => {
    clearTimeout(clock);
    clock = null;
    play.textContent = "\u25b6 Play";
    play.setAttribute("aria-label", "Play");
    events.setAttribute("aria-live", "polite");
  };
  const next = () => {
    show(shown + 1);
    if (shown === last) pause();
    else clock = setTimeout(next, 1000 / story.frames_per_s / Number(speed.value));
  };
  const toggle = () => {
    if (clock !== null) return pause();
    if (shown === last) show(0);
    play.textContent = "\u275a\u275a Pause";
    play.setAttribute("aria-label", "Pause");
    events.setAttribute("aria-live", "off");
    clock = setTimeout(next, 1000 / story.frames_per_s / Number(speed.value));
  };
  const to = frame => { pause(); show(frame); };

  play.addEventListener("click", toggle);
  find('[data-do="back"]').addEventListener("click", () => to(shown - 1));
  find('[data-do="on"]').addEventListener("click", () => to(shown + 1));
  slider.addEventListener("input", () => to(Number(slider.value)));
  (root.dataset.isPage === "true" ? document : root).addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target.tagName;
    // A focused control handles its own keys.
    if (tag === "SELECT" || (tag === "BUTTON" && event.key === " ") || (tag === "INPUT" && event.key !== " ")) return;
    const act = {
      " ": toggle, ArrowLeft: () => to(shown - 1), ArrowRight: () => to(shown + 1),
      Home: () => to(0), End: () => to(last),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The animation never starts on its own, which respects the setting for reduced motion.
  still.decode().then(() => show(0));
})
