// One chart of one quantity as inline SVG. Knows axes, lines and bars; no packets, no calls.
//
// A chart: {title, summary, unit, values, step, xUnit, bars, logarithmic, mark, tell(index)}.
// `values` has null where nothing is known; bars are whole numbers; `mark` is {x, text} or {y},
// a line that values are held against. A chart of several quantities has `lines` of {values} that
// are as long as `values`, and may have `marks` of {y}, `ends` {low, high} of an axis that does not
// begin at 0, and `xTicks` of {place, text}.

const HEIGHT = 168;
const ALONG = { ArrowRight: 1, ArrowLeft: -1 };
const MARGIN = { top: 10, right: 12, bottom: 34, left: 46 };

function chart(spec) {
  return plotted({ length: spec.values.length, height: () => HEIGHT, frame, layers: marks, cursor: cursorLine, ...spec });
}

/**
 * A drawing as wide as its room, read by the pointer and the arrow keys, with its words above it.
 * Beside title, summary and tell(index): length, height(width), and what draws it:
 * frame(spec, drawing) with index(x, y), layers(spec, frame), cursor(spec, frame, index).
 */
function plotted(spec) {
  const readout = el("output", { class: "readout" });
  const plot = el("div", { class: "plot" });
  const label = `${spec.title}. ${spec.summary}. Arrow keys read single values.`;
  let cursor = null;
  const point = (index) => {
    cursor = Math.min(Math.max(index, 0), spec.length - 1);
    readout.textContent = spec.tell(cursor) ?? "";
    plot.querySelector(".cursor")?.remove();
    plot.firstChild.append(spec.cursor(spec, spec.frame(spec, plot.firstChild), cursor));
  };
  const draw = (width) => {
    const height = spec.height(width);
    const drawing = svg("svg", {
      role: "img", tabindex: "0", "aria-label": label, width, height,
      viewBox: `0 0 ${width} ${height}`,
      keydown: (event) => {
        const step = (spec.keys ?? ALONG)[event.key];
        if (step) { event.preventDefault(); point(cursor === null ? 0 : cursor + step); }
      },
      pointermove: (event) => point(spec.frame(spec, drawing).index(event.offsetX, event.offsetY)),
    });
    if (spec.described) drawing.append(svg("desc", {}, spec.described));
    drawing.append(...spec.layers(spec, spec.frame(spec, drawing)));
    plot.style.height = `${height}px`;
    plot.replaceChildren(drawing);
  };
  if (spec.length) new ResizeObserver(([entry]) => draw(Math.max(240, Math.floor(entry.contentRect.width)))).observe(plot);
  return el("figure", { class: "chart" },
    el("figcaption", {}, ...spaced(el("b", {}, spec.title), el("span", {}, spec.summary))), plot, readout);
}

/** Where values lie in a drawing. */
function frame(spec, drawing) {
  const inner = Number(drawing.getAttribute("width")) - MARGIN.left - MARGIN.right;
  const tall = HEIGHT - MARGIN.top - MARGIN.bottom;
  const length = spec.values.length;
  const scale = scaleOf(spec);
  return {
    scale, inner, tall,
    slot: inner / length,
    x: (place) => MARGIN.left + (place / length) * inner,
    y: (value) => MARGIN.top + tall * (1 - scale.part(value)),
    index: (pixel) => Math.floor(((pixel - MARGIN.left) / inner) * length),
  };
}

function scaleOf(spec) {
  if (spec.ends) return rangeScale(spec.ends.low, spec.ends.high);
  const highest = spec.values.reduce((top, value) => Math.max(top, value ?? 0), spec.mark?.y ?? 0);
  return spec.logarithmic ? countScale(highest) : linearScale(highest, 4, spec.bars);
}

