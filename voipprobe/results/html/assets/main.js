// The page: draws the lists, and goes between them and the view of one call by the address.

const byId = (id) => document.getElementById(id);
const tables = { call: callsTable(), stream: streamsTable() };
let opened = null;

function start() {
  const files = overview.capture.files.join(", ");
  document.title = `${files || "capture"} – voipprobe analysis`;
  byId("files").textContent = files;
  drawFindings(byId("findings"), tables.call);
  drawSummary(byId("summary"));
  byId("calls").append(el("h2", { id: "calls-title", tabindex: "-1" }, "Calls"), tables.call.element);
  byId("streams").append(el("h2", { id: "streams-title", tabindex: "-1" }, "Streams"), tables.stream.element);
  addEventListener("hashchange", route);
  addEventListener("keydown", shortcut);
  route();
  document.documentElement.dataset.readyMs = Math.round(performance.now());
}

/** "#call/3" opens the fourth call, "#stream/3" a stream; everything else is the lists. */
function route() {
  const [, kind, number] = /^#(call|stream)\/(\d+)$/.exec(location.hash) || [];
  const row = kind && (kind === "call" ? calls : streams)[Number(number)];
  byId("overview").hidden = Boolean(row);
  byId("detail").hidden = !row;
  if (row) open(kind, row);
  else close();
}

function open(kind, row) {
  const neighbours = [-1, 1].map((step) => tables[kind].neighbour(row.index, step));
  if (kind === "call") drawCall(byId("detail"), row, neighbours);
  else drawLoneStream(byId("detail"), row, neighbours.map((one) => (one?.call === null ? one : null)));
  opened = { kind, index: row.index };
  byId("detail").querySelector("h2").focus();
  scrollTo(0, 0);
}

/** Back to the lists, to the row that was left. */
function close() {
  byId("detail").replaceChildren();
  const heading = /^#(calls|streams)$/.exec(location.hash);
  if (opened) tables[opened.kind].reveal(opened.index);
  else if (heading) byId(`${heading[1]}-title`).focus();
  opened = null;
}

function shortcut(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && opened) location.hash = `#${opened.kind}s`;
  if (event.key === "/" && !opened && !event.target.matches("input")) {
    event.preventDefault();
    tables.call.search.focus();
  }
}

start();
