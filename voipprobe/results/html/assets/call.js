// The view of one call, or of one stream without a call.

function drawCall(article, call, neighbours) {
  const messages = ladderOf(call);
  const own = call.streams.map((index) => streams[index]);
  article.replaceChildren(
    navigation("call", neighbours),
    el("h2", { tabindex: "-1" }, `${party(call.from)} → ${party(call.to)}`),
    el("p", {}, ...outcome(call), ` ${plain(call.method)}, ${instant(call.started_at)} UTC`),
    callFacts(call));
  if (call.findings.length) article.append(el("h3", {}, "Findings"), callFindings(call));
  article.append(el("h3", {}, "Ladder"), messages.length ? drawLadder(messages)
    : el("p", { class: "muted" }, "No messages were kept for this call."));
  article.append(...own.map((stream) => drawStream(stream, own.length <= PLOTS_AT_ONCE)));
}

function drawLoneStream(article, stream, neighbours) {
  article.replaceChildren(navigation("stream", neighbours),
    el("h2", { tabindex: "-1" }, "Stream without a call"), drawStream(stream, true));
}

function navigation(kind, neighbours) {
  const step = (row, text) => (row ? el("a", { href: `#${kind}/${row.index}` }, text) : null);
  return el("nav", { class: "steps", "aria-label": `Between ${kind}s` },
    el("a", { href: `#${kind}s` }, `← All ${kind}s`),
    step(neighbours[0], `Previous ${kind}`), step(neighbours[1], `Next ${kind}`));
}

function callFacts(call) {
  return facts([
    ["Call-ID", call.call_id],
    ["request delay (SRD)", ms(call.srd_ms)],
    ["set up after", ms(call.setup_ms)],
    ["duration", seconds(call.duration_s)],
    ["disconnect delay (SDD)", ms(call.sdd_ms)],
    call.method === "REGISTER" ? ["registration delay (RRD)", ms(call.rrd_ms)] : null,
    ["retransmissions", count(call.retransmissions)],
    ["completed", yesNo(call.completed)],
  ]);
}

/** The findings of a call; their packets lead to the messages of the ladder. */
function callFindings(call) {
  const list = findingList(call.findings, false);
  list.addEventListener("click", (event) => showPacket(event.target.dataset.show));
  [...list.children].forEach((item, index) => {
    const packets = item.querySelector(".packets");
    if (packets) packets.replaceChildren("packets ", ...call.findings[index].packets.map((packet) =>
      el("button", { type: "button", class: "packet", "data-show": packet }, String(packet))));
  });
  return list;
}

function showPacket(packet) {
  const button = packet && document.querySelector(`.ladder [data-packet="${packet}"] > button`);
  if (!button) return;
  if (button.getAttribute("aria-expanded") === "false") button.click();
  button.focus();
}

const GOOD = "answered";
const UNCLEAR = ["cancelled", "unfinished"];

function outcome(call) {
  const kind = call.outcome === GOOD ? "good" : UNCLEAR.includes(call.outcome) ? "odd" : "bad";
  const status = known(call.final_status) ? ` ${call.final_status}` : "";
  return [el("span", { class: `badge ${kind}` }, call.outcome + status)];
}
