// A call's ladder diagram: one line per message between lifelines, each opens to its text.

const SHOWN_MESSAGES = 300;
const SHOWN_ENDS = 10;

function drawLadder(messages) {
  const ends = endsOf(messages);
  const list = el("ol", { class: "ladder", keydown: ladderKey });
  const first = messages[0].at_s;
  const more = (from) => {
    const part = messages.slice(from, from + SHOWN_MESSAGES);
    list.append(...part.map((message, index) => ladderLine(message, messages[from + index - 1], first, ends)));
    const left = messages.length - from - SHOWN_MESSAGES;
    if (left <= 0) return;
    const button = el("button", { type: "button", click: () => { button.parentNode.remove(); more(from + SHOWN_MESSAGES); } },
      `Show more of ${plural(left, "message")}`);
    list.append(el("li", { class: "more" }, button));
  };
  more(0);
  const wide = el("div", { class: "ladder-wide" }, ladderHead(ends), list);
  wide.style.minWidth = `${5 + 7 * ends.length}rem`;
  return el("div", { class: "scroll" }, wide);
}

/** Who talks, in order of appearance; a capture may name more than fit: those share the last. */
function endsOf(messages) {
  const seen = new Set(messages.flatMap((message) => [message.source, message.destination]));
  const ends = [...seen];
  return ends.length <= SHOWN_ENDS ? ends : [...ends.slice(0, SHOWN_ENDS - 1), `${count(ends.length - SHOWN_ENDS + 1)} others`];
}

const laneOf = (end, ends) => {
  const index = ends.indexOf(end);
  return index < 0 ? ends.length - 1 : index;
};

/** Middle of a lane, in percent of all lanes. */
const middle = (lane, ends) => ((lane + 0.5) / ends.length) * 100;

function ladderHead(ends) {
  return el("div", { class: "ladder-head", "aria-hidden": "true" },
    el("span", { class: "time" }, "time"),
    el("span", { class: "lanes" }, ...ends.map((end) => {
      const [, host, port] = /^(.*?)(:\d+)?$/s.exec(end);
      return el("span", { class: "end", title: end }, host, el("small", {}, port || ""));
    })));
}

function ladderLine(message, previous, first, ends) {
  const id = `message-${message.index}`;
  const since = message.at_s - first;
  const gap = previous ? `+${span(message.at_s - previous.at_s)}` : "";
  const text = el("pre", { id, hidden: true, tabindex: "0", "aria-label": `Text of packet ${message.packet}` });
  const button = el("button", {
    type: "button", "aria-expanded": "false", "aria-controls": id,
    "aria-label": spoken(message, since), click: () => toggleMessage(button, text, message),
  },
  el("span", { class: "time", title: `${instant(message.at_s)} UTC, packet ${message.packet}` },
    `${since.toFixed(3)} s `, el("small", {}, gap)),
  lanes(message, ends));
  return el("li", { class: message.retransmission ? "message again" : "message", "data-packet": message.packet }, button, text);
}

const span = (lengthS) => (lengthS < 1 ? ms(lengthS * 1000) : seconds(lengthS));

function spoken(message, since) {
  const again = message.retransmission ? ", retransmission" : "";
  return `${message.summary}${again}, at ${since.toFixed(3)} s, ${message.source} to ` +
    `${message.destination}, packet ${message.packet}`;
}

function lanes(message, ends) {
  const [from, to] = [laneOf(message.source, ends), laneOf(message.destination, ends)];
  const direction = from === to ? "self" : from < to ? "right" : "left";
  const arrow = el("span", { class: `arrow ${direction}` }, el("span", { class: "label" }, ...words(message)));
  arrow.style.left = `${middle(Math.min(from, to), ends)}%`;
  arrow.style.width = `${(Math.abs(from - to) / ends.length) * 100}%`;
  const lifelines = ends.map((_, lane) => {
    const lifeline = el("span", { class: "lifeline" });
    lifeline.style.left = `${middle(lane, ends)}%`;
    return lifeline;
  });
  return el("span", { class: "lanes", "aria-hidden": "true" }, ...lifelines, arrow);
}

/** What fits on an arrow: "INVITE (SDP)", "180 Ringing". */
function words(message) {
  const response = /^([1-6])\d\d\b/.exec(message.summary);
  const short = response ? message.summary : message.summary.split(" ")[0];
  const kind = response ? `class-${response[1]}` : null;
  const sdp = /\r?\n\r?\nv=0/.test(message.text || "") ? " (SDP)" : "";
  return [el("span", { class: kind }, short + sdp),
    message.retransmission ? el("em", {}, " retransmission") : null].filter(Boolean);
}

function toggleMessage(button, text, message, open = text.hidden) {
  text.textContent ||= message.text ?? "the text of this message was not kept";
  text.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
}

/** Up and down between messages; Escape closes an open one before it closes the call. */
function ladderKey(event) {
  const line = event.target.closest("li");
  const button = line?.querySelector("button");
  if (event.key === "Escape" && button?.getAttribute("aria-expanded") === "true") {
    event.preventDefault();
    button.click();
    button.focus();
  } else if (event.target === button) {
    moveFocus(event, [...event.currentTarget.querySelectorAll("li > button")], ARROWS);
  }
}
