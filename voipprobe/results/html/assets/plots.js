// The plots of one stream: what happened when.

/** Five charts of a stream; nothing where its series was not kept. */
function plotsOf(stream) {
  const row = series.row(stream.index);
  if (!row) return null;
  return el("div", { class: "charts" },
    overTime(row, {
      title: "Delta", unit: "ms", values: row.delta_max_ms,
      mark: known(stream.ptime_ms) ? { y: stream.ptime_ms } : null,
      note: known(stream.ptime_ms) ? `; dashed: a packet every ${short(stream.ptime_ms)} ms` : "",
    }),
    overTime(row, { title: "Jitter (RFC 3550)", unit: "ms", values: row.jitter_ms }),
    perStep(row, { title: "Lost", values: row.lost, word: "lost" }),
    perStep(row, { title: "Too late for the playout buffer", values: row.discarded, word: "discarded" }),
    delayHistogram(row, stream));
}

function overTime(row, { title, unit, values, mark = null, note = "" }) {
  const found = values.filter(known);
  const highest = found.reduce((top, value) => Math.max(top, value), 0);
  return chart({
    title, unit, values, step: row.step_s, xUnit: "s", mark,
    summary: found.length ? `at most ${ms(highest)}, ${at(row, values.indexOf(highest))}${note}` : "nothing arrived",
    tell: (index) => `${at(row, index)}: ${ms(values[index])}`,
  });
}

function perStep(row, { title, values, word }) {
  const total = values.reduce((sum, value) => sum + value, 0);
  return chart({
    title, unit: "packets", values, bars: true, step: row.step_s, xUnit: "s",
    summary: `${plural(total, "packet")} ${word}, in steps of ${seconds(row.step_s)}`,
    tell: (index) => `${at(row, index)}: ${count(values[index])} of ${count(row.packets[index] + row.lost[index])} packets`,
  });
}

function delayHistogram(row, stream) {
  const values = row.delay_histogram;
  const total = values.reduce((sum, value) => sum + value, 0);
  const step = row.delay_step_ms;
  const buffer = stream.quality_model?.buffer_ms;
  const from = (index) => Number((index * step).toPrecision(6));
  const range = (index) => (index === values.length - 1 ? `${from(index)} ms and more` : `${from(index)}–${from(index + 1)} ms`);
  return chart({
    title: "Delay above the smallest", unit: "packets", values, bars: true, logarithmic: true, step, xUnit: "ms",
    mark: known(buffer) ? { x: buffer, text: `buffer ${short(buffer)} ms` } : null,
    summary: `${plural(total, "packet")} in steps of ${ms(step)}, counts on a logarithmic scale`,
    tell: (index) => `${range(index)}: ${plural(values[index], "packet")}`,
  });
}

const at = (row, index) => `at ${seconds(index * row.step_s)}`;
