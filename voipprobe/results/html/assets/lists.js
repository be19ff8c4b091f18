// The two tables: calls and streams.

const severalDays = (overview.capture.duration_s ?? 0) > 86400;

const METHOD = { title: "Method", wide: true, value: (call) => call.method, show: (call) => call.method };

function callsTable() {
  return new DataTable({
    id: "calls", noun: "call", rows: calls, link: (call) => `#call/${call.index}`,
    notes: modelNotes,
    label: (call) => `${clock(call.started_at, severalDays)}, ${party(call.from)} to ${party(call.to)}`,
    text: (call) => [call.from, call.to, call.call_id, call.method, call.outcome,
      call.final_status, ...call.codes].filter(known).join(" "),
    columns: [
      { title: "Start (UTC)", value: (call) => call.started_at, show: (call) => clock(call.started_at, severalDays) },
      { title: "From", value: (call) => party(call.from), show: (call) => party(call.from), kind: "words" },
      { title: "To", value: (call) => party(call.to), show: (call) => party(call.to), kind: "words" },
      ...(calls.some((call) => call.method !== "INVITE") ? [METHOD] : []),
      { title: "Outcome", value: (call) => call.outcome, show: outcome },
      { title: "SRD", numeric: true, wide: true, firstDown: true, value: (call) => call.srd_ms, show: (call) => ms(call.srd_ms) },
      { title: "Duration", numeric: true, wide: true, firstDown: true, value: (call) => call.duration_s, show: (call) => seconds(call.duration_s) },
      { title: "Resent", numeric: true, wide: true, firstDown: true, value: (call) => call.retransmissions, show: (call) => count(call.retransmissions) },
      { title: "MOS", numeric: true, value: (call) => call.mos, show: ratedCell },
      { title: "Findings", wide: true, firstDown: true, kind: "codes", value: (call) => call.codes.length, show: (call) => plain(call.codes.join(", ")) },
    ],
  });
}

function streamsTable() {
  return new DataTable({
    id: "streams", noun: "stream", rows: streams, notes: modelNotes,
    label: (stream) => `${stream.source} to ${stream.destination}`,
    link: (stream) => (stream.call === null ? `#stream/${stream.index}` : `#call/${stream.call}`),
    text: (stream) => [stream.source, stream.destination, stream.ssrc, stream.codec, stream.call_id,
      ...stream.findings.map((finding) => finding.code)].filter(known).join(" "),
    columns: [
      { title: "Source", value: (stream) => stream.source, show: (stream) => stream.source },
      { title: "Destination", value: (stream) => stream.destination, show: (stream) => stream.destination },
      { title: "SSRC", wide: true, value: (stream) => stream.ssrc, show: (stream) => stream.ssrc },
      { title: "Codec", value: (stream) => stream.codec, show: (stream) => plain(stream.codec) },
      { title: "Packets", numeric: true, wide: true, firstDown: true, value: (stream) => stream.packets, show: (stream) => count(stream.packets) },
      { title: "Lost", numeric: true, firstDown: true, value: (stream) => stream.loss_ratio, show: (stream) => percent(stream.loss_ratio) },
      { title: "Jitter mean", numeric: true, wide: true, firstDown: true, value: (stream) => stream.jitter_ms.mean, show: (stream) => ms(stream.jitter_ms.mean) },
      { title: "Delta max", numeric: true, wide: true, firstDown: true, value: (stream) => stream.delta_max_ms, show: (stream) => ms(stream.delta_max_ms) },
      { title: "MOS", numeric: true, value: (stream) => stream.mos, show: ratedCell },
      { title: "Findings", wide: true, firstDown: true, kind: "codes", value: (stream) => stream.findings.length,
        show: (stream) => plain(stream.findings.map((finding) => finding.code).join(", ")) },
    ],
  });
}
