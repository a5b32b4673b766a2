// Visuals that are text and not charts: key figures, insights, word clouds, and what the preview cannot draw.

const PERIODS = {
  YEAR: 'year',
  QUARTER: 'quarter',
  MONTH: 'month',
  WEEK: 'week',
  DAY: 'day',
  HOUR: 'hour',
  MINUTE: 'minute',
  SECOND: 'second',
};

/// The change from one value to another, as text and direction.
function comparisonOf(method, now, before, show) {
  if (now === null || before === null || before === undefined) return null;
  const change = now - before;
  const direction = Math.sign(change);
  if (method === 'DIFFERENCE') return { direction, text: show(Math.abs(change)) };
  if (before === 0) return null;
  if (method === 'PERCENT')
    return {
      direction,
      text: formatNumber(now / before, {
        PercentageDisplayFormatConfiguration: { DecimalPlacesConfiguration: { DecimalPlaces: 1 } },
      }),
    };
  return { direction, text: `${Math.abs((change / before) * 100).toFixed(1)}%` };
}

function kpiView(input) {
  const { model, config, wells, theme, rows, visual } = input;
  const [value] = input.fields(wells.Values);
  if (!value) return emptyView('No value is set');
  const [target] = input.fields(wells.TargetValues);
  const [trend] = input.fields(wells.TrendGroups);
  const options = config.KPIOptions ?? {};
  const points = trend ? group(rows, [trend]).filter((one) => one.key[0] !== null) : [];
  points.sort((a, b) => compareValues(a.key[0], b.key[0]));
  // With a trend, a KPI shows the newest period's value next to that of the previous period.
  const latest = points[points.length - 1];
  const shownRows = latest ? latest.rows : rows;
  const actual = shownRows.length ? value.get(shownRows) : null;
  const aim = target && rows.length ? target.get(shownRows) : null;
  const before = target ? aim : points.length > 1 ? value.get(points[points.length - 2].rows) : null;
  const method = options.Comparison?.ComparisonMethod ?? 'PERCENT_DIFFERENCE';
  const comparison = comparisonOf(method, actual, before, value.show);
  const columns = [
    trend && columnOfField(trend),
    columnOfField(value),
    target && columnOfField(target),
  ].filter(Boolean);
  const table = trend
    ? points.map((one) => [one.key[0], value.get(one.rows), ...(target ? [target.get(one.rows)] : [])])
    : [[actual, ...(target ? [aim] : [])]];
  const draw = (body) => {
    const rules = visual.ConditionalFormatting?.ConditionalFormattingOptions ?? [];
    const figure = h(
      'div',
      { class: 'kpi-value', 'data-value': actual === null ? '' : String(actual) },
      value.show(actual),
    );
    applyStyle(
      figure,
      {
        ...cellStyles(
          model,
          value.set,
          rules.filter((one) => one.PrimaryValue).map((one) => one.PrimaryValue),
          input.fields(wells.Values),
          [shownRows],
        )(shownRows),
        ground: null,
      },
      theme,
    );
    const against = target
      ? `${target.label} ${target.show(aim)}`
      : `previous ${PERIODS[trend?.granularity] ?? 'period'}${before === null ? '' : ` (${value.show(before)})`}`;
    const arrow = { 1: '▲', 0: '•', '-1': '▼' }[comparison?.direction];
    const change =
      comparison && visibleUnlessHidden(options.SecondaryValue ?? {})
        ? h(
            'div',
            {
              class: `kpi-change ${comparison.direction < 0 ? 'bad' : comparison.direction > 0 ? 'good' : ''}`,
            },
            visibleUnlessHidden(options.TrendArrows)
              ? h('span', { 'aria-hidden': 'true' }, `${arrow} `)
              : null,
            h(
              'span',
              { class: 'hidden' },
              comparison.direction < 0 ? 'down ' : comparison.direction > 0 ? 'up ' : 'unchanged ',
            ),
            comparison.text,
            h('span', { class: 'against' }, ` ${target ? 'against' : 'from'} ${against}`),
          )
        : null;
    body.append(
      h(
        'div',
        { class: 'kpi' },
        figure,
        change,
        trend && latest ? h('div', { class: 'kpi-when' }, trend.show(latest.key[0])) : null,
        target && aim && visibleUnlessHidden(options.ProgressBar) ? progress(actual, aim, target) : null,
        points.length > 1 && visibleUnlessHidden(options.Sparkline)
          ? sparkline(
              points.map((one) => value.get(one.rows) ?? 0),
              options.Sparkline,
              theme,
            )
          : null,
      ),
    );
  };
  return { columns, rows: table, html: draw };
}

function progress(actual, aim, target) {
  const share = Math.max(0, Math.min(1, (actual ?? 0) / aim));
  const bar = h(
    'div',
    { class: 'progress', role: 'img', 'aria-label': `${Math.round(share * 100)} % of ${target.label}` },
    h('div'),
  );
  bar.firstChild.style.width = `${share * 100}%`;
  return bar;
}

