// Axes: where their ticks are. Arithmetic only.

/** A linear axis from 0 to at least `max`, with round ticks; `whole` for what has no halves. */
function linearScale(max, wanted = 4, whole = false) {
  const top = max > 0 ? max : 1;
  const rough = whole ? Math.max(top / wanted, 1) : top / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999);
  const ticks = [];
  for (let index = 0; ticks.length < 2 || ticks.at(-1) < top; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return { ticks, part: (value) => value / ticks.at(-1) };
}

/** A linear axis between two ends, with round ticks; what lies beyond is drawn at its end. */
function rangeScale(low, high, wanted = 4) {
  const size = high > low ? high - low : Math.abs(low) || 1;
  const power = 10 ** Math.floor(Math.log10(size / wanted));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= (size / wanted) * 0.999);
  const ticks = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= low + size * (1 + 1e-9); index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return { ticks, part: (value) => Math.min(1, Math.max(0, (value - low) / size)) };
}

/** An axis for counts that lie decades apart: 0 at the bottom, then 1, 10, 100. */
function countScale(max) {
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(max, 1)) + 1e-9));
  const ticks = [0, ...Array.from({ length: decades + 1 }, (_, index) => 10 ** index)];
  // a single packet must be seen: 1 stands a little above 0
  const low = 0.12;
  const part = (value) => (value < 1 ? value * low : low + (1 - low) * Math.log10(value) / decades);
  return { ticks, part };
}

function tickText(value) {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  return value >= 10000 ? `${value / 1000}k` : String(value);
}
