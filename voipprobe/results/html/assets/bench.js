// The page of a benchmark: its runs one below the other, each from what it cannot say to every trial.

const byId = (id) => document.getElementById(id);
const entries = JSON.parse(byId("data-runs").textContent);

function start() {
  document.title = `${entries.map(({ report }) => report.run.plan.name).join(", ")} – voipprobe benchmark`;
  if (entries.length > 1) byId("names").append(...entries.map(({ report }, index) => el("a", { href: `#run${index}` }, report.run.run)));
  byId("names").hidden = entries.length < 2;
  byId("runs").append(...entries.map(runArticle));
  document.documentElement.dataset.readyMs = Math.round(performance.now());
}

function runArticle(entry, index) {
  const { run, rows, searches, trials } = entry.report;
  const [id, plan] = [`run${index}`, run.plan];
  const anchored = rows.map((row, place) => ({ ...row, index: place, anchor: `${id}-size${place}` }));
  const anchorOf = new Map(anchored.map((row) => [row.size, row.anchor]));
  const listed = trials.map((trial, place) => ({ ...trial, index: place, place, anchor: anchorOf.get(sizeOf(trial)) }));
  const metrics = Object.keys(trials[0]?.figures ?? {});
  return el("article", { id, "aria-labelledby": `${id}-title` },
    el("h2", { id: `${id}-title` }, `${plan.name}: ${plan.system.kind} on ${plan.provider}`),
    el("p", { class: "muted" }, callText(plan)),
    caveatsBox(entry.report.caveats),
    el("section", { "aria-labelledby": `${id}-sizes-title` },
      el("h3", { id: `${id}-sizes-title` }, "How many calls"),
      ...overviewPictures(anchored, searches), shortened(sizesTable(`${id}-sizes`, anchored))),
    ...anchored.map((row) => sizeSection(row, entry.report, metrics)),
    el("section", { "aria-labelledby": `${id}-trials-title` },
      el("h3", { id: `${id}-trials-title` }, "Every trial"), shortened(trialsTable(`${id}-trials`, listed, metrics))),
    repeatSection(`${id}-repeat`, entry));
}

/** The size in the id of a search: it may hold dashes itself. */
const sizeOf = (trial) => trial.search.replace(/-\d+$/, "");
const idOf = ({ search }) => `${search.size}-${search.repeat}`;

function callText({ call, objective, size, order }) {
  const what = [call.scenario, call.media === "none" ? "no media" : `${call.codec}, media ${call.media} the system`, call.transport.toUpperCase()];
  const repeats = order.repeats > 1 ? `, ${order.repeats} searches each` : "";
  return `Calls of ${short(call.hold_s)} s (${what.join(", ")}), good when ${objective.thresholds.join(" and ")}. ` +
    `${plural(Math.max(size.length, 1), "size")}${repeats}.`;
}

function caveatsBox(caveats) {
  return caveats.length ? el("ul", { class: "caveats", "aria-label": "What these figures do not say" }, ...caveats.map((text) => el("li", {}, text))) : null;
}

function overviewPictures(rows, searches) {
  const prices = rows.some((row) => known(row.usd_per_hour)) ? [el("div", { class: "stream" }, pricePicture(rows))] : [];
  return [el("div", { class: "stream" }, capacityPicture(rows, searches)), ...prices];
}

function sizeSection(row, { run, searches, answers, trials }, metrics) {
  const own = searches.filter((one) => one.search.size === row.size);
  const tried = trials.filter((trial) => sizeOf(trial) === row.size);
  const pictures = loadPictures(row, tried, metrics, objectiveOf(trials));
  const histories = own.flatMap((one) => historyOf(one, tried));
  return el("section", { class: "stream", "aria-labelledby": `${row.anchor}-title` },
    el("h3", { id: row.anchor, tabindex: "-1" }, el("span", { id: `${row.anchor}-title` }, row.size)),
    el("ul", { class: "answers" }, ...own.map((one) => el("li", {}, ...spaced(own.length > 1 ? el("b", {}, idOf(one)) : null, answers[idOf(one)])))),
    row.calls ? el("p", { class: "muted" }, ratesText(row), worstText(own, tried, metrics)) : null, warningsOf(row),
    tried.length ? shapesLegend() : null,
    el("div", { class: "charts" }, ...pictures), el("div", { class: "charts" }, ...histories));
}

function ratesText(row) {
  const packets = known(row.packets_per_s) ? `, ${count(row.packets_per_s)} RTP packets/s in and out` : "";
  return `At ${plural(row.calls, "call")}: ${short(row.rate_cps)} calls/s${packets}.`;
}

/** The worst that the trials showed which confirm the lower bounds: not every figure is in the objective. */
function worstText(own, tried, metrics) {
  const lowers = new Map(own.map((one) => [idOf(one), one.answer?.end === "found" ? one.answer.lower : null]));
  const confirming = tried.filter((trial) => trial.status === "pass" && trial.length === "full" && trial.load === lowers.get(trial.search));
  const said = metrics.filter((name) => name !== "success_ratio").map((name) => {
    const [values, isGood] = [confirming.map((trial) => trial.figures[name]).filter(known), /^(mos|ser|seer|scr)\b/.test(name)];
    return values.length ? `${name} ${metricText(name, isGood ? Math.min(...values) : Math.max(...values))}` : null;
  }).filter(Boolean);
  return said.length ? ` Worst of the trials that confirm it: ${said.join(", ")}.` : "";
}

/** What to mind of this size; the caveats say what holds for the whole run. */
function warningsOf({ warnings }) {
  const own = warnings.filter((text) => !/^(no baseline|local figures)/.test(text));
  return own.length ? el("ul", { class: "warnings" }, ...own.map((text) => el("li", {}, text))) : null;
}

function historyOf(one, tried) {
  const own = tried.filter((trial) => trial.search === idOf(one));
  return own.length ? [historyPicture(idOf(one), own, one.answer.end)] : [];
}

/** The thresholds, as the trials carry them: metric, limit and the expression itself. */
function objectiveOf(trials) {
  return (trials[0]?.expectations ?? []).map(({ expression }) => {
    const [, metric, limit] = /^\s*([^\s<>=]+)\s*[<>=]+\s*(\S+)/.exec(expression);
    return { expression, metric, limit: Number(limit) };
  });
}

start();
