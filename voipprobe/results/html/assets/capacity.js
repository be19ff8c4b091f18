// One bar a size, with its bounds as a line and single searches as dots. Knows no prices and no calls.
//
// A row: {label, value, low, high, dots, words}; value, low and high are null where nothing was
// found: then only its words stand there, and no bar.

const ROW = { wide: 34, narrow: 50, bar: 14, label: 150, words: 150, foot: 38 };
const TOO_NARROW = 560;
const UP_AND_DOWN = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };

function capacities({ title, summary, unit, rows }) {
  return plotted({
    title, summary, unit, rows, length: rows.length, keys: UP_AND_DOWN,
    described: rows.map((row) => `${row.label}: ${row.words}`).join("; "),
    height: (width) => rows.length * rowHeight(width) + ROW.foot,
    frame: barsFrame, layers: barsLayers, cursor: chosenRow,
    tell: (index) => `${rows[index].label}: ${rows[index].words}`,
  });
}

const rowHeight = (width) => (width < TOO_NARROW ? ROW.narrow : ROW.wide);

function barsFrame({ rows }, drawing) {
  const width = Number(drawing.getAttribute("width"));
  const narrow = width < TOO_NARROW;
  const [left, right] = narrow ? [4, 16] : [ROW.label, ROW.words];
  const scale = linearScale(Math.max(...rows.map((row) => row.high ?? row.value ?? 0)), narrow ? 3 : 6);
  const [inner, each] = [width - left - right, rowHeight(width)];
  return {
    narrow, width, left, inner, each, scale, base: rows.length * each,
    x: (value) => left + inner * scale.part(value),
    middle: (index) => index * each + (narrow ? each - 16 : each / 2),
    index: (_, top) => Math.floor(top / each),
  };
}

function barsLayers({ rows, unit }, at) {
  const grid = at.scale.ticks.flatMap((tick) => [
    svg("line", { class: "grid", x1: at.x(tick), x2: at.x(tick), y1: 0, y2: at.base }),
    svg("text", { class: "tick", x: at.x(tick), y: at.base + 15, "text-anchor": at.narrow && tick === 0 ? "start" : "middle" }, tickText(tick)),
  ]);
  const known_ = rows.some((row) => known(row.value));
  const foot = svg("text", { class: "unit", x: at.left + at.inner / 2, y: at.base + 31, "text-anchor": "middle" }, unit);
  return [...(known_ ? [...grid, foot] : []), ...rows.flatMap((row, index) => barRow(row, index, at))];
}

function barRow(row, index, at) {
  const y = at.middle(index);
  const words = at.narrow ? `${row.label}: ${row.words}` : row.words;
  const end = known(row.high) ? at.x(row.high) + 10 : at.left + (at.narrow ? 0 : 6);
  return [
    at.narrow ? null : svg("text", { class: "size", x: at.left - 10, y: y + 4, "text-anchor": "end" }, cut(row.label, 20)),
    ...(known(row.value) ? barAndBounds(row, y, at) : []),
    svg("text", { class: known(row.value) ? "found" : "none", x: at.narrow ? at.left : end, y: at.narrow ? y - 14 : y + 4 }, words),
  ].filter(Boolean);
}

function barAndBounds(row, y, at) {
  const line = (x1, x2, y1, y2) => svg("line", { class: "bounds", x1, x2, y1, y2 });
  const [low, high] = [at.x(row.low ?? row.value), at.x(row.high ?? row.value)];
  return [
    svg("rect", { class: "bar", x: at.x(0), width: Math.max(at.x(row.value) - at.x(0), 1), y: y - ROW.bar / 2, height: ROW.bar }),
    line(low, high, y, y), line(low, low, y - 5, y + 5), line(high, high, y - 5, y + 5),
    ...row.dots.map((value) => svg("circle", { class: "search", cx: at.x(value), cy: y, r: 2.5 })),
  ];
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function chosenRow(_, at, index) {
  return svg("rect", { class: "cursor row", x: 0.5, width: at.width - 1, y: index * at.each + 1, height: at.each - 2 });
}
