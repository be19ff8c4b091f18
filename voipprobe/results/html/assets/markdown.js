// The part of Markdown that our text widgets use, as elements; text stays text.

/** Headings, lists and paragraphs; a line break in the text is one in the page. */
function markdown(text) {
  const parts = [];
  for (const line of text.split("\n")) {
    const [, hashes, title] = /^(#{1,4}) (.*)$/.exec(line) || [];
    const [, item] = /^- (.*)$/.exec(line) || [];
    const last = parts.at(-1);
    if (hashes) parts.push(el(`h${Math.min(hashes.length + 1, 5)}`, {}, ...words(title)));
    else if (item !== undefined && last?.tagName === "UL") last.append(el("li", {}, ...words(item)));
    else if (item !== undefined) parts.push(el("ul", {}, el("li", {}, ...words(item))));
    else if (line.trim() === "") parts.push(null);
    else if (last?.tagName === "P") last.append(el("br"), ...words(line));
    else parts.push(el("p", {}, ...words(line)));
  }
  return parts.filter(Boolean);
}

/** Bold, code and links within a line. */
function words(text) {
  const made = [];
  let rest = text;
  while (rest) {
    const found = /\*\*(.+?)\*\*|`(.+?)`|\[([^\]]+)\]\(([^)]+)\)/.exec(rest);
    if (!found) return [...made, rest];
    made.push(rest.slice(0, found.index), marked(found));
    rest = rest.slice(found.index + found[0].length);
  }
  return made;
}

function marked([whole, bold, code, label, address]) {
  if (bold) return el("b", {}, bold);
  if (code) return el("code", {}, code);
  const [, name] = /^#dashboards:name=([\w-]+)$/.exec(address) || [];
  return name ? el("a", { href: `#${name}` }, label) : whole;
}
