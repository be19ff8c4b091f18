// A table with search, sort and pages. Knows no calls and no streams: its columns tell.
//
// A table: {id, noun, rows, columns, text(row) to search in, link(row) and label(row) of its first
// cell, notes(rows) below it}. Roles are spelled out: narrow screens lay rows out as cards.
// A column: {title, value(row), show(row), numeric, wide, firstDown}. `value` is what is
// sorted by, `show` gives the cell's nodes; a `wide` column is left out on narrow screens.

const PAGE_ROWS = 100;
const ARROWS = { ArrowDown: 1, ArrowUp: -1 };

class DataTable {
  constructor(spec) {
    Object.assign(this, spec);
    this.sorted = { column: null, down: false };
    this.page = 0;
    this.shown = this.rows;
    this.haystack = null;
    this.build();
    this.draw();
  }

  build() {
    this.search = el("input", {
      type: "search", id: `${this.id}-search`, autocomplete: "off", spellcheck: "false",
      input: () => this.filter(),
    });
    this.status = el("p", { role: "status", class: "status" });
    this.head = el("tr", { role: "row" }, ...this.columns.map((column) => this.heading(column)));
    this.body = el("tbody", { role: "rowgroup", keydown: (event) => this.key(event), click: (event) => this.click(event) });
    this.pager = el("nav", { class: "pager", "aria-label": `Pages of ${this.noun}s` });
    this.footnotes = el("div", { class: "footnotes" });
    this.element = el("div", { class: "data" },
      el("div", { class: "toolbar" },
        el("label", { for: `${this.id}-search` }, `Search ${this.noun}s`), this.search, this.status),
      el("div", { class: "scroll" },
        el("table", { role: "table", "aria-labelledby": `${this.id}-title` },
          el("thead", { role: "rowgroup" }, this.head), this.body)),
      this.footnotes, this.pager);
  }

  heading(column) {
    const button = el("button", { type: "button", click: () => this.sortBy(column) }, column.title);
    return el("th", { scope: "col", role: "columnheader", class: cellClass(column), "aria-sort": "none" }, button);
  }

  /** Shows only the rows in which every one of the words occurs. */
  filter(words = this.search.value) {
    this.search.value = words;
    this.haystack ??= this.rows.map((row) => this.text(row).toLowerCase());
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    this.shown = this.rows.filter((_, index) =>
      wanted.every((word) => this.haystack[index].includes(word)));
    this.page = 0;
    this.order();
  }

  sortBy(column) {
    const again = this.sorted.column === column;
    this.sorted = { column, down: again ? !this.sorted.down : Boolean(column.firstDown) };
    this.page = 0;
    this.order();
  }

  order() {
    const { column, down } = this.sorted;
    if (column) {
      const keys = new Map(this.shown.map((row) => [row, column.value(row)]));
      this.shown = [...this.shown].sort((a, b) => compare(keys.get(a), keys.get(b), down));
    }
    this.draw();
  }

  draw() {
    const first = this.page * PAGE_ROWS;
    this.visible = this.shown.slice(first, first + PAGE_ROWS);
    this.body.replaceChildren(...this.visible.map((row) => this.line(row)));
    [...this.head.children].forEach((cell, index) =>
      cell.setAttribute("aria-sort", this.direction(this.columns[index])));
    this.status.textContent = this.counted(first);
    this.pager.replaceChildren(...this.pages());
    this.footnotes.replaceChildren(...this.notes(this.visible));
  }

  direction(column) {
    if (column !== this.sorted.column) return "none";
    return this.sorted.down ? "descending" : "ascending";
  }

  counted(first) {
    const total = this.shown.length;
    const of = total === this.rows.length ? "" : ` of ${count(this.rows.length)}`;
    if (total === 0) return this.rows.length ? `no ${this.noun} matches${of}` : `no ${this.noun}s`;
    if (total <= PAGE_ROWS) return `${plural(total, this.noun)}${of}`;
    const range = `${count(first + 1)}–${count(Math.min(first + PAGE_ROWS, total))}`;
    return `${range} of ${plural(total, this.noun)}${of}`;
  }

  line(row) {
    const [first, ...others] = this.columns;
    const link = el("a", { href: this.link(row), "aria-label": this.label(row) }, ...nodes(first, row));
    return el("tr", { role: "row" },
      el("th", { scope: "row", role: "rowheader", class: cellClass(first) }, link),
      ...others.map((column) => el("td", {
        role: "cell", class: cellClass(column), "data-title": column.title,
      }, ...nodes(column, row))));
  }

  pages() {
    const last = Math.ceil(this.shown.length / PAGE_ROWS) - 1;
    if (last < 1) return [];
    const button = (text, page) => el("button", {
      type: "button", "data-page": text, disabled: page < 0 || page > last || page === this.page,
      click: () => this.turn(page, text),
    }, text);
    return [
      button("First", 0), button("Previous", this.page - 1),
      el("span", {}, `page ${count(this.page + 1)} of ${count(last + 1)}`),
      button("Next", this.page + 1), button("Last", last),
    ];
  }

  /** Goes to a page and leaves the focus where it was, or where the table begins. */
  turn(page, pressed) {
    this.page = page;
    this.draw();
    const button = this.pager.querySelector(`[data-page="${pressed}"]:not(:disabled)`);
    (button || this.links()[0]).focus();
  }

  links() {
    return [...this.body.querySelectorAll("th a")];
  }

  key(event) {
    const moved = moveFocus(event, this.links(), ARROWS);
    if (!moved && ARROWS[event.key]) this.beyond(ARROWS[event.key]);
  }

  /** The arrow keys go on over the end of a page. */
  beyond(step) {
    const page = this.page + step;
    if (page < 0 || page * PAGE_ROWS >= this.shown.length) return;
    this.page = page;
    this.draw();
    this.links().at(step > 0 ? 0 : -1).focus();
  }

  click(event) {
    const line = event.target.closest("tr");
    if (!line || event.target.closest("a") || String(getSelection())) return;
    line.querySelector("th a").click();
  }

  /** Puts the focus on a row, on whatever page it is; on the search if it is filtered away. */
  reveal(index) {
    const place = this.shown.findIndex((row) => row.index === index);
    if (place < 0) return this.search.focus();
    const page = Math.floor(place / PAGE_ROWS);
    if (page !== this.page) { this.page = page; this.draw(); }
    return this.links()[place % PAGE_ROWS].focus();
  }

  /** The row before or after another, in the order that is shown; undefined at the ends. */
  neighbour(index, step) {
    const place = this.shown.findIndex((row) => row.index === index);
    return place < 0 ? undefined : this.shown[place + step];
  }
}

function nodes(column, row) {
  const shown = column.show(row);
  return Array.isArray(shown) ? shown : [shown];
}

const cellClass = (column) =>
  [column.numeric && "number", column.wide && "wide", column.kind].filter(Boolean).join(" ");

/** Unknown values stay last, whichever way a column is sorted. */
function compare(a, b, down) {
  if (!known(a) || !known(b)) return known(b) - known(a);
  const order = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
  return down ? -order : order;
}
