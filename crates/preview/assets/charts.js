// Visuals as options of Apache ECharts, each with the figures that it shows.

/// The options that all charts share.
function chartBase(input) {
  const { theme } = input;
  return {
    animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    animationDuration: 250,
    color: theme.palette,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: input.spoken } },
    tooltip: {
      confine: true,
      backgroundColor: theme.tile,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
    },
  };
}

function legendOf(input, names, place = {}) {
  if (names.length < 2 || input.config.Legend?.Visibility === 'HIDDEN') return undefined;
  const { theme } = input;
  return {
    type: 'scroll',
    top: 0,
    left: 0,
    right: 0,
    icon: 'roundRect',
    itemWidth: 10,
    itemHeight: 10,
    itemGap: 12,
    data: names,
    textStyle: { color: theme.muted, fontSize: 11, width: 130, overflow: 'truncate' },
    pageIconColor: theme.accent,
    pageIconInactiveColor: theme.line,
    pageTextStyle: { color: theme.muted },
    pageIconSize: 10,
    ...place,
  };
}

const axisOf = (theme) => ({
  axisLine: { lineStyle: { color: theme.line } },
  axisTick: { show: false },
  axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
  nameTextStyle: { color: theme.muted, fontSize: 11 },
  splitLine: { lineStyle: { color: theme.line, opacity: 0.6 } },
});

const gridOf = (top, rest = {}) => ({
  left: 2,
  right: 12,
  top,
  bottom: 7,
  outerBoundsMode: 'same',
  outerBoundsContain: 'axisLabel',
  ...rest,
});

/// The groups of a category: those that pass, in order, up to the limit.
function categoriesOf(input, dimension, measures, sorts, limit, most = 200) {
  const { model, rows, having } = input;
  let groups = group(rows, [dimension]).filter((one) => having.every((check) => check(one.rows)));
  if (!sortGroups(model, groups, sorts, [dimension], measures)) {
    const byKey = dimension.date || dimension.kind === 'NumericalDimensionField' || !measures.length;
    const ranks = new Map(groups.map((one) => [one, byKey ? one.key[0] : measures[0].get(one.rows)]));
    groups.sort((a, b) => compareValues(ranks.get(a), ranks.get(b)) * (byKey ? 1 : -1));
  }
  groups = limitGroups(groups, limit, most);
  return groups;
}

const nameOf = (dimension, one) => (one.other ? 'Other' : dimension.show(one.key[0]));

/// The color of a group by its value, or the color of "other".
function toneOf(input, dimension, one, index) {
  const { palette, muted } = input.theme;
  return one.other
    ? muted
    : palette[input.model.shadeOf(dimension, one.key[0], index, palette.length) % palette.length];
}

function needed(field, name) {
  if (!field) throw new Error(`its ${name} is not set`);
  return field;
}

const smallMultiples = (input) =>
  (input.wells.SmallMultiples ?? []).length ? ['Its small multiples are drawn as one in the preview'] : [];

