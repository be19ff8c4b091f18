// How numbers are written for people: as the terminal does, a dash for the unknown.

const UNKNOWN = "–";
const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

const known = (value) => value !== null && value !== undefined;
const count = (value) => (known(value) ? COUNT.format(value) : UNKNOWN);
const plain = (value) => (known(value) && value !== "" ? String(value) : UNKNOWN);
const mos = (value) => (known(value) ? value.toFixed(2) : UNKNOWN);
const yesNo = (value) => (known(value) ? (value ? "yes" : "no") : UNKNOWN);
const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** A figure without the digits that nobody set; words stay. */
const short = (value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);

/** Three digits or so, with thousands separators. */
function digits(value) {
  const size = Math.abs(value);
  const decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return value.toLocaleString("en", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
}

/** Milliseconds without their unit; what is not quite 0 is never rounded to it. */
const inMs = (value) => (value > 0 && value < 0.01 ? "<0.01" : digits(value));

const ms = (value) => (known(value) ? `${inMs(value)} ms` : UNKNOWN);

/** Several durations of one kind: "mean 0.15, p95 0.40, max 1.21 ms". */
function msEach(named) {
  const parts = Object.entries(named).map(([name, value]) => `${name} ${known(value) ? inMs(value) : UNKNOWN}`);
  return `${parts.join(", ")} ms`;
}

function seconds(value) {
  return known(value) ? `${digits(value)} s` : UNKNOWN;
}

/** A ratio as percent; what is not quite 0 or 100 is never rounded to it. */
function percent(ratio) {
  if (!known(ratio)) return UNKNOWN;
  const value = ratio * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value < 0.01 && value > 0) return "<0.01 %";
  if (value > 99.99 && value < 100) return ">99.99 %";
  return `${value.toFixed(2)} %`;
}

/** "2026-09-21 13:26:40.250" of epoch seconds, in UTC. */
function instant(atS) {
  if (!known(atS)) return UNKNOWN;
  const date = new Date(atS * 1000);
  return isNaN(date) ? UNKNOWN : date.toISOString().replace("T", " ").replace("Z", "");
}

/** The clock of an instant without its date, and without the year when days are told apart. */
function clock(atS, severalDays) {
  return known(atS) ? instant(atS).slice(severalDays ? 5 : 11) : UNKNOWN;
}

function bytes(value) {
  if (!known(value)) return UNKNOWN;
  for (const [size, unit] of [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]) {
    if (value >= size) return `${digits(value / size)} ${unit}`;
  }
  return `${value} bytes`;
}

/** "sip:alice@host" without what every row has. */
const party = (uri) => plain(uri && uri.replace(/^sips?:/, ""));

/** What a MOS presumes, in one sentence. */
function assumptions(model) {
  return `${model.name}, ${model.codec} (Ie ${model.equipment_impairment}, ` +
    `Bpl ${model.loss_robustness}), playout buffer ${short(model.buffer_ms)} ms, ` +
    `${short(model.packetisation_ms)} ms of voice per packet, delay from ${model.delay_source}`;
}

/** What was measured on the stream and went into its MOS beside the assumptions. */
function measured(model) {
  return `one-way delay ${ms(model.one_way_delay_ms)}, effective loss ` +
    `${percent(model.effective_loss_ratio)}, burst ratio ${model.burst_ratio.toFixed(2)}`;
}

/** a, b, c … for footnotes. */
function letter(index) {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last;
}
