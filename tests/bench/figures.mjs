/**
 * A group of figures under construction: `{ title, columns, figures, notes }`.
 * A figure: `{ id, group, what, value, unit, ratioTo?, limit?: { atMost } | { atLeast }, ok? }`.
 */
export class Group {
  figures = [];
  notes = [];

  /** `columns`: ids of what the others are put in ratio to, with a heading. */
  constructor(name, title, columns = {}) {
    Object.assign(this, { name, title, columns });
  }

  add(id, what, value, unit, limit) {
    return this.put({ id: `${this.name}/${id}`, group: this.name, what, value: rounded(value), unit }, value, limit);
  }

  /** `id` in multiples of `to`, both already added. */
  ratio(id, to, limit) {
    const [one, other] = [this.find(id), this.find(to)];
    const value = one.value / other.value;
    const what = `${one.what}, to ${other.what}`;
    return this.put({ id: `${one.id}:${to}`, group: this.name, what, value: rounded(value), unit: "×", ratioTo: other.id }, value, limit);
  }

  find(id) {
    return this.figures.find((figure) => figure.id === `${this.name}/${id}`);
  }

  put(figure, value, limit) {
    if (limit) Object.assign(figure, { limit, ok: keeps(value, limit) });
    this.figures.push(figure);
    return figure;
  }
}

export function keeps(value, { atMost = Infinity, atLeast = -Infinity }) {
  return value <= atMost && value >= atLeast;
}

function rounded(value) {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