/// Lines, bars, and both.
function cartesianView(input) {
  const { model, kind, config, wells, theme, width } = input;
  const line = kind === 'LineChartVisual';
  const combo = kind === 'ComboChartVisual';
  const category = input.drilled(wells.Category);
  const bars = input.fields(combo ? wells.BarValues : wells.Values);
  const lines = combo ? input.fields(wells.LineValues) : [];
  const measures = [...bars, ...lines];
  if (!measures.length) measures.push(countOf(input));
  const [color] = input.fields(wells.Colors);
  const sort = config.SortConfiguration ?? {};
  const groups = category
    ? categoriesOf(
        input,
        category,
        measures,
        sort.CategorySort,
        sort.CategoryItemsLimit ?? sort.CategoryItemsLimitConfiguration,
      )
    : [{ key: [null], rows: input.rows }];
  const names = groups.map((one) => (category ? nameOf(category, one) : measures[0].label));
  let series = [];
  if (color && bars.length) {
    const shades = categoriesOf(
      input,
      color,
      bars,
      sort.ColorSort ?? [{ FieldSort: { FieldId: color.id, Direction: 'ASC' } }],
      sort.ColorItemsLimit ?? sort.ColorItemsLimitConfiguration,
      25,
    );
    const known = new Map(shades.filter((one) => !one.other).map((one) => [keyOf(one.key), one]));
    const split = groups.map((one) => {
      const parts = new Map();
      for (const part of group(one.rows, [color])) {
        const text = known.has(keyOf(part.key)) ? keyOf(part.key) : 'other';
        parts.set(text, [...(parts.get(text) ?? []), ...part.rows]);
      }
      return parts;
    });
    for (const value of bars) {
      for (const [index, shade] of shades.entries()) {
        const text = shade.other ? 'other' : keyOf(shade.key);
        const name = nameOf(color, shade);
        series.push({
          name: bars.length > 1 ? `${name} · ${value.label}` : name,
          measure: value,
          tone: bars.length > 1 ? undefined : toneOf(input, color, shade, index),
          values: split.map((parts) => (parts.has(text) ? value.get(parts.get(text)) : null)),
        });
      }
    }
    for (const value of lines)
      series.push({
        name: value.label,
        measure: value,
        second: true,
        values: groups.map((one) => value.get(one.rows)),
      });
  } else {
    series = measures.map((value) => ({
      name: value.label,
      measure: value,
      second: lines.includes(value),
      values: groups.map((one) => value.get(one.rows)),
    }));
  }
  const view = {
    columns: [
      category ? columnOfField(category) : { label: '' },
      ...series.map((one) => ({ label: one.name, show: one.measure.show, numeric: true })),
    ],
    rows: groups.map((one, index) => [
      one.other ? 'Other' : one.key[0],
      ...series.map((each) => each.values[index]),
    ]),
    notes: smallMultiples(input),
    keys: groups.map((one) => (one.other ? undefined : one.key[0])),
  };
  const arrangement = config.BarsArrangement ?? '';
  const percent = /PERCENT/.test(arrangement);
  const stacked = /STACKED/.test(arrangement) || config.Type === 'STACKED_AREA';
  const horizontal = kind === 'BarChartVisual' && config.Orientation !== 'VERTICAL';
  const sums = percent
    ? groups.map((_, index) =>
        total(series.filter((one) => !one.second).map((one) => Math.abs(one.values[index] ?? 0))),
      )
    : [];
  const labelled =
    config.DataLabels?.Visibility === 'VISIBLE' || config.BarDataLabels?.Visibility === 'VISIBLE';
  const share = {
    PercentageDisplayFormatConfiguration: { DecimalPlacesConfiguration: { DecimalPlaces: 0 } },
  };
  const drawn = series.map((one) => {
    const asLine = line || one.second;
    // In a stack, a gap would have no base: it becomes zero.
    const values =
      stacked && !percent && asLine && !one.second
        ? one.values.map((value) => value ?? 0)
        : percent && !one.second
          ? one.values.map((value, index) => (value === null ? null : sums[index] ? value / sums[index] : 0))
          : one.values;
    return {
      name: one.name,
      type: asLine ? 'line' : 'bar',
      yAxisIndex: one.second ? 1 : 0,
      stack: stacked && !one.second ? 'stack' : undefined,
      data: values,
      // Symbols keep a line of one point visible, and lines of few points readable.
      showSymbol: asLine && (groups.length === 1 || (one.second && groups.length < 30)),
      symbolSize: 5,
      connectNulls: config.DefaultSeriesSettings?.LineStyleSettings?.LineInterpolation !== 'STEPPED',
      step:
        config.DefaultSeriesSettings?.LineStyleSettings?.LineInterpolation === 'STEPPED'
          ? 'middle'
          : undefined,
      smooth: config.DefaultSeriesSettings?.LineStyleSettings?.LineInterpolation === 'SMOOTH',
      lineStyle: asLine ? { width: 2 } : undefined,
      itemStyle: one.tone ? { color: one.tone } : undefined,
      // Overlapping areas are translucent, the more so the more there are.
      areaStyle: /AREA/.test(config.Type ?? '')
        ? { opacity: stacked ? 0.55 : series.length > 1 ? Math.max(0.1, 0.32 / series.length) : 0.22 }
        : undefined,
      barMaxWidth: 42,
      barGap: '10%',
      barCategoryGap: groups.length > 20 ? '20%' : '32%',
      label: labelled
        ? {
            show: true,
            position: stacked ? 'inside' : horizontal ? 'right' : 'top',
            color: stacked ? undefined : theme.text,
            fontSize: 10,
            formatter: (point) =>
              percent ? formatNumber(point.value, share) : one.measure.brief(point.value),
          }
        : undefined,
      labelLayout: labelled ? { hideOverlap: true } : undefined,
      emphasis: { focus: series.length > 1 ? 'series' : 'none' },
      tooltip: {
        valueFormatter: (value) =>
          percent && !one.second
            ? formatNumber(value, {
                PercentageDisplayFormatConfiguration: { DecimalPlacesConfiguration: { DecimalPlaces: 1 } },
              })
            : one.measure.show(value ?? null),
      },
    };
  });
  if (drawn.length) drawn[0].markLine = referenceLines(input, measures[0], horizontal);
  if (line && category?.date && !color) addForecast(input, view, names, groups, drawn, series[0]);
  const legend = legendOf(
    input,
    drawn.map((one) => one.name).filter((name) => !name.startsWith('\u0000')),
  );
  const categoryAxis = {
    type: 'category',
    data: names,
    ...axisOf(theme),
    splitLine: { show: false },
    inverse: horizontal,
    boundaryGap: !(line && groups.length > 1),
  };
  if (horizontal) {
    categoryAxis.axisLabel = {
      ...categoryAxis.axisLabel,
      width: Math.max(70, width * 0.3),
      overflow: 'truncate',
      hideOverlap: true,
    };
  } else if (!category?.date) {
    const room = Math.max(1, (width - 60) / names.length);
    const longest = Math.max(...names.map((name) => String(name).length), 1) * 6;
    // Labels without room next to each other are rotated and truncated.
    const aslant = longest > room && room < 64;
    categoryAxis.axisLabel = {
      ...categoryAxis.axisLabel,
      interval: room > 14 ? 0 : 'auto',
      hideOverlap: room <= 14,
      rotate: aslant ? 40 : 0,
      width: aslant ? 90 : room - 6,
      overflow: 'truncate',
    };
  }
  const valueAxis = (measure, second) => ({
    type: 'value',
    ...axisOf(theme),
    axisLine: { show: false },
    scale: line && !/AREA/.test(config.Type ?? '') && !stacked && isFar(series),
    max: percent && !second ? 1 : undefined,
    interval: percent && !second ? 0.25 : undefined,
    splitLine: second ? { show: false } : axisOf(theme).splitLine,
    axisLabel: {
      ...axisOf(theme).axisLabel,
      formatter: (value) => (percent && !second ? formatNumber(value, share) : measure.tick(value)),
    },
    splitNumber: horizontal ? Math.max(2, Math.min(6, Math.floor(width / 110))) : 4,
    minInterval:
      series.every((one) => one.values.every((value) => value === null || Number.isInteger(value))) &&
      !percent
        ? 1
        : undefined,
  });
  const values = [valueAxis(measures[0], false)];
  if (lines.length) values.push(valueAxis(lines[0], true));
  view.option = {
    ...chartBase(input),
    tooltip: {
      ...chartBase(input).tooltip,
      trigger: 'axis',
      axisPointer: { type: line ? 'line' : 'shadow' },
    },
    legend,
    grid: gridOf(legend ? 30 : 10, { right: lines.length ? 14 : 16 }),
    xAxis: horizontal ? values[0] : categoryAxis,
    yAxis: horizontal ? categoryAxis : values,
    series: drawn,
  };
  return view;
}

