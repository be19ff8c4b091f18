// The tables of a benchmark: its sizes, and all its trials.

const VERDICTS = { pass: "good", fail: "bad", void: "odd" };
const verdictBadge = (status) => el("span", { class: `badge ${VERDICTS[status]}` }, status);
const dollars = (value) => (known(value) ? `$${value < 10 ? value.toFixed(4) : value.toFixed(2)}` : UNKNOWN);
/** Of a capacity; where there is none, what was proved at least. */
function boundsText(row) {
  if (known(row.calls)) return `${count(row.calls_low)}–${count(row.calls_high)}`;
  return known(row.at_least) ? `≥ ${count(row.at_least)}` : UNKNOWN;
}

/** What limited a size; where there is no capacity, how its searches ended. */
const limitText = (row) => (known(row.calls) ? plain(row.limit) : endsText(row));
const endsText = (row) => Object.entries(row.ends).map(([end, times]) => (times > 1 ? `${times} × ${end}` : end)).join(", ") || "not begun";

/** A capacity, or what was said instead of one. */
function callsText(row) {
  if (known(row.calls)) return count(row.calls);
  return known(row.at_least) ? `${endsText(row)}, at least ${count(row.at_least)}` : endsText(row);
}

const number = (title, key, show, more = {}) => ({
  title, numeric: true, firstDown: true, value: (row) => row[key], show: (row) => show(row[key]), ...more,
});

const FEW = 8;

/** A table of a few rows needs no search. */
function shortened(table) {
  table.search.parentElement.hidden = table.rows.length < FEW;
  return table.element;
}

/** A column that is left out where nothing is known of any row. */
const someOf = (rows) => (key, column) => (rows.some((row) => known(row[key])) ? [column] : []);

function sizesTable(id, rows) {
  const some = someOf(rows);
  const differs = rows.some((row) => known(row.instance_type) && row.instance_type !== row.size);
  return new DataTable({
    id, noun: "size", rows, notes: () => [], link: (row) => `#${row.anchor}`, label: (row) => row.size,
    text: (row) => [row.size, row.instance_type, row.architecture, row.limit, endsText(row)].filter(known).join(" "),
    columns: [
      { title: "Size", value: (row) => row.size, show: (row) => row.size },
      ...(differs ? [{ title: "Instance type", value: (row) => row.instance_type, show: (row) => plain(row.instance_type) }] : []),
      ...some("vcpus", number("vCPU", "vcpus", plain)),
      ...some("architecture", { title: "Architecture", wide: true, value: (row) => row.architecture, show: (row) => plain(row.architecture) }),
      number("Concurrent calls", "calls", count),
      { title: "Bounds", numeric: true, value: (row) => row.calls_low, show: boundsText },
      ...some("spread_ratio", number("Spread", "spread_ratio", percent)),
      ...some("rate_cps", number("Calls/s", "rate_cps", (value) => plain(known(value) ? short(value) : value))),
      { title: "Limit", value: limitText, show: limitText, kind: "words labelled" },
      ...some("usd_per_hour", number("$/hour", "usd_per_hour", dollars)),
      ...some("usd_per_1000_call_hours", number("$/1000 call-hours", "usd_per_1000_call_hours", dollars, { firstDown: false })),
      number("Found by", "n", count, { show: (row) => `${row.n} of ${row.searches}` }),
      number("Trials", "trials", count, { wide: true }),
    ],
  });
}

function trialsTable(id, rows, metrics) {
  const some = someOf(rows);
  return new DataTable({
    id, noun: "trial", rows, notes: () => [], link: (row) => `#${row.anchor}`,
    label: (row) => `${row.search}, trial ${row.number}`,
    text: (row) => [row.search, row.status, row.length, row.culprit, row.why, ...row.reasons, ...row.causes,
      ...row.signals.map((signal) => `${signal.limit} ${signal.text}`)].filter(known).join(" "),
    columns: [
      { title: "Trial", value: (row) => row.place, show: (row) => `${row.search} #${row.number}` },
      number("Calls", "load", count),
      { title: "Length", value: (row) => row.length, show: (row) => row.length },
      { title: "Verdict", value: (row) => row.status, show: (row) => verdictBadge(row.status) },
      ...metrics.map((name) => ({
        title: name, numeric: true, value: (row) => row.figures[name], show: (row) => metricText(name, row.figures[name]),
      })),
      ...some("cpu_ratio", number("CPU", "cpu_ratio", percentOfCpu)),
      ...some("generator_cpu_ratio", number("Generator CPU", "generator_cpu_ratio", percentOfCpu, { wide: true })),
      ...some("speed_ratio", number("CPU speed", "speed_ratio", percentOfCpu, { wide: true })),
      { title: "Why, and what was seen", kind: "prose", value: (row) => told(row).join(" "), show: toldNodes },
    ],
  });
}

const percentOfCpu = (ratio) => (known(ratio) ? `${(ratio * 100).toFixed(0)} %` : UNKNOWN);
const isRatio = (name) => /^(ser|seer|isa|scr|\w*_ratio)(\.|$)/.test(name);

function metricText(name, value) {
  if (!known(value)) return UNKNOWN;
  if (isRatio(name)) return percent(value);
  return name.startsWith("mos") ? mos(value) : String(short(value));
}

/**
 * Why a trial came out as it did; of one that passed, why it was made, and which calls failed or were
 * left out all the same. What SIPp said of its own explains nothing where all is well.
 */
const told = (row) => (row.reasons.length ? row.reasons : [row.why, ...row.causes.filter((text) => !text.startsWith("SIPp: "))]);

function toldNodes(row) {
  const [signal] = row.signals;
  return [el("span", {}, told(row).join("; ")), ...(signal ? [" ", el("small", {}, `${signal.limit}: ${signal.text}`)] : [])];
}
