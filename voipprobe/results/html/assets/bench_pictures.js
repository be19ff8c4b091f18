// The pictures of a benchmark: what each size carries and costs, how it behaved under load, how it was searched.

const SHAPE_WORDS = { pass: "passed", fail: "failed", void: "void" };

/** What the sizes carry; a search that did not find a capacity shows none. */
function capacityPicture(rows, searches) {
  return capacities({
    title: "Concurrent calls by size", unit: "concurrent calls",
    summary: "bar: median of the lower bounds; line: from the lowest lower to the highest upper bound; dots: each search",
    rows: rows.map((row) => ({
      label: row.size, value: row.calls, low: row.calls_low, high: row.calls_high,
      dots: row.searches > 1 ? lowersOf(row, searches) : [], words: capacityWords(row),
    })),
  });
}

const foundBy = (row, searches) => searches.filter((one) => one.search.size === row.size && one.answer?.end === "found");
const lowersOf = (row, searches) => foundBy(row, searches).map((one) => one.answer.lower);

function capacityWords(row) {
  if (!known(row.calls)) return callsText(row);
  const some = row.searches > 1 ? `, n ${row.n}` : "";
  return `${count(row.calls)} (${count(row.calls_low)}–${count(row.calls_high)})${some}`;
}

/** Calls for a dollar, where prices are known. */
function pricePicture(rows) {
  const priced = rows.filter((row) => known(row.usd_per_hour));
  const per = (row, calls) => (known(calls) ? calls / row.usd_per_hour : null);
  return capacities({
    title: "Concurrent calls for a dollar an hour", unit: "concurrent calls per $/hour",
    summary: "of the system alone, generators not included; line: by the bounds of the capacity",
    rows: priced.map((row) => ({
      label: row.size, value: row.calls_per_usd_hour, low: per(row, row.calls_low), high: per(row, row.calls_high), dots: [],
      words: known(row.calls_per_usd_hour)
        ? `${count(row.calls_per_usd_hour)} at ${dollars(row.usd_per_hour)}/h` : callsText(row),
    })),
  });
}

/** Each figure of a size against the load; void trials say nothing of the system, and are left out. */
function loadPictures(row, trials, metrics, objective) {
  const sound = trials.filter((trial) => trial.status !== "void");
  if (!sound.length) return [];
  const across = loadScale(sound.map((trial) => trial.load));
  const bands = known(row.calls) ? [{ from: row.calls_low, to: row.calls_high }] : [];
  const made = metrics.map((name) => loadPicture(sound, across, bands, metricSpec(name, objective)));
  const cpu = { name: "CPU of the system", unit: "% of its budget", factor: 100, of: (trial) => trial.cpu_ratio, limits: [], show: percentOfCpu, most: Infinity, from0: true };
  return [...made, loadPicture(sound, across, bands, cpu)].filter(Boolean);
}

function metricSpec(name, objective) {
  return {
    name, unit: isRatio(name) ? `${name}, %` : name, factor: isRatio(name) ? 100 : 1, most: isRatio(name) ? 100 : Infinity,
    of: (trial) => trial.figures[name],
    limits: objective.filter((one) => one.metric === name).map((one) => one.limit * (isRatio(name) ? 100 : 1)),
    wanted: objective.filter((one) => one.metric === name).map((one) => one.expression).join(", "),
    show: (value) => metricText(name, value),
  };
}

function loadPicture(trials, across, bands, spec) {
  const shown = trials.filter((trial) => known(spec.of(trial)));
  if (!shown.length) return null;
  const values = shown.map((trial) => spec.of(trial) * spec.factor);
  return scatter({
    title: `${spec.name} against load`, unit: spec.unit, xUnit: "concurrent calls", across, bands, limits: spec.limits,
    up: figureScale([...values, ...spec.limits, ...(spec.from0 ? [0, 100] : [])], spec.most),
    summary: [plural(shown.length, "trial"), spec.wanted && `line: ${spec.wanted}`, bands.length && "band: bounds of the capacity"].filter(Boolean).join("; "),
    points: shown.map((trial, index) => ({ x: trial.load, y: values[index], status: trial.status, full: trial.length === "full" })),
    described: described(shown, (trial) => spec.show(spec.of(trial))),
    tell: (index) => `${trialWords(shown[index])}: ${spec.show(spec.of(shown[index]))}`,
  });
}

/** One search: what was tried, in its order, and how the bounds closed in. */
function historyPicture(id, trials, end) {
  const loads = trials.flatMap((trial) => [trial.load, trial.lower, trial.upper]).filter(known);
  return scatter({
    title: `Search ${id}`, tall: 240, unit: "concurrent calls", xUnit: "trial",
    summary: `${plural(trials.length, "trial")}, ${end}; area: where the answer lay after each`,
    across: numberScale(trials.at(-1).number), up: loadScale(loads),
    points: trials.map((trial) => ({ x: trial.number, y: trial.load, status: trial.status, full: trial.length === "full" })),
    bracket: trials.map((trial) => ({ x: trial.number, lower: trial.lower, upper: trial.upper })),
    described: described(trials, (trial) => told(trial)[0] ?? ""),
    tell: (index) => `${trialWords(trials[index])}: ${told(trials[index])[0] ?? ""}`,
  });
}

const trialWords = (trial) => `#${trial.number}, ${plural(trial.load, "call")}, ${trial.length} trial ${SHAPE_WORDS[trial.status]}`;
const described = (trials, figure) => trials.map((trial) => `${trialWords(trial)}: ${figure(trial)}`).join("; ");

/** What the shapes mean; those of full length are larger, and filled where there is something to fill. */
function shapesLegend() {
  const item = (status, full, words) => el("li", {}, ...spaced(
    svg("svg", { class: "swatch", width: 16, height: 16, "aria-hidden": "true" }, SHAPES[status](8, 8, full ? 5.5 : 4, full)), words));
  return el("ul", { class: "legend" }, item("pass", false, "passed"), item("fail", false, "failed"),
    item("void", false, "void: could not be measured"), item("pass", true, "of full length: only these confirm a load"));
}