/// Whether the values are so far from zero that an axis from zero would flatten them.
function isFar(series) {
  const values = series.flatMap((one) => one.values).filter((value) => typeof value === 'number');
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.length > 1 && low > 0 && low > (high - low) * 4;
}

const countOf = (input) => ({
  id: '',
  label: 'Rows',
  set: input.set,
  measure: true,
  get: (rows) => rows.length,
  show: (value) => formatNumber(value),
  brief: (value) => formatNumber(value, null, true),
  tick: (value) => formatTick(value),
});

function referenceLines(input, measure, horizontal) {
  const lines = (input.config.ReferenceLines ?? [])
    .filter((one) => one.Status !== 'DISABLED')
    .flatMap((one) => {
      const value = one.DataConfiguration?.StaticConfiguration?.Value;
      if (value === undefined) return [];
      return [
        {
          [horizontal ? 'xAxis' : 'yAxis']: value,
          name: one.LabelConfiguration?.CustomLabelConfiguration?.CustomLabel ?? measure.show(value),
          lineStyle: {
            color: input.theme.muted,
            type: { SOLID: 'solid', DOTTED: 'dotted' }[one.StyleConfiguration?.Pattern] ?? 'dashed',
          },
        },
      ];
    });
  return lines.length
    ? {
        symbol: 'none',
        silent: true,
        data: lines,
        label: { formatter: '{b}', color: input.theme.muted, position: 'insideEndTop', fontSize: 10 },
      }
    : undefined;
}

/// A line through the values' trend and season. QuickSight's forecast is computed differently: this one only shows
/// where it is.
function forecast(values, count, season, interval) {
  const length = values.length;
  const period = Math.max(1, Math.min(season, Math.floor(length / 2)));
  const middle = (length - 1) / 2;
  const level = mean(values);
  const spread = total(values.map((_, index) => (index - middle) ** 2)) || 1;
  const slope = total(values.map((value, index) => (index - middle) * (value - level))) / spread;
  const trend = (index) => level + slope * (index - middle);
  const seasons = Array.from({ length: period }, (_, phase) =>
    mean(
      values.map((value, index) => value - trend(index)).filter((_value, index) => index % period === phase),
    ),
  );
  const fit = (index) => trend(index) + seasons[index % period];
  const deviation = Math.sqrt(mean(values.map((value, index) => (value - fit(index)) ** 2)));
  const reach = deviation * ({ 50: 0.67, 80: 1.28, 90: 1.645, 95: 1.96 }[interval] ?? 1.645);
  return Array.from({ length: count }, (_, step) => ({
    value: fit(length + step),
    low: fit(length + step) - reach,
    high: fit(length + step) + reach,
  }));
}

