// Elements. Knows how to put text into the page: as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element; functions among the attributes are listeners, null leaves one out. */
function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Children with a space between them, for those who copy or hear the text. */
function spaced(...children) {
  return children.filter((child) => child !== null).flatMap((child) => [child, " "]);
}

/** A term and its values, as pairs of a description list; null pairs are left out. */
function facts(pairs) {
  const groups = pairs.filter((pair) => pair !== null).map(([term, ...values]) =>
    el("div", {}, el("dt", {}, term), el("dd", {}, ...values)));
  return el("dl", { class: "facts" }, ...groups);
}

/** Moves the focus among siblings of one kind with the arrow keys. */
function moveFocus(event, elements, keys) {
  const step = keys[event.key];
  if (step === undefined) return false;
  const next = elements[elements.indexOf(document.activeElement) + step];
  event.preventDefault();
  if (next) next.focus();
  return Boolean(next);
}