function sparkline(values, options, theme) {
  const [width, height] = [240, 48];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = values
    .map(
      (value, index) =>
        `${((index / (values.length - 1)) * width).toFixed(1)},${(height - 3 - ((value - low) / (high - low || 1)) * (height - 6)).toFixed(1)}`,
    )
    .join(' ');
  const color = theme.palette[0];
  const lines = [
    svg('polyline', {
      points,
      fill: 'none',
      stroke: color,
      'stroke-width': 1.6,
      'vector-effect': 'non-scaling-stroke',
    }),
  ];
  if (options?.Type !== 'LINE')
    lines.unshift(
      svg('polygon', {
        points: `0,${height} ${points} ${width},${height}`,
        fill: color,
        'fill-opacity': 0.14,
      }),
    );
  return svg(
    'svg',
    { class: 'spark', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...lines,
  );
}

const emptyView = (text) => ({
  columns: [],
  rows: [],
  html: (body) => body.append(h('p', { class: 'note centre' }, text)),
  isTable: true,
  quiet: true,
});

function insightView(input) {
  const computations = (input.visual.InsightConfiguration?.Computations ?? []).map((union) =>
    words(variant(union).kind).toLowerCase(),
  );
  const set = input.visual.DataSetIdentifier;
  return {
    columns: [],
    rows: [],
    isTable: true,
    quiet: true,
    html: (body) => {
      // A narrative without computations is a text of the author.
      const narrative = input.visual.InsightConfiguration?.CustomNarrative?.Narrative;
      if (narrative && !computations.length) {
        body.append(h('div', { class: 'scroll text' }, richText(narrative, current.model.parameters)));
        return;
      }
      const text = `QuickSight generates this text${set ? ` from ${words(set).toLowerCase()}` : ''}${computations.length ? `: ${computations.join(', ')}` : ''}. The preview does not generate it.`;
      body.append(h('p', { class: 'note' }, text));
    },
  };
}

function wordCloudView(input) {
  const { model, config, wells, rows, having, theme } = input;
  const dimensions = input.fields(wells.GroupBy).slice(0, 1);
  const [size] = input.fields(wells.Size);
  const count = (one) => (size ? size.get(one.rows) : one.rows.length);
  let groups = group(rows, dimensions).filter((one) => having.every((check) => check(one.rows)));
  if (!sortGroups(model, groups, config.SortConfiguration?.CategorySort, dimensions, size ? [size] : []))
    groups.sort((a, b) => count(b) - count(a));
  groups = limitGroups(groups, config.SortConfiguration?.CategoryItemsLimit, 60);
  const most = Math.max(...groups.map(count), 1);
  return {
    columns: [columnOfField(dimensions[0]), size ? columnOfField(size) : { label: 'Rows', numeric: true }],
    rows: groups.map((one) => [one.key[0], count(one)]),
    html: (body) =>
      body.append(
        h(
          'div',
          { class: 'cloud', role: 'img', 'aria-label': input.spoken },
          groups.map((one, index) => {
            const word = h('span', {}, dimensions[0].show(one.key[0]));
            word.style.fontSize = `${12 + 26 * Math.sqrt(Math.max(0, count(one)) / most)}px`;
            word.style.color = theme.palette[index % theme.palette.length];
            return word;
          }),
        ),
      ),
  };
}

/// All fields of a visual as a table, for visuals that are not drawn or not computed. A field that fails is omitted.
function fieldsView(input, note) {
  const unions = [];
  const walk = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === 'object') {
      if (value.FieldId && value.Column) return;
      for (const [name, inner] of Object.entries(value)) {
        if (/(Dimension|Measure)Field$/.test(name) && inner?.FieldId) unions.push({ [name]: inner });
        else walk(inner);
      }
    }
  };
  walk(input.config.FieldWells);
  const raw = input.config.FieldWells?.TableUnaggregatedFieldWells?.Values ?? [];
  const fields = [...input.fields(unions), ...input.fields(raw)];
  const attempt = (work) => {
    try {
      return work();
    } catch {
      return undefined;
    }
  };
  const usable = fields.filter(
    (one) =>
      !one.error &&
      attempt(() => (one.measure ? [one.get(input.rows)] : [one.get(input.rows[0] ?? null, input.rows)])),
  );
  const [dimensions, measures] = [usable.filter((one) => !one.measure), usable.filter((one) => one.measure)];
  const groups = group(input.rows, dimensions);
  groups.sort((a, b) =>
    a.key.reduce((order, value, index) => order || compareValues(value, b.key[index]), 0),
  );
  const view = {
    columns: [...dimensions, ...measures].map(columnOfField),
    rows: groups.map((one) => [...one.key, ...measures.map((measure) => measure.get(one.rows))]),
    notes: [note],
    isTable: true,
  };
  view.html = (body) => body.append(plainTable(view));
  return view;
}