function addForecast(input, view, names, groups, drawn, source) {
  const asked = input.config.ForecastConfigurations?.[0]?.ForecastProperties;
  const values = source.values.map((value) => value ?? 0);
  const ascending =
    groups.length > 3 && groups.every((one, index) => index === 0 || one.key[0] > groups[index - 1].key[0]);
  if (!asked || !ascending) return;
  const category = input.drilled(input.wells.Category);
  const usual = { DAY: 7, HOUR: 24, MONTH: 12, QUARTER: 4, WEEK: 52 }[category.granularity] ?? 1;
  // If no value is below zero, the forecast is not either.
  const floor = values.every((value) => value >= 0) ? 0 : -Infinity;
  const bound = (value) =>
    Math.min(asked.UpperBoundary ?? Infinity, Math.max(asked.LowerBoundary ?? floor, value));
  const ahead = forecast(
    values,
    asked.PeriodsForward ?? 14,
    asked.Seasonality ?? usual,
    asked.PredictionInterval ?? 90,
  );
  const last = groups[groups.length - 1].key[0];
  ahead.forEach((_, step) => names.push(category.show(addPeriods(last, step + 1, category.granularity))));
  const before = groups.map(() => null);
  const joined = [...before];
  joined[joined.length - 1] = values[values.length - 1];
  const color = input.theme.palette[drawn.length % input.theme.palette.length];
  const hidden = {
    type: 'line',
    symbol: 'none',
    silent: true,
    stack: '\u0000band',
    stackStrategy: 'all',
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
  const show = { valueFormatter: (value) => source.measure.brief(value ?? null) };
  drawn.push(
    {
      name: 'Forecast (illustration)',
      type: 'line',
      showSymbol: false,
      lineStyle: { type: 'dashed', width: 2, color },
      itemStyle: { color },
      data: [...joined, ...ahead.map((one) => bound(one.value))],
      tooltip: show,
    },
    // A band is the low line, hidden, with the distance to the high line stacked on it.
    { ...hidden, name: '\u0000low', data: [...before, ...ahead.map((one) => bound(one.low))] },
    {
      ...hidden,
      name: '\u0000high',
      data: [...before, ...ahead.map((one) => bound(one.high) - bound(one.low))],
      areaStyle: { color, opacity: 0.16 },
    },
  );
  view.notes.push('The forecast is an illustration: QuickSight makes its own');
}

function pieView(input) {
  const { config, wells, theme, width, height } = input;
  const category = needed(input.drilled(wells.Category), 'category');
  const [value = countOf(input)] = input.fields(wells.Values);
  const sort = config.SortConfiguration ?? {};
  const groups = categoriesOf(input, category, [value], sort.CategorySort, sort.CategoryItemsLimit, 25);
  const data = groups.map((one, index) => ({
    name: nameOf(category, one),
    value: value.get(one.rows),
    itemStyle: { color: toneOf(input, category, one, index), borderColor: theme.tile, borderWidth: 1 },
  }));
  const thickness = config.DonutOptions?.ArcOptions?.ArcThickness;
  const inner = { SMALL: 0.8, MEDIUM: 0.62, LARGE: 0.45 }[thickness] ?? 0;
  const legendRight = width > height * 1.25;
  const names = data.map((one) => one.name);
  const legend = legendOf(
    input,
    names,
    legendRight
      ? {
          orient: 'vertical',
          left: 'auto',
          right: 0,
          top: 'middle',
          textStyle: {
            color: theme.muted,
            fontSize: 11,
            width: Math.min(120, width * 0.25),
            overflow: 'truncate',
          },
        }
      : {},
  );
  const right = legend && legendRight ? Math.min(150, width * 0.3 + 20) : 0;
  const top = legend && !legendRight ? 26 : 0;
  const center = [(width - right) / 2, top + (height - top) / 2];
  const radius = Math.max(24, Math.min((width - right) / 2 - 52, (height - top) / 2 - 20));
  const whole = value.get(input.rows);
  const option = {
    ...chartBase(input),
    tooltip: { ...chartBase(input).tooltip, trigger: 'item', valueFormatter: (shown) => value.show(shown) },
    legend,
    series: [
      {
        type: 'pie',
        radius: [radius * inner, radius],
        center,
        data,
        label: {
          formatter: (slice) => `${slice.percent.toFixed(slice.percent < 10 ? 1 : 0)}%`,
          color: theme.muted,
          fontSize: 11,
          bleedMargin: 2,
          overflow: 'none',
        },
        labelLine: { length: 8, length2: 6, lineStyle: { color: theme.line } },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
  if (
    inner &&
    visibleUnlessHidden({ Visibility: config.DonutOptions?.DonutCenterOptions?.LabelVisibility })
  ) {
    const size = Math.round(Math.max(13, Math.min(24, radius * inner * 0.38)));
    const room = radius * inner * 1.6;
    option.title = {
      text: `{figure|${value.brief(whole)}}\n{name|${value.label.length * 6 > room ? `${value.label.slice(0, Math.floor(room / 6) - 1)}…` : value.label}}`,
      left: center[0],
      top: center[1],
      textAlign: 'center',
      textVerticalAlign: 'middle',
      padding: 0,
      textStyle: {
        rich: {
          figure: { fontSize: size, lineHeight: size + 6, fontWeight: 600, color: theme.text },
          name: { fontSize: 11, lineHeight: 14, color: theme.muted, fontWeight: 400 },
        },
      },
    };
  }
  return {
    columns: [columnOfField(category), columnOfField(value)],
    rows: groups.map((one, index) => [one.other ? 'Other' : one.key[0], data[index].value]),
    keys: groups.map((one) => (one.other ? undefined : one.key[0])),
    notes: smallMultiples(input),
    option,
  };
}

function heatMapView(input) {
  const { model, config, wells, theme, rows, having, width, height } = input;
  const [down] = input.fields(wells.Rows);
  const [across] = input.fields(wells.Columns);
  const [value = countOf(input)] = input.fields(wells.Values);
  const sort = config.SortConfiguration ?? {};
  const axis = (dimension, sorts, limit) => {
    if (!dimension) return [{ key: [null], rows }];
    const groups = group(rows, [dimension]);
    if (!sortGroups(model, groups, sorts, [dimension], [value]))
      groups.sort((a, b) => compareValues(a.key[0], b.key[0]));
    return limitGroups(groups, limit && { ...limit, OtherCategories: 'EXCLUDE' }, 100);
  };
  const lines = axis(down, sort.HeatMapRowSort, sort.HeatMapRowItemsLimitConfiguration);
  const columns = axis(across, sort.HeatMapColumnSort, sort.HeatMapColumnItemsLimitConfiguration);
  const dimensions = [down, across].filter(Boolean);
  const places = (groups) => new Map(groups.map((one, index) => [keyOf(one.key), index]));
  const [rowPlaces, columnPlaces] = [places(lines), places(columns)];
  const cells = group(rows, dimensions)
    .filter((one) => having.every((check) => check(one.rows)))
    .map((one) => ({
      ...one,
      x: across ? columnPlaces.get(keyOf([one.key[dimensions.length - 1]])) : 0,
      y: down ? rowPlaces.get(keyOf([one.key[0]])) : 0,
      value: value.get(one.rows),
    }))
    .filter((one) => one.x !== undefined && one.y !== undefined && one.value !== null);
  const values = cells.map((one) => one.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const asked = (config.ColorScale?.Colors ?? []).map((one) => one.Color).filter(Boolean);
  const colors = theme.dark || asked.length < 2 ? theme.gradient : asked;
  const roomy = width / columns.length > 44 && height / lines.length > 20 && cells.length <= 150;
  const shade = (one) => shadeAt(colors, high === low ? 1 : (one.value - low) / (high - low));
  const option = {
    ...chartBase(input),
    tooltip: {
      ...chartBase(input).tooltip,
      formatter: (cell) =>
        h(
          'div',
          {},
          `${[down && nameOf(down, lines[cell.value[1]]), across && nameOf(across, columns[cell.value[0]])].filter(Boolean).join(' · ')}: `,
          h('b', {}, value.show(cell.value[2])),
        ),
    },
    grid: gridOf(4, { bottom: 36, right: 4 }),
    xAxis: {
      type: 'category',
      data: columns.map((one) => (across ? nameOf(across, one) : value.label)),
      ...axisOf(theme),
      splitLine: { show: false },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: lines.map((one) => (down ? nameOf(down, one) : value.label)),
      ...axisOf(theme),
      splitLine: { show: false },
      axisLabel: { ...axisOf(theme).axisLabel, width: Math.max(60, width * 0.25), overflow: 'truncate' },
    },
    visualMap: {
      // A single value has the last color of the scale, as in `shade`, which the color of its text depends on.
      min: high === low ? low - 1 : low,
      max: high,
      calculable: false,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 90,
      itemWidth: 10,
      text: [value.brief(high), value.brief(low)],
      textStyle: { color: theme.muted, fontSize: 11 },
      inRange: { color: colors },
      formatter: (shown) => value.brief(shown),
    },
    series: [
      {
        type: 'heatmap',
        itemStyle: { borderColor: theme.tile, borderWidth: 1 },
        data: cells.map((one) => ({
          value: [one.x, one.y, one.value],
          label: {
            show: roomy,
            color: textOn(shade(one)),
            fontSize: 10,
            formatter: () => value.brief(one.value),
          },
        })),
      },
    ],
  };
  return {
    columns: [...dimensions, value].map(columnOfField),
    rows: cells.map((one) => [...one.key, one.value]),
    option,
  };
}

/// The color at a position from 0 to 1 on a scale of at least two colors.
function shadeAt(colors, share) {
  const place = share * (colors.length - 1);
  const from = Math.min(Math.floor(place), colors.length - 2);
  return mix(colors[from], colors[from + 1], place - from);
}

function funnelView(input) {
  const { config, wells, theme, width } = input;
  const category = needed(input.drilled(wells.Category), 'category');
  const [value = countOf(input)] = input.fields(wells.Values);
  const sort = config.SortConfiguration ?? {};
  const groups = categoriesOf(input, category, [value], sort.CategorySort, sort.CategoryItemsLimit, 50);
  const data = groups.map((one) => ({ name: nameOf(category, one), value: value.get(one.rows) ?? 0 }));
  const most = Math.max(...data.map((one) => one.value), 0);
  const share = (one) =>
    `${value.brief(one.value)}${most ? `  ${Math.round((one.value / most) * 100)}%` : ''}`;
  const axis = {
    type: 'category',
    inverse: true,
    ...axisOf(theme),
    axisLine: { show: false },
    splitLine: { show: false },
  };
  return {
    columns: [columnOfField(category), columnOfField(value)],
    rows: groups.map((one, index) => [one.other ? 'Other' : one.key[0], data[index].value]),
    keys: groups.map((one) => (one.other ? undefined : one.key[0])),
    option: {
      ...chartBase(input),
      tooltip: {
        ...chartBase(input).tooltip,
        formatter: (step) =>
          h('div', {}, `${data[step.dataIndex].name}: `, h('b', {}, value.show(data[step.dataIndex].value))),
      },
      grid: gridOf(4, { right: 4 }),
      xAxis: { type: 'value', show: false, min: 0, max: most || 1 },
      // The figures are next to the steps, where those of a narrow step have room too.
      yAxis: [
        {
          ...axis,
          data: data.map((one) => one.name),
          axisLabel: { color: theme.text, fontSize: 12, width: width * 0.3, overflow: 'truncate' },
        },
        {
          ...axis,
          data: data.map(share),
          position: 'right',
          axisLabel: { color: theme.muted, fontSize: 12 },
        },
      ],
      series: [
        {
          type: 'bar',
          stack: 'step',
          silent: true,
          itemStyle: { color: 'transparent' },
          data: data.map((one) => (most - one.value) / 2),
          barCategoryGap: '14%',
        },
        {
          type: 'bar',
          stack: 'step',
          data: data.map((one, index) => ({
            value: one.value,
            itemStyle: { color: theme.palette[index % theme.palette.length] },
          })),
          barMinWidth: 2,
          barMinHeight: 2,
        },
      ],
    },
  };
}

function scatterView(input) {
  const { config, wells, theme, rows, having, height } = input;
  const raw = config.FieldWells?.ScatterPlotUnaggregatedFieldWells;
  const [x] = input.fields(wells.XAxis);
  const [y] = input.fields(wells.YAxis);
  const [size] = input.fields(wells.Size);
  const dimensions = input.fields([...(wells.Category ?? []), ...(wells.Label ?? [])]);
  needed(x, 'X axis');
  needed(y, 'Y axis');
  const groups = (
    raw
      ? rows.map((row) => ({ key: dimensions.map((one) => one.get(row, rows) ?? null), rows: [row] }))
      : group(rows, dimensions)
  )
    .filter((one) => having.every((check) => check(one.rows)))
    .slice(0, 2500);
  const read = (field, one) => (field.measure ? field.get(one.rows) : field.get(one.rows[0], one.rows));
  const points = groups
    .map((one) => ({ key: one.key, x: read(x, one), y: read(y, one), size: size ? read(size, one) : null }))
    .filter((one) => one.x !== null && one.y !== null);
  const most = Math.max(...points.map((one) => Math.abs(one.size ?? 0)), 1);
  const kinds = new Map();
  const byColor = dimensions.length > 0 && new Set(points.map((one) => one.key[0])).size <= 12;
  for (const one of points) {
    const name = byColor ? dimensions[0].show(one.key[0]) : y.label;
    if (!kinds.has(name)) kinds.set(name, []);
    kinds.get(name).push(one);
  }
  const legend = legendOf(input, [...kinds.keys()]);
  const numeric = (field) => ({
    type: x.date && field === x ? 'category' : 'value',
    scale: true,
    ...axisOf(theme),
    axisLine: { lineStyle: { color: theme.line } },
    name: field.label,
    nameLocation: 'middle',
    axisLabel: { ...axisOf(theme).axisLabel, formatter: (value) => field.tick(value) },
  });
  return {
    columns: [...dimensions, x, y, ...(size ? [size] : [])].map(columnOfField),
    rows: points.map((one) => [...one.key, one.x, one.y, ...(size ? [one.size] : [])]),
    option: {
      ...chartBase(input),
      tooltip: {
        ...chartBase(input).tooltip,
        formatter: (point) =>
          h(
            'div',
            {},
            ...dimensions.flatMap((one, index) => [h('b', {}, one.show(point.data.key[index])), h('br')]),
            `${x.label}: ${x.show(point.value[0])}`,
            h('br'),
            `${y.label}: ${y.show(point.value[1])}`,
            ...(size ? [h('br'), `${size.label}: ${size.show(point.data.size)}`] : []),
          ),
      },
      legend,
      grid: gridOf(legend ? 30 : 10, { outerBoundsContain: 'all', left: 4, bottom: 7, right: 14 }),
      xAxis: { ...numeric(x), nameGap: 22, splitNumber: 5 },
      yAxis: { ...numeric(y), nameGap: 40, splitNumber: height > 200 ? 5 : 3 },
      series: [...kinds].map(([name, members], index) => ({
        name,
        type: 'scatter',
        itemStyle: {
          opacity: 0.8,
          color: byColor ? toneOf(input, dimensions[0], members[0], index) : undefined,
        },
        data: members.map((one) => ({
          value: [one.x, one.y],
          key: one.key,
          size: one.size,
          symbolSize: size ? 6 + 24 * Math.sqrt(Math.abs(one.size ?? 0) / most) : 9,
        })),
      })),
    },
  };
}

function gaugeView(input) {
  const { model, config, wells, theme, rows, visual, width, height } = input;
  const value = needed(input.fields(wells.Values)[0], 'value');
  const [target] = input.fields(wells.TargetValues);
  const actual = rows.length ? value.get(rows) : null;
  const aim = target && rows.length ? target.get(rows) : null;
  const options = config.GaugeChartOptions ?? {};
  const range = options.ArcAxis?.Range ?? {};
  const low = range.Min ?? Math.min(0, actual ?? 0);
  const high = range.Max ?? Math.max(aim ?? 0, actual ?? 0, low + 1e-9);
  const angle = Math.max(60, Math.min(360, options.Arc?.ArcAngle ?? 180));
  const rules = visual.ConditionalFormatting?.ConditionalFormattingOptions ?? [];
  // The first matching rule, for the arc or for the figure.
  const colored = (part) => {
    const colors = rules.map(part).filter(Boolean);
    return colors.map((rule) => colorBy(model, value.set, rule, [value], [rows])(rows)).find(Boolean);
  };
  const figure = colored((one) => one.PrimaryValue?.TextColor);
  const color =
    colored((one) => one.Arc?.ForegroundColor) ??
    config.ColorConfiguration?.ForegroundColor ??
    theme.palette[0];
  const thickness = { SMALL: 10, MEDIUM: 18, LARGE: 28 }[options.Arc?.ArcThickness] ?? 18;
  const half = angle <= 180;
  // A half circle is twice as wide as high; the figure is below its center.
  const radius = Math.max(
    30,
    half ? Math.min(width / 2 - 30, height - 46) : Math.min(width, height) / 2 - 16,
  );
  const center = [width / 2, half ? (height + radius) / 2 - 6 : height / 2];
  const from = 90 + angle / 2;
  const until = 90 - angle / 2;
  const comparison = target
    ? comparisonOf(options.Comparison?.ComparisonMethod ?? 'PERCENT', actual, aim, value.show)
    : null;
  const dial = {
    type: 'gauge',
    min: low,
    max: high,
    startAngle: from,
    endAngle: until,
    radius,
    center,
    axisTick: { show: false },
    splitLine: { show: false },
  };
  const caption = target
    ? `${comparison ? `${comparison.text} of ` : ''}${target.label} ${target.brief(aim)}`
    : value.label;
  // A long caption covers the ends of the arc, where the labels are.
  const labelled = !target || caption.length * 6 < 2 * (radius - thickness);
  const series = [
    {
      ...dial,
      progress: { show: true, width: thickness, itemStyle: { color: legible(color, theme.tile, 2.4) } },
      axisLine: { lineStyle: { width: thickness, color: [[1, theme.empty]] } },
      axisLabel: {
        show: labelled,
        distance: -thickness - 14,
        color: theme.muted,
        fontSize: 10,
        formatter: (tick) => (tick === low || tick === high ? value.brief(tick) : ''),
      },
      splitNumber: 1,
      pointer: { show: false },
      anchor: { show: false },
      title: {
        show: Boolean(target),
        offsetCenter: [0, half ? '2%' : '24%'],
        color: theme.muted,
        fontSize: 12,
      },
      detail: {
        offsetCenter: [0, half ? '-24%' : 0],
        // A long figure is smaller, so that it fits within the arc.
        fontSize: Math.min(
          Math.max(18, Math.min(34, radius * 0.3)),
          (1.8 * (radius - thickness)) / (0.66 * value.show(actual).length),
        ),
        fontWeight: 600,
        color: figure ? legible(figure, theme.tile, 4.5) : theme.text,
        formatter: () => value.show(actual),
      },
      data: [
        {
          value: Math.max(low, Math.min(high, actual ?? low)),
          name: caption,
        },
      ],
    },
  ];
  if (aim !== null && aim !== undefined && aim >= low && aim <= high) {
    // The target is a stroke across the arc.
    series.push({
      ...dial,
      silent: true,
      z: 4,
      axisLine: { show: false },
      axisLabel: { show: false },
      title: { show: false },
      detail: { show: false },
      anchor: { show: false },
      pointer: {
        icon: 'rect',
        width: 3,
        length: thickness + 8,
        offsetCenter: [0, `-${((radius - thickness - 4) / radius) * 100}%`],
        itemStyle: { color: theme.text },
      },
      data: [{ value: aim }],
    });
  }
  return {
    columns: [value, target].filter(Boolean).map(columnOfField),
    rows: [[actual, ...(target ? [aim] : [])]],
    option: { ...chartBase(input), tooltip: { show: false }, series },
  };
}

function treeMapView(input) {
  const { config, wells, theme } = input;
  const category = needed(input.drilled(wells.Groups), 'category');
  const [size = countOf(input)] = input.fields(wells.Sizes);
  const [color] = input.fields(wells.Colors);
  const sort = config.SortConfiguration ?? {};
  const groups = categoriesOf(
    input,
    category,
    [size],
    sort.TreeMapSort,
    sort.TreeMapGroupItemsLimitConfiguration,
    100,
  );
  const data = groups.map((one) => ({
    name: nameOf(category, one),
    value: size.get(one.rows) ?? 0,
    tone: color ? color.get(one.rows) : null,
  }));
  const tones = data.map((one) => one.tone).filter((tone) => tone !== null);
  const [low, high] = [Math.min(...tones), Math.max(...tones)];
  const asked = (config.ColorScale?.Colors ?? []).map((one) => one.Color).filter(Boolean);
  const scale = theme.dark || asked.length < 2 ? theme.gradient : asked;
  data.forEach((one, index) => {
    const shade =
      one.tone === null
        ? color
          ? theme.palette[0]
          : toneOf(input, category, groups[index], index)
        : mix(scale[0], scale[scale.length - 1], high === low ? 1 : (one.tone - low) / (high - low));
    one.itemStyle = { color: shade };
    one.label = { color: textOn(shade), textShadowBlur: 0 };
  });
  return {
    columns: [category, size, ...(color ? [color] : [])].map(columnOfField),
    rows: groups.map((one, index) => [
      one.other ? 'Other' : one.key[0],
      data[index].value,
      ...(color ? [data[index].tone] : []),
    ]),
    keys: groups.map((one) => (one.other ? undefined : one.key[0])),
    option: {
      ...chartBase(input),
      tooltip: { ...chartBase(input).tooltip, valueFormatter: (shown) => size.show(shown) },
      series: [
        {
          type: 'treemap',
          // With animation, labels appear after the first frame, which may be the one in a screenshot.
          animation: false,
          left: 0,
          right: 0,
          top: 0,
          bottom: 0,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          data,
          sort: false,
          itemStyle: { borderColor: theme.tile, borderWidth: 1, gapWidth: 1 },
          label: {
            show: true,
            position: 'insideTopLeft',
            fontSize: 12,
            lineHeight: 15,
            overflow: 'truncate',
            formatter: (leaf) => `${leaf.name}\n${size.brief(leaf.value)}`,
          },
        },
      ],
    },
  };
}

function sankeyView(input) {
  const { config, wells, theme, rows, having, width } = input;
  const from = needed(input.fields(wells.Source)[0], 'source');
  const to = needed(input.fields(wells.Destination)[0], 'destination');
  const [weight = countOf(input)] = input.fields(wells.Weight);
  const links = group(rows, [from, to])
    .filter((one) => having.every((check) => check(one.rows)))
    .map((one) => ({
      from: from.show(one.key[0]),
      to: to.show(one.key[1]),
      value: weight.get(one.rows),
      key: one.key,
    }))
    .filter((one) => one.value > 0);
  links.sort((a, b) => b.value - a.value);
  const kept = links.slice(0, config.SortConfiguration?.SourceItemsLimit?.ItemsLimit ? 200 : 100);
  // The chart cannot have cycles: if names would form one, a destination is kept apart from a source of the same
  // name.
  const apart = hasCycle(kept) ? ' ' : '';
  const nodes = new Map();
  for (const link of kept) {
    nodes.set(link.from, link.from);
    nodes.set(link.to + apart, link.to);
  }
  const aside = Math.min(110, width * 0.22);
  return {
    columns: [from, to, weight].map(columnOfField),
    rows: kept.map((one) => [...one.key, one.value]),
    option: {
      ...chartBase(input),
      tooltip: { ...chartBase(input).tooltip, valueFormatter: (shown) => weight.show(shown) },
      series: [
        {
          type: 'sankey',
          left: 4,
          right: aside,
          top: 8,
          bottom: 8,
          nodeWidth: 14,
          nodeGap: 8,
          draggable: false,
          data: [...nodes].map(([name, text], index) => ({
            name,
            label: { formatter: text },
            itemStyle: { color: theme.palette[index % theme.palette.length], borderWidth: 0 },
          })),
          links: kept.map((one) => ({ source: one.from, target: one.to + apart, value: one.value })),
          label: { color: theme.text, fontSize: 11, width: aside - 8, overflow: 'truncate' },
          lineStyle: { color: 'source', opacity: theme.dark ? 0.5 : 0.35, curveness: 0.5 },
        },
      ],
    },
  };
}

function hasCycle(links) {
  const next = new Map();
  for (const link of links) next.set(link.from, [...(next.get(link.from) ?? []), link.to]);
  const state = new Map();
  const visit = (node) => {
    if (state.get(node) === 'open') return true;
    if (state.has(node)) return false;
    state.set(node, 'open');
    const found = (next.get(node) ?? []).some(visit);
    state.set(node, 'done');
    return found;
  };
  return [...next.keys()].some(visit);
}

function histogramView(input) {
  const { config, wells, theme, rows, width } = input;
  const union = variant((wells.Values ?? [])[0] ?? {});
  const column = union.of.Column;
  const field = needed(input.fields(wells.Values)[0], 'value');
  const get = input.model.columnOf(column);
  const values = valuesOf(get, rows).filter((value) => typeof value === 'number');
  const options = config.BinOptions ?? {};
  const byWidth = options.SelectedBinType === 'BIN_WIDTH' && options.BinWidth?.Value > 0;
  const least = Math.min(...values);
  // Bins of a fixed width begin at a multiple of it.
  const low =
    options.StartValue ??
    (byWidth ? Math.floor(least / options.BinWidth.Value) * options.BinWidth.Value : least);
  const high = Math.max(...values);
  const most = options.BinWidth?.BinCountLimit ?? 1000;
  const count = Math.max(
    1,
    Math.min(
      most,
      byWidth ? Math.floor((high - low) / options.BinWidth.Value) + 1 : (options.BinCount?.Value ?? 10),
    ),
  );
  const step = byWidth ? options.BinWidth.Value : (high - low) / count || 1;
  const bins = Array.from({ length: count }, (_, index) => ({ from: low + index * step, count: 0 }));
  for (const value of values) {
    const place = Math.min(count - 1, Math.floor((value - low) / step));
    if (place >= 0) bins[place].count += 1;
  }
  // Two digits of the step make edges distinct and short.
  const places = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(step))));
  const edge = (value) => formatTick(Number(value.toFixed(places)), field.format);
  const names = bins.map((bin) => `${edge(bin.from)} – ${edge(bin.from + step)}`);
  return {
    columns: [{ label: field.label }, { label: 'Count', numeric: true }],
    rows: values.length ? bins.map((bin, index) => [names[index], bin.count]) : [],
    option: {
      ...chartBase(input),
      tooltip: { ...chartBase(input).tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
      grid: gridOf(10, { outerBoundsContain: 'all', bottom: 7 }),
      xAxis: {
        type: 'category',
        data: names,
        ...axisOf(theme),
        name: field.label,
        nameLocation: 'middle',
        nameGap: 22,
        splitLine: { show: false },
        axisLabel: { ...axisOf(theme).axisLabel, interval: 'auto', fontSize: width / count < 70 ? 10 : 11 },
      },
      yAxis: {
        type: 'value',
        ...axisOf(theme),
        axisLine: { show: false },
        minInterval: 1,
        splitNumber: 4,
        axisLabel: { ...axisOf(theme).axisLabel, formatter: (value) => formatTick(value) },
      },
      series: [{ name: 'Count', type: 'bar', barCategoryGap: '4%', data: bins.map((bin) => bin.count) }],
    },
  };
}

function waterfallView(input) {
  const { config, wells, theme, width } = input;
  const category = needed(input.drilled(wells.Categories), 'category');
  const [value = countOf(input)] = input.fields(wells.Values);
  const sort = config.SortConfiguration ?? {};
  const groups = categoriesOf(input, category, [value], sort.CategorySort, sort.BreakdownItemsLimit, 60);
  const steps = groups.map((one) => value.get(one.rows) ?? 0);
  let sum = 0;
  const bars = steps.map((step) => {
    const start = sum;
    sum += step;
    return { low: Math.min(start, sum), high: Math.max(start, sum), step };
  });
  const names = [
    ...groups.map((one) => nameOf(category, one)),
    config.WaterfallChartOptions?.TotalBarLabel ?? 'Total',
  ];
  const room = Math.max(1, (width - 60) / names.length);
  const [up, down, whole] = [
    theme.palette[0],
    theme.palette[1 % theme.palette.length],
    theme.palette[2 % theme.palette.length],
  ];
  const hiddenBar = {
    type: 'bar',
    stack: 'steps',
    silent: true,
    itemStyle: { color: 'transparent' },
    barMaxWidth: 48,
  };
  const shownBar = { type: 'bar', stack: 'steps', barMaxWidth: 48 };
  const piece = (size, color, figure) => ({
    value: size,
    itemStyle: { color },
    label: {
      show: room > 34 && figure !== null,
      position: size < 0 ? 'bottom' : 'top',
      color: theme.text,
      fontSize: 10,
      formatter: () => value.brief(figure),
    },
  });
  return {
    columns: [columnOfField(category), columnOfField(value)],
    rows: [
      ...groups.map((one, index) => [one.other ? 'Other' : one.key[0], steps[index]]),
      [names[names.length - 1], sum],
    ],
    keys: groups.map((one) => (one.other ? undefined : one.key[0])),
    notes: (wells.Breakdowns ?? []).length ? ['Its breakdown is not drawn in the preview'] : [],
    option: {
      ...chartBase(input),
      tooltip: {
        ...chartBase(input).tooltip,
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        formatter: ([, point]) =>
          h('div', {}, `${names[point.dataIndex]}: `, h('b', {}, value.show(steps[point.dataIndex] ?? sum))),
      },
      grid: gridOf(16),
      xAxis: {
        type: 'category',
        data: names,
        ...axisOf(theme),
        splitLine: { show: false },
        axisLabel: {
          ...axisOf(theme).axisLabel,
          interval: room > 14 ? 0 : 'auto',
          hideOverlap: false,
          rotate: room < 64 ? 40 : 0,
          width: room < 64 ? 90 : room - 6,
          overflow: 'truncate',
        },
      },
      yAxis: {
        type: 'value',
        ...axisOf(theme),
        axisLine: { show: false },
        splitNumber: 4,
        axisLabel: { ...axisOf(theme).axisLabel, formatter: (shown) => value.tick(shown) },
      },
      series: [
        // A bar above zero is stacked on a hidden one, a bar below hangs from one; a bar that crosses zero has a part
        // of each.
        { ...hiddenBar, data: [...bars.map((bar) => Math.max(0, bar.low)), 0] },
        { ...hiddenBar, data: [...bars.map((bar) => Math.min(0, bar.high)), 0] },
        {
          ...shownBar,
          data: [
            ...bars.map((bar) =>
              piece(
                Math.max(0, bar.high) - Math.max(0, bar.low),
                bar.step < 0 ? down : up,
                bar.high > 0 ? bar.step : null,
              ),
            ),
            piece(Math.max(0, sum), whole, sum > 0 ? sum : null),
          ],
        },
        {
          ...shownBar,
          data: [
            ...bars.map((bar) =>
              piece(
                Math.min(0, bar.low) - Math.min(0, bar.high),
                bar.step < 0 ? down : up,
                bar.high > 0 ? null : bar.step,
              ),
            ),
            piece(Math.min(0, sum), whole, sum > 0 ? null : sum),
          ],
        },
      ],
    },
  };
}

const VIEWS = {
  BarChartVisual: cartesianView,
  LineChartVisual: cartesianView,
  ComboChartVisual: cartesianView,
  PieChartVisual: pieView,
  HeatMapVisual: heatMapView,
  FunnelChartVisual: funnelView,
  ScatterPlotVisual: scatterView,
  GaugeChartVisual: gaugeView,
  TreeMapVisual: treeMapView,
  SankeyDiagramVisual: sankeyView,
  HistogramVisual: histogramView,
  WaterfallVisual: waterfallView,
  KPIVisual: kpiView,
  TableVisual: tableView,
  PivotTableVisual: pivotView,
  InsightVisual: insightView,
  WordCloudVisual: wordCloudView,
};
