// The page: one dashboard at a time, chosen by the address.

const shown = JSON.parse(document.getElementById("data-preview").textContent);
const byId = (id) => document.getElementById(id);

function start() {
  byId("time").textContent = `${instant(shown.since_at).slice(0, 16)} to ${instant(shown.until_at).slice(0, 16)} UTC · ` +
    `${plural(shown.measured, "measurement")}${shown.sources.length ? ` of ${shown.sources.join(", ")}` : ""}`;
  byId("caveat").textContent = "The bodies that CloudWatch would get, drawn from the agents' own history. " +
    "CloudWatch draws them in its own way, and may keep percentiles in bins. States of alarms are worked out by AWS's " +
    `rules from ${instant(shown.alarms_since_at).slice(11, 16)} on.`;
  byId("notices").append(...notices());
  byId("names").append(...shown.dashboards.map(({ name, title }) => el("a", { href: `#${name}` }, title)));
  addEventListener("hashchange", route);
  route();
  document.documentElement.dataset.readyMs = Math.round(performance.now());
}

function notices() {
  if (!shown.measured) return [notice("Nothing was measured in this time: every graph is empty because there is no data, not because all is well.")];
  return shown.absent.length ? [notice(`No measurements of ${shown.absent.join(", ")}: what they would show is missing here.`)] : [];
}

const notice = (text) => el("p", { class: "notice" }, text);

function route() {
  const name = location.hash.slice(1);
  const one = shown.dashboards.find((each) => each.name === name) ?? shown.dashboards[0];
  document.title = `${one?.title ?? "nothing"} – voipprobe dashboards`;
  for (const link of byId("names").children) {
    if (link.hash === `#${one?.name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  byId("shown").setAttribute("aria-label", one?.title ?? "no dashboard");
  byId("shown").replaceChildren(...(one ? [el("div", { class: "dashboard" }, ...one.widgets.map(widget))] : []));
  if (name) scrollTo(0, 0);
}

start();
