// The capture as a whole: what was read, the signalling, the media.

function drawSummary(section) {
  section.append(
    el("h2", { id: "summary-title" }, "Summary"),
    el("div", { class: "columns" },
      part("Capture", captureFacts(overview.capture)),
      part("Signalling", signallingFacts(overview.signalling)),
      part("Media", mediaFacts(overview.media), ...summaryAssumptions(overview.media))));
}

const part = (title, ...body) => el("section", { class: "part" }, el("h3", {}, title), ...body);

function captureFacts(capture) {
  return facts([
    ["first packet (UTC)", instant(capture.first_packet_at)],
    ["duration", seconds(capture.duration_s)],
    ["packets", `${count(capture.packets)}, ${bytes(capture.bytes)}`],
    ["dropped while capturing", count(capture.dropped_packets)],
    ["not decoded", count(capture.undecoded_packets)],
    ["cut off or damaged", yesNo(capture.truncated)],
  ]);
}

function signallingFacts(signalling) {
  const repeated = signalling.retransmissions;
  return facts([
    ["session attempts", count(signalling.attempts)],
    ["messages", count(signalling.messages)],
    ["retransmissions", `${count(repeated.requests)} requests, ${count(repeated.responses)} responses`],
    ["SER, SEER", `${percent(signalling.ser)}, ${percent(signalling.seer)}`],
    ["ISA, SCR", `${percent(signalling.isa)}, ${percent(signalling.scr)}`],
    ["SRD", delays(signalling.srd_ms)],
    ["SDD", delays(signalling.sdd_ms)],
    ["requests", tally(signalling.requests)],
    ["responses", tally(signalling.responses)],
  ]);
}

function mediaFacts(media) {
  return facts([
    ["streams", count(media.streams)],
    ["packets", count(media.packets)],
    ["lost", `${count(media.lost)} (${percent(media.loss_ratio)})`],
    ["too late for the buffer", percent(media.discarded_ratio)],
    ["jitter", msEach(media.jitter_ms)],
    ["round trip", delays(media.round_trip_ms)],
    ["RTCP packets", tally(media.rtcp_packets ?? {})],
    ["MOS", `mean ${mos(media.mos.mean)}, p5 ${mos(media.mos.p5)}, min ${mos(media.mos.min)} `
      + `(${plural(media.mos.n, "stream")})`],
  ]);
}

/** Below the MOS of all streams: the one set of assumptions, or that there are several. */
function summaryAssumptions(media) {
  if (!media.mos.n) return [];
  const text = media.quality_model
    ? `${assumptions(media.quality_model)}; ${measured(media.quality_model)}`
    : footnotes.texts.slice(0, MANY_MODELS).join("; or ");
  return [el("p", { class: "assumptions" }, `MOS: ${text}`)];
}

function delays(summary) {
  if (!summary.n) return UNKNOWN;
  return msEach({ p50: summary.p50, p95: summary.p95, max: summary.max });
}

function tally(counts) {
  const entries = Object.entries(counts);
  return entries.length ? entries.map(([name, number]) => `${name} ${count(number)}`).join(", ") : UNKNOWN;
}
