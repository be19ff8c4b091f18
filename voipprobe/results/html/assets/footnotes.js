// The assumptions behind every MOS of a table, each printed once below it.

const MANY_MODELS = 8;
const footnotes = footnotesOf(overview.models);

/**
 * Texts by place, and the place of each model. An adaptive buffer has a depth of its own in
 * every stream: many models that differ in nothing else share one text with the range.
 */
function footnotesOf(models) {
  const key = ({ buffer_ms, ...others }) => JSON.stringify(models.length > MANY_MODELS ? others : [others, buffer_ms]);
  const groups = new Map();
  for (const model of models) {
    if (!groups.has(key(model))) groups.set(key(model), []);
    groups.get(key(model)).push(model);
  }
  const places = new Map([...groups.keys()].map((text, place) => [text, place]));
  return {
    place: models.map((model) => places.get(key(model))),
    texts: [...groups.values()].map((group) => assumptions({ ...group[0], buffer_ms: range(group) })),
  };
}

function range(group) {
  const depths = group.map((model) => model.buffer_ms).sort((a, b) => a - b);
  const [low, high] = [short(depths[0]), short(depths.at(-1))];
  return low === high ? low : `${low} to ${high}`;
}

/** A MOS with the letter of the assumptions that stand below the table. */
function ratedCell(row) {
  const text = mos(row.mos);
  return known(row.mos) && known(row.model) ? [text, el("sup", {}, letter(footnotes.place[row.model]))] : [text];
}

/** The assumptions behind the MOS of the rows that are shown. */
function modelNotes(rows) {
  const rated = rows.filter((row) => known(row.mos) && known(row.model));
  const used = [...new Set(rated.map((row) => footnotes.place[row.model]))].sort((a, b) => a - b);
  return used.map((place) => el("p", { class: "assumptions" },
    el("sup", {}, letter(place)), ` MOS: ${footnotes.texts[place]}`));
}