function marks(spec, at) {
  const drawn = spec.lines ?? [{ values: spec.values }];
  return [...yAxis(spec, at), ...xAxis(spec, at),
    ...(spec.marks ?? (spec.mark ? [spec.mark] : [])).flatMap((mark) => markLine(spec, mark, at)),
    ...(spec.bars ? bars(spec, at) : drawn.flatMap((one) => line(one.values, at, one.style ?? "")))];
}

function yAxis(spec, at) {
  const grid = at.scale.ticks.flatMap((tick) => [
    svg("line", { class: "grid", x1: MARGIN.left, x2: MARGIN.left + at.inner, y1: at.y(tick), y2: at.y(tick) }),
    svg("text", { class: "tick", x: MARGIN.left - 6, y: at.y(tick) + 4, "text-anchor": "end" }, tickText(tick)),
  ]);
  const middle = MARGIN.top + at.tall / 2;
  return [...grid, svg("text", {
    class: "unit", x: 11, y: middle, transform: `rotate(-90 11 ${middle})`, "text-anchor": "middle",
  }, spec.unit)];
}

function xAxis(spec, at) {
  const base = MARGIN.top + at.tall;
  const room = Math.max(3, Math.floor(at.inner / 80));
  return [
    ...(spec.xTicks?.(room) ?? plainTicks(spec, room)).map(({ place, text }) => svg("text", {
      class: "tick", x: at.x(place), y: base + 15, "text-anchor": "middle",
    }, text)),
    svg("text", { class: "unit", x: MARGIN.left + at.inner / 2, y: base + 30, "text-anchor": "middle" }, spec.xUnit),
  ];
}

/** Round numbers of the unit. */
function plainTicks(spec, room) {
  const whole = spec.values.length * spec.step;
  return linearScale(whole, room).ticks.filter((tick) => tick <= whole)
    .map((tick) => ({ place: tick / spec.step, text: tickText(tick) }));
}

function bars(spec, at) {
  const gap = at.slot > 4 ? 1 : 0;
  return spec.values.map((value, index) => (value ? svg("rect", {
    class: spec.mark && index * spec.step >= spec.mark.x ? "bar beyond" : "bar",
    x: at.x(index), width: Math.max(at.slot - gap, 1),
    y: at.y(value), height: at.y(0) - at.y(value),
  }) : null)).filter(Boolean);
}

/** A line that is broken where nothing is known; a value between two gaps is a dot. */
function line(values, at, style) {
  const value = (index) => values[index] ?? null;
  const dots = [];
  let path = "";
  values.forEach((_, index) => {
    if (value(index) === null) return;
    const [x, y] = [at.x(index + 0.5).toFixed(1), at.y(value(index)).toFixed(1)];
    path += `${value(index - 1) === null ? "M" : "L"}${x} ${y}`;
    if (value(index - 1) === null && value(index + 1) === null) dots.push(svg("circle", { class: `dot ${style}`, cx: x, cy: y, r: 2 }));
  });
  return [svg("path", { class: `line ${style}`, d: path }), ...dots];
}

function markLine({ step }, mark, at) {
  const flat = mark.y !== undefined;
  const [x, y] = [flat ? 0 : at.x(mark.x / step), flat ? at.y(mark.y) : 0];
  if (!flat && x > MARGIN.left + at.inner) return [];
  const ends = flat ? { x1: MARGIN.left, x2: MARGIN.left + at.inner, y1: y, y2: y }
    : { x1: x, x2: x, y1: MARGIN.top, y2: MARGIN.top + at.tall };
  const left = !flat && x > MARGIN.left + at.inner / 2;
  const words = flat ? [] : [svg("text", {
    class: "mark-text", x: x + (left ? -4 : 4), y: MARGIN.top + 10, "text-anchor": left ? "end" : "start",
  }, mark.text)];
  return [svg("line", { class: mark.style ? `mark ${mark.style}` : "mark", ...ends }), ...words];
}

function cursorLine(spec, at, index) {
  const x = at.x(index + 0.5);
  return svg("line", { class: "cursor", x1: x, x2: x, y1: MARGIN.top, y2: MARGIN.top + at.tall });
}
