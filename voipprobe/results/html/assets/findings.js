// Findings on top: one line per kind, most frequent first, each with its evidence.

const SHOWN_FINDINGS = 50;

function drawFindings(section, callsTable) {
  const groups = new Map();
  for (const finding of overview.findings) {
    if (!groups.has(finding.code)) groups.set(finding.code, []);
    groups.get(finding.code).push(finding);
  }
  const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
  section.append(
    el("h2", { id: "findings-title" }, "Findings"),
    sorted.length ? el("div", { class: "groups" }, ...sorted.map((group) => findingGroup(group, callsTable)))
      : el("p", {}, "Nothing that an engineer would point at."));
}

/** A kind of finding that opens to the single ones, which are made when it is opened. */
function findingGroup(group, callsTable) {
  const code = group[0].code;
  const summary = el("summary", {},
    ...spaced(el("span", { class: "code" }, code),
      el("span", { class: "times" }, `${count(group.length)} ×`),
      el("span", { class: "example" }, group[0].text)));
  const details = el("details", { class: "finding", toggle: () => fill() }, summary);
  const fill = () => {
    if (!details.open || details.children.length > 1) return;
    const touched = group.some((finding) => finding.call !== null);
    const filter = el("button", { type: "button", click: () => showCalls(callsTable, code) },
      "Show only these calls");
    details.append(findingList(group, true), ...(touched ? [filter] : []));
  };
  return details;
}

function showCalls(callsTable, code) {
  callsTable.filter(code);
  callsTable.search.focus();
  callsTable.element.scrollIntoView({ block: "nearest" });
}

/** Findings with their packets; `linked` says where each stands. */
function findingList(findings, linked) {
  const list = el("ul", { class: "finding-list" });
  const more = (from) => {
    list.append(...findings.slice(from, from + SHOWN_FINDINGS).map((one) => findingItem(one, linked)));
    const left = findings.length - from - SHOWN_FINDINGS;
    if (left > 0) {
      const button = el("button", { type: "button", click: () => { button.parentNode.remove(); more(from + SHOWN_FINDINGS); } },
        `Show more of ${count(left)}`);
      list.append(el("li", {}, button));
    }
  };
  more(0);
  return list;
}

function findingItem(finding, linked) {
  const place = linked ? findingPlace(finding) : null;
  const code = linked ? null : el("span", { class: "code" }, finding.code);
  const packets = finding.packets.length
    ? el("span", { class: "packets" }, `packet${finding.packets.length > 1 ? "s" : ""} ${finding.packets.join(", ")}`)
    : null;
  return el("li", {}, ...spaced(code, place, el("span", {}, finding.text), packets));
}

function findingPlace(finding) {
  if (finding.call !== null) {
    const call = calls[finding.call];
    return el("a", { href: `#call/${call.index}` }, `${party(call.from)} → ${party(call.to)}`);
  }
  if (finding.stream === null) return null;
  const stream = streams[finding.stream];
  return el("a", { href: `#stream/${stream.index}` }, `${stream.source} → ${stream.destination}`);
}
