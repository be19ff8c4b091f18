// Trials as points in one chart: where they lie, and their verdict as shape and colour.
//
// A scatter: {title, summary, described, unit, xUnit, points, across, up, limits, tell(index)}.
// A point is {x, y, status, full}; `across` and `up` are scales, and across may have texts(room);
// `tall` is its height where that is not the usual one; `limits` are heights that values are held against; `bands` are {from, to} across; `bracket` is
// {x, lower, upper} after each point.

const SHAPES = { pass: circle, fail: cross, void: diamond };
const SCATTER_HEIGHT = 200;

function scatter(spec) {
  return plotted({
    length: spec.points.length, height: () => spec.tall ?? SCATTER_HEIGHT, frame: scatterFrame, layers: scatterLayers,
    cursor: ringed, step: 1, xTicks: (room) => acrossTicks(spec.across, room), ...spec,
  });
}

function scatterFrame(spec, drawing) {
  const inner = Number(drawing.getAttribute("width")) - MARGIN.left - MARGIN.right;
  const tall = (spec.tall ?? SCATTER_HEIGHT) - MARGIN.top - MARGIN.bottom;
  const at = {
    scale: spec.up, inner, tall,
    x: (value) => MARGIN.left + inner * spec.across.part(value),
    y: (value) => MARGIN.top + tall * (1 - spec.up.part(value)),
  };
  const distance = ({ x, y }, left, top) => Math.hypot(at.x(x) - left, at.y(y) - top);
  at.index = (left, top) => spec.points.reduce((nearest, point, index, all) =>
    (distance(point, left, top) < distance(all[nearest], left, top) ? index : nearest), 0);
  return at;
}

function scatterLayers(spec, at) {
  return [
    ...(spec.bands ?? []).map((one) => band(one, at)),
    ...yAxis(spec, at), ...xAxis(spec, at),
    ...(spec.bracket ? bracketed(spec.bracket, at) : []),
    ...(spec.limits ?? []).flatMap((y) => markLine(spec, { y }, at)),
    ...spec.points.map((point) => SHAPES[point.status](at.x(point.x), at.y(point.y), point.full ? 5.5 : 4, point.full)),
  ];
}

function circle(x, y, size, full) {
  return svg("circle", { class: `trial pass${full ? " full" : ""}`, cx: x, cy: y, r: size });
}

function cross(x, y, size, full) {
  const d = `M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}`;
  return svg("path", { class: `trial fail${full ? " full" : ""}`, d });
}

function diamond(x, y, size, full) {
  const d = `M${x} ${y - size - 1}L${x + size + 1} ${y}L${x} ${y + size + 1}L${x - size - 1} ${y}Z`;
  return svg("path", { class: `trial void${full ? " full" : ""}`, d });
}

/** Between which loads the answer lies. */
function band({ from, to }, at) {
  const left = at.x(from);
  return svg("rect", { class: "band", x: left, width: Math.max(at.x(to) - left, 2), y: MARGIN.top, height: at.tall });
}

/** What was known of the answer after each trial: it lies in the light area. */
function bracketed(steps, at) {
  const base = MARGIN.top + at.tall;
  const ends = steps.map((one, index) => [at.x(one.x), at.x(steps[index + 1]?.x ?? one.x + 1)]);
  const heights = (key, unknown) => steps.map((one) => (known(one[key]) ? at.y(one[key]) : unknown));
  const path = (ys) => ys.map((y, index) => `L${ends[index][0]} ${y}L${ends[index][1]} ${y}`).join("");
  const [low, high] = [heights("lower", base), heights("upper", MARGIN.top)];
  const back = high.map((y, index) => `L${ends[index][1]} ${y}L${ends[index][0]} ${y}`).reverse().join("");
  const edge = (key, ys) => ys.map((y, index) => (known(steps[index][key])
    ? `${index && known(steps[index - 1][key]) ? "L" : "M"}${ends[index][0]} ${y}L${ends[index][1]} ${y}` : "")).join("");
  return [
    svg("path", { class: "bracket", d: `M${path(low).slice(1)}${back}Z` }),
    svg("path", { class: "edge", d: edge("lower", low) }), svg("path", { class: "edge", d: edge("upper", high) }),
  ];
}

function ringed(spec, at, index) {
  const { x, y } = spec.points[index];
  return svg("circle", { class: "cursor ring", cx: at.x(x), cy: at.y(y), r: 9 });
}

/** As many of the ticks as there is room for; at the very end there is none for words. */
function acrossTicks({ ticks, part }, room) {
  const within = ticks.filter((tick) => part(tick) < 0.99);
  const every = Math.ceil(within.length / Math.max(room, 2));
  return within.filter((_, index) => (within.length - 1 - index) % every === 0)
    .map((tick) => ({ place: tick, text: tickText(tick) }));
}

/** Loads from none to a little more than the highest: what matters lies close below it. */
const loadScale = (loads) => rangeScale(0, Math.max(...loads) * 1.06, 5);

/** Figures with a little air around them (what is the same is drawn the same), but none above a `most`. */
function figureScale(values, most) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = Math.max((high - low) * 0.08, Math.abs(high) * 0.02) || 0.02;
  const least = low >= 0 ? Math.max(0, low - air) : low - air;
  return rangeScale(least, high <= most ? Math.min(most, high + air) : high + air);
}

/** The numbers of trials, from before the first to after the last. */
function numberScale(most) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((one) => most / one <= 10) ?? 1000;
  const ticks = Array.from({ length: Math.floor(most / step) }, (_, index) => (index + 1) * step);
  return { ticks, part: (value) => (value - 0.5) / (most + 0.5) };
}
