// Everything that is needed to repeat a run: its plan as a file, the hosts, the software and how it was configured.

function repeatSection(id, entry) {
  const { run, searches, baseline } = entry.report;
  const machines = searches.map((one) => one.machine).filter(known);
  return el("section", { "aria-labelledby": id },
    el("h3", { id }, "To repeat it"),
    el("div", { class: "columns" },
      part("Made by", facts(madeBy(run, baseline))),
      ...hostGroups(machines).map(([hosts, ids]) => part(ids === null ? "Hosts" : `Hosts of ${ids.join(", ")}`, ...hostFacts(hosts)))),
    ...placesOf(machines),
    details("The plan: save it as plan.toml, then voipprobe bench run plan.toml", entry.plan_text, true),
    ...configurations(machines));
}

const part = (title, ...body) => el("section", { class: "part" }, el("h4", {}, title), ...body);
const details = (title, text, open = false) => el("details", { open, class: "text" }, el("summary", {}, title), el("pre", { tabindex: "0" }, text));

function madeBy({ run, started_at, environment }, baseline) {
  return [
    ["run", run], ["begun (UTC)", instant(started_at).slice(0, 19)],
    ["voipprobe", environment.voipprobe],
    ...Object.entries(environment.tools).map(([tool, version]) => [tool, version ?? "missing"]),
    ["Python", environment.python], ["host", `${environment.hostname}, ${environment.platform}, ${environment.cpus} CPUs`],
    ["baseline", baselineText(baseline)],
  ];
}

function baselineText(baseline) {
  if (!baseline) return "none";
  const upper = known(baseline.upper) ? `, not ${count(baseline.upper)}` : "";
  return `generators alone carried ${count(baseline.lower)}${upper} (${baseline.end}, ${instant(baseline.at).slice(0, 16)})`;
}

/** Machines whose hosts and software are the same stand together; null where all do. */
function hostGroups(machines) {
  const groups = new Map();
  for (const one of machines) {
    const key = JSON.stringify([one.hosts, one.versions]);
    groups.set(key, [one, [...(groups.get(key)?.[1] ?? []), one.search]]);
  }
  return [...groups.values()].map(([one, ids]) => [one, groups.size === 1 ? null : ids]);
}

function hostFacts({ hosts, versions }) {
  const software = Object.entries(versions).map(([name, text]) => [name, text.trim().replace(/^version:\s*/i, "")]);
  return [
    ...(software.length ? [facts(software)] : []),
    ...Object.entries(hosts).flatMap(([name, host]) => [el("h5", {}, name), facts([
      ["kernel", plain(host.kernel)], ["CPU", `${count(host.cpus)} × ${plain(host.cpu_model)}`], ["architecture", plain(host.architecture)],
      ["receive buffer", bufferText(host.receive_buffer_bytes)], ["send buffer", bufferText(host.send_buffer_bytes)],
      ["local ports", host.ports ? host.ports.join(" to ") : UNKNOWN], ["backlog", known(host.backlog_packets) ? plural(host.backlog_packets, "packet") : UNKNOWN],
    ])]),
  ];
}

const bufferText = (pair) => (pair ? `${count(pair[0])}, at most ${count(pair[1])} bytes` : UNKNOWN);

/** Where each search ran, and what it cost; nothing where it was this host for nothing. */
function placesOf(machines) {
  const placed = machines.filter((one) => known(one.instance_id) || known(one.price_usd_per_hour));
  if (!placed.length) return [];
  return [el("details", { class: "text" }, el("summary", {}, "Instances and prices"), el("ul", {}, ...placed.map((one) => el("li", {},
    [one.search, one.instance_type, one.instance_id, one.az, one.placement_group && `placement group ${one.placement_group}`,
      known(one.price_usd_per_hour) && `${dollars(one.price_usd_per_hour)}/h (${plain(one.price_source)})`].filter(Boolean).join(", ")))))];
}

/** Of each file the first text; it may differ between searches in names of folders. */
function configurations(machines) {
  const texts = new Map();
  for (const one of machines) {
    for (const [name, text] of Object.entries(one.configuration)) {
      if (!texts.has(name)) texts.set(name, [text, one.search]);
    }
  }
  return [...texts].map(([name, [text, search]]) => details(`Configuration: ${name} (of ${search})`, text));
}
