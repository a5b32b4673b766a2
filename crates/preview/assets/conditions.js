// Conditional formatting: colors that depend on an expression.

const ICONS = {
  CARET_UP: '▲',
  CARET_DOWN: '▼',
  PLUS: '+',
  MINUS: '−',
  ARROW_UP: '↑',
  ARROW_DOWN: '↓',
  ARROW_LEFT: '←',
  ARROW_UP_LEFT: '↖',
  ARROW_DOWN_LEFT: '↙',
  ARROW_RIGHT: '→',
  ARROW_UP_RIGHT: '↗',
  ARROW_DOWN_RIGHT: '↘',
  FACE_UP: '☺',
  FACE_DOWN: '☹',
  FACE_FLAT: '😐',
  ONE_BAR: '▁',
  TWO_BAR: '▃',
  THREE_BAR: '▅',
  CIRCLE: '●',
  TRIANGLE: '▲',
  SQUARE: '■',
  FLAG: '⚑',
  THUMBS_UP: '👍',
  THUMBS_DOWN: '👎',
  CHECKMARK: '✓',
  X: '✗',
};

/// The color of a group of rows from a ConditionalFormattingColor, as a function; `all` are the groups that it
/// belongs to.
function colorBy(model, set, coloring, measures, all) {
  if (coloring?.Solid?.Expression) {
    const { get } = model.expression(set, coloring.Solid.Expression, measures);
    return (rows) => (get(rows[0] ?? null, rows) === true ? (coloring.Solid.Color ?? null) : null);
  }
  if (coloring?.Gradient?.Expression) {
    const { get } = model.expression(set, coloring.Gradient.Expression, measures);
    const stops = coloring.Gradient.Color?.Stops ?? [];
    const values = all.map((rows) => get(rows[0] ?? null, rows)).filter((value) => typeof value === 'number');
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const places = stops
      .map((stop) => ({
        color: stop.Color,
        at: stop.DataValue ?? low + ((high - low) * (stop.GradientOffset ?? 0)) / 100,
      }))
      .sort((a, b) => a.at - b.at);
    return (rows) => {
      const value = get(rows[0] ?? null, rows);
      if (typeof value !== 'number' || !places.length) return null;
      const above = places.findIndex((place) => place.at >= value);
      if (above <= 0) return (above === 0 ? places[0] : places[places.length - 1]).color;
      const [from, to] = [places[above - 1], places[above]];
      return mix(from.color, to.color, to.at === from.at ? 1 : (value - from.at) / (to.at - from.at));
    };
  }
  return () => null;
}

/// The icon of a group of rows from a ConditionalFormattingIcon.
function iconBy(model, set, icon, measures) {
  const custom = icon?.CustomCondition;
  if (!custom?.Expression) return () => null;
  const { get } = model.expression(set, custom.Expression, measures);
  const sign = custom.IconOptions?.UnicodeIcon ?? ICONS[custom.IconOptions?.Icon] ?? '●';
  return (rows) => (get(rows[0] ?? null, rows) === true ? { sign, color: custom.Color ?? null } : null);
}

/// The effect of a text format on a cell: the first matching rule for each of text, background and icon.
function cellStyles(model, set, formats, measures, all) {
  const rules = formats.map((format) => ({
    text: colorBy(model, set, format.TextColor, measures, all),
    ground: colorBy(model, set, format.BackgroundColor, measures, all),
    icon: iconBy(model, set, format.Icon, measures),
  }));
  return (rows) => {
    const found = { text: null, ground: null, icon: null };
    for (const rule of rules) {
      for (const part of ['text', 'ground', 'icon']) found[part] ??= rule[part](rows);
    }
    return found;
  };
}

function applyStyle(cell, { text, ground, icon }, theme) {
  if (ground) {
    cell.style.backgroundColor = ground;
    cell.style.color = textOn(ground);
  }
  if (text) cell.style.color = legible(text, ground ?? theme.tile, 4.5);
  if (icon) {
    const sign = h('span', { class: 'icon', 'aria-hidden': 'true' }, icon.sign);
    if (icon.color) sign.style.color = legible(icon.color, ground ?? theme.tile, 3);
    cell.prepend(sign);
  }
}
