// The widgets of a dashboard, each as CloudWatch would fill it. No data is said, never drawn as zero.

const STYLES = 8;
const NOTHING = "no data in this time";
const STATES = { ALARM: "bad", INSUFFICIENT_DATA: "odd", OK: "good" };
const KINDS = { text: textWidget, alarm: alarmWidget, graph: graphWidget, numbers: numbersWidget };

/** A widget at its place on the grid of 24 columns. */
function widget(spec) {
  const blank = spec.type === "text" && !/\w/.test(spec.text); // where a matrix has no path
  const element = el("section", { class: `widget ${blank ? "blank" : spec.type}` }, ...KINDS[spec.type](spec));
  const { x, y, width, height } = spec.place;
  element.style.gridColumn = `${x + 1} / span ${width}`;
  element.style.gridRow = `${y + 1} / span ${height}`;
  return element;
}

function textWidget(spec) {
  return markdown(spec.text);
}

const titleOf = (spec) => el("h3", {}, spec.title);
const isEmpty = (line) => line.values.every((value) => value === null);
const figure = (value) => (known(value) ? short(value).toLocaleString("en", { maximumSignificantDigits: 4 }) : UNKNOWN);

/** One number of the whole time for each line; a dash where there is none. */
function numbersWidget(spec) {
  const each = spec.lines.map(({ label, values: [value] }) => el("div", {},
    el("dd", known(value) ? {} : { class: "muted", title: NOTHING }, figure(value)), el("dt", {}, label)));
  return [titleOf(spec), el("dl", { class: "numbers" }, ...each)];
}

function alarmWidget(spec) {
  const counts = [...Object.keys(STATES), null].map((state) => [state, spec.alarms.filter((one) => one.state === state)]);
  const badges = counts.filter(([, some]) => some.length).map(([state, some]) => badge(state, `${some.length} ${stateText(state)}`));
  const loud = spec.alarms.filter(({ state }) => state === "ALARM");
  const rest = spec.alarms.filter(({ state }) => state !== "ALARM");
  return [
    titleOf(spec), el("p", { class: "badges" }, ...spaced(...badges)),
    loud.length ? alarmList(loud) : null,
    rest.length ? el("details", {}, el("summary", {}, loud.length ? "all others" : "all of them"), alarmList(rest)) : null,
  ].filter(Boolean);
}

const stateText = (state) => (state === null ? "not worked out" : state.toLowerCase().replace("_", " "));
const badge = (state, text) => el("span", { class: `badge ${STATES[state] ?? "unknown"}` }, text);

function alarmList(alarms) {
  return el("ul", { class: "alarms" }, ...alarms.map(({ name, state }) =>
    el("li", {}, ...spaced(badge(state, stateText(state)), name.split("/").slice(1).join(" / ")))));
}

function graphWidget(spec) {
  const drawn = spec.lines.map((one, index) => ({ ...one, style: `line-${index % STYLES}${index >= STYLES ? " again" : ""}` }));
  const full = drawn.filter((one) => !isEmpty(one));
  if (!full.length) return [titleOf(spec), el("p", { class: "nothing" }, NOTHING), legend(spec, drawn).element];
  const keys = legend(spec, drawn);
  return [chart({
    title: spec.title, summary: spec.unit, unit: spec.unit, xUnit: "UTC",
    values: drawn[0].values, lines: full, step: spec.period_s,
    marks: spec.marks.map(({ label, value }) => ({ y: value, style: severity(label) })),
    ends: endsOf(spec, full), xTicks: (room) => timeTicks(spec, drawn[0].values.length, room),
    tell: (index) => { keys.show(index); return `${clock(spec.start_at + index * spec.period_s, true).slice(0, 11)}, ${every(spec.period_s)}`; },
  }), keys.element];
}

const severity = (label) => (label.startsWith("critical") ? "critical" : "");
const every = (seconds) => (seconds % 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`);

/** The axis: as far as values and thresholds go, unless the dashboard says. */
function endsOf(spec, lines) {
  const all = [...lines.flatMap((one) => one.values.filter(known)), ...spec.marks.map((one) => one.value)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const air = (most - least) * 0.05 || Math.abs(most) * 0.05 || 1;
  const low = spec.low ?? least - air;
  return { low, high: spec.high ?? Math.max(most + air, low + (spec.low === null ? 0 : 1e-9)) };
}

/** Whole quarters, hours, days: what divides the time into no more than there is room for. */
function timeTicks(spec, length, room) {
  const whole = length * spec.period_s;
  const step = [300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800]
    .find((one) => whole / one <= room) ?? 2592000;
  const ticks = [];
  for (let at = Math.ceil(spec.start_at / step) * step; at <= spec.start_at + whole; at += step) {
    ticks.push({ place: (at - spec.start_at) / spec.period_s, text: step < 86400 ? clock(at).slice(0, 5) : instant(at).slice(5, 10) });
  }
  return ticks;
}

/** What each line is, with its newest value or that at the cursor; thresholds below. */
function legend(spec, drawn) {
  const values = drawn.map(() => el("b", {}));
  const show = (index) => drawn.forEach((one, place) => {
    const [text, isKnown] = index === null ? newest(spec, one.values) : [figure(one.values[index]), known(one.values[index])];
    values[place].textContent = text;
    values[place].className = isKnown ? "" : "muted";
  });
  show(null);
  const lines = drawn.map((one, place) => el("li", {}, ...spaced(swatch(`line ${one.style}`), el("span", {}, one.label), values[place])));
  const marks = spec.marks.map(({ label, value }) => el("li", {}, ...spaced(swatch(`mark ${severity(label)}`), el("span", {}, label), el("b", {}, figure(value)))));
  return { show, element: el("ul", { class: "legend" }, ...lines, ...marks) };
}

/** The last value; where there was none of late, since when: an old value is not how things stand. */
function newest(spec, values) {
  const last = values.findLastIndex(known);
  if (last < 0) return ["no data", false];
  if (values.length - last <= 2) return [figure(values[last]), true];
  return [`no data since ${clock(spec.start_at + (last + 1) * spec.period_s).slice(0, 5)}`, false];
}

function swatch(style) {
  return svg("svg", { class: "swatch", width: 22, height: 8, "aria-hidden": "true" },
    svg("line", { class: style, x1: 0, x2: 22, y1: 4, y2: 4 }));
}
