// The data blocks. A block of lines is split once and a line parsed when it is asked for.

function blockText(name) {
  const block = document.getElementById(`data-${name}`);
  const text = block.textContent;
  block.textContent = ""; // the browser need not keep it twice
  return text;
}

/** Rows by number; each() gives them all. */
class Rows {
  constructor(name) {
    this.name = name;
    this.split = null;
  }

  get lines() {
    if (this.split === null) {
      this.split = blockText(this.name).split("\n");
      this.keys = JSON.parse(this.split.shift());
    }
    return this.split;
  }

  get length() {
    return this.lines.length;
  }

  /** The values of a line; null where it is empty. */
  values(index) {
    const line = this.lines[index];
    return line ? JSON.parse(line) : null;
  }

  /** A line of values as an object, with its number. */
  row(index) {
    const values = this.values(index);
    return values && this.named(values, index);
  }

  each() {
    return this.lines.map((_, index) => this.row(index));
  }

  named(values, index) {
    const row = { index };
    this.keys.forEach((key, place) => { row[key] = values[place]; });
    return row;
  }
}

const overview = JSON.parse(blockText("overview"));
const ladders = new Rows("ladders");
const series = new Rows("series");
const calls = new Rows("calls").each();
const streams = new Rows("streams").each();

/** The messages of a call, in order; empty where none were kept. */
function ladderOf(call) {
  return (ladders.values(call.index) || []).map((values, index) => ladders.named(values, index));
}
