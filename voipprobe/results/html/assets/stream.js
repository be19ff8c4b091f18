// One stream: its figures, its MOS with all that is behind it, its findings and plots.

const PLOTS_AT_ONCE = 4; // streams of one call whose plots are drawn without being asked for

function drawStream(stream, plotted) {
  const section = el("section", { class: "stream" },
    el("h3", {}, ...spaced(el("span", {}, `${stream.source} → ${stream.destination}`),
      el("small", {}, `${plain(stream.codec)}, SSRC ${stream.ssrc}`))),
    rating(stream), streamFacts(stream));
  if (stream.findings.length) section.append(findingList(stream.findings, false));
  section.append(plotsSection(stream, plotted));
  return section;
}

/** A MOS never stands alone. */
function rating(stream) {
  const model = stream.quality_model;
  return el("p", { class: "rating" },
    ...spaced(el("b", {}, `MOS ${mos(stream.mos)}`), el("span", { class: "assumptions" }, model
      ? `${assumptions(model)}; ${measured(model)}; R ${known(stream.r_factor) ? stream.r_factor.toFixed(1) : UNKNOWN}`
      : "not rated: no voice model fits this stream, or nobody listens to it here")));
}

function streamFacts(stream) {
  const { jitter_ms: jitter, burst } = stream;
  return facts([
    ["packets of expected", `${count(stream.packets)} of ${count(stream.expected)}`],
    ["lost", `${count(stream.lost)} (${percent(stream.loss_ratio)})`],
    ["too late for the buffer", count(stream.discarded)],
    ["jitter", msEach(jitter)],
    ["longest gap (delta)", ms(stream.delta_max_ms)],
    ["delay variation (IPDV)", delays(stream.ipdv_ms)],
    ["round trip", stream.round_trip_ms ? delays(stream.round_trip_ms) : UNKNOWN],
    ...(stream.peer_report ? [["its receiver says (RTCP XR)", peerReport(stream.peer_report)]] : []),
    ["duplicates, reordered, restarts", [stream.duplicates, stream.reordered, stream.restarts].map(count).join(", ")],
    ["bursts of loss", burstsOf(burst)],
    ["started (UTC)", `${clock(stream.started_at)}, for ${seconds(stream.duration_s)}`],
    ["payload types", Object.entries(stream.payload_types).map(([type, number]) => `${type}: ${count(number)}`).join(", ")],
    ["voice per packet, clock", `${ms(stream.ptime_ms)}, ${known(stream.clock_rate_hz) ? `${count(stream.clock_rate_hz)} Hz` : UNKNOWN}`],
    ["packets per second", `${known(stream.packets_per_second) ? digits(stream.packets_per_second) : UNKNOWN} of ${plain(short(stream.packets_per_second_nominal))}`],
    ["clock drift", known(stream.drift_ppm) ? `${digits(stream.drift_ppm)} ppm` : UNKNOWN],
    ["silent", yesNo(stream.silent)],
    ["DSCP", plain(stream.dscp)],
    ["direction", plain(stream.direction)],
  ]);
}

function peerReport(said) {
  const parts = [`${percent(said.loss_ratio)} lost`, `${percent(said.discard_ratio)} discarded`,
    `round trip ${ms(said.round_trip_ms)}`, `R ${plain(said.r_factor)}`,
    `MOS-LQ ${plain(said.mos_listening)}`, `MOS-CQ ${plain(said.mos_conversational)}`];
  return parts.join(", ");
}

function burstsOf(burst) {
  if (!burst?.bursts) return burst ? "0" : UNKNOWN;
  return `${count(burst.bursts)}, mean ${ms(burst.burst_ms_mean)}, ${percent(burst.burst_density_ratio)} lost in them`;
}

function plotsSection(stream, open) {
  if (!series.lines[stream.index]) return el("p", { class: "muted" }, "No plots were kept for this stream.");
  const details = el("details", { class: "plots", open, toggle: () => fill() }, el("summary", {}, "Plots over time"));
  const fill = () => {
    if (details.open && details.children.length === 1) details.append(plotsOf(stream));
  };
  return details;
}
