// A definition and its rows: columns, calculated fields, parameters, the fields of visuals, groups of rows.

const keyOf = (values) => JSON.stringify(values);
/// A union with one member, as the definition writes all its unions.
const variant = (union) => {
  const found = Object.entries(union ?? {}).find(([, value]) => value !== null && typeof value === 'object');
  return found ? { kind: found[0], of: found[1] } : { kind: '', of: {} };
};
const visibleUnlessHidden = (options) => options?.Visibility !== 'HIDDEN';

function createModel(definition, data) {
  const weekStart = definition.Options?.WeekStart ?? 'SUNDAY';
  const sets = new Map();
  const used = new Set((definition.DataSetIdentifierDeclarations ?? []).map((one) => one.Identifier));
  for (const [id, set] of Object.entries(data)) {
    // The page may also have rows of other dashboards.
    if (!used.has(id)) continue;
    const kinds = set.columns.map((column) => column.kind);
    const rows = set.rows.map((row) =>
      row.map((value, index) => {
        if (value === null || value === undefined) return null;
        return kinds[index] === 'DATETIME' ? toStamp(value) : value;
      }),
    );
    const index = new Map(set.columns.map((column, place) => [column.name, place]));
    sets.set(id, { id, columns: set.columns, kinds, index, rows, total: set.total });
  }
  const calculated = new Map();
  for (const field of definition.CalculatedFields ?? []) {
    calculated.set(keyOf([field.DataSetIdentifier, field.Name]), {
      ...field,
      compiled: null,
      open: false,
      values: new Map(),
    });
  }
  const declared = new Map();
  for (const union of definition.ParameterDeclarations ?? []) {
    const { kind, of } = variant(union);
    declared.set(of.Name, { kind: kind.replace('ParameterDeclaration', ''), ...of });
  }
  const parameters = new Map();
  const scopes = new Map();
  const shades = new Map();

  function setOf(id) {
    const set = sets.get(id);
    if (!set) throw new Error(`no rows for the dataset \`${id}\``);
    return set;
  }

  const treeOf = (field) => (field.tree ??= parse(field.Expression));

  function guarded(field, work) {
    if (field.open) throw new Error(`the calculated field \`${field.Name}\` refers to itself`);
    field.open = true;
    try {
      return work();
    } finally {
      field.open = false;
    }
  }

  /// The scope that resolves names in expressions over a dataset.
  function scopeOf(id) {
    if (scopes.has(id)) return scopes.get(id);
    const scope = {
      weekStart,
      now: () => today(),
      all: () => setOf(id).rows,
      generation: () => generation,
      parameter: (name) => {
        if (!declared.has(name)) throw new Error(`the parameter \`${name}\` is not declared`);
        return parameters.get(name) ?? null;
      },
      aggregated: (name) => {
        const field = calculated.get(keyOf([id, name]));
        return field ? guarded(field, () => aggregates(treeOf(field), scope)) : false;
      },
      column: (name) => {
        const field = calculated.get(keyOf([id, name]));
        if (field) {
          if (!field.compiled) {
            field.aggregated = scope.aggregated(name);
            field.compiled = guarded(field, () => compile(treeOf(field), scope));
          }
          if (field.aggregated) return field.compiled;
          return (row, rows) => {
            if (!row) return null;
            if (!field.values.has(row)) field.values.set(row, field.compiled(row, rows) ?? null);
            return field.values.get(row);
          };
        }
        const place = setOf(id).index.get(name);
        if (place === undefined) throw new Error(`unknown column \`${name}\` in \`${id}\``);
        return (row) => (row ? row[place] : null);
      },
    };
    scopes.set(id, scope);
    return scope;
  }

  /// An expression over a dataset. If `measures` are given, a column of one of them is its aggregate.
  function expression(id, text, measures = []) {
    const base = scopeOf(id);
    const scope = {
      ...base,
      rows: base,
      column: (name) => {
        const measured = measures.find((one) => one.column === name && !one.error);
        return measured ? (row, rows) => measured.get(rows) : base.column(name);
      },
    };
    const tree = parse(text);
    return { get: compile(tree, scope), aggregated: aggregates(tree, scope) };
  }

  /// The values of a calculated field depend on the parameters.
  let generation = 0;
  const forget = () => {
    generation += 1;
    shades.clear();
    for (const field of calculated.values()) field.values.clear();
  };

  // The rows may be years old or generated: "now" is their newest timestamp, so that "the last 30 days" is not empty.
  let newest = null;
  function today() {
    if (newest) return newest;
    const asked = timeColumns();
    for (const set of sets.values()) {
      set.columns.forEach((column, place) => {
        if (column.kind !== 'DATETIME' || (asked.size && !asked.has(keyOf([set.id, column.name])))) return;
        for (const row of set.rows) if (row[place] && (!newest || row[place] > newest)) newest = row[place];
      });
    }
    newest ??= fromMillis(Date.now());
    return newest;
  }

  /// The columns of time filters and date fields; others, such as an expiry, may be in the future.
  function timeColumns() {
    const found = new Set();
    const walk = (value) => {
      if (Array.isArray(value)) return value.forEach(walk);
      if (!value || typeof value !== 'object') return undefined;
      for (const [name, inner] of Object.entries(value)) {
        if (
          /^(DateDimensionField|TimeRangeFilter|TimeEqualityFilter|RelativeDatesFilter)$/.test(name) &&
          inner?.Column
        ) {
          found.add(keyOf([inner.Column.DataSetIdentifier, inner.Column.ColumnName]));
        } else walk(inner);
      }
      return undefined;
    };
    walk(definition.Sheets);
    walk(definition.FilterGroups);
    return found;
  }

  function defaultOf(parameter) {
    const defaults = parameter.DefaultValues ?? {};
    const many = parameter.ParameterValueType === 'MULTI_VALUED';
    let values = defaults.StaticValues ?? [];
    if (defaults.RollingDate?.Expression) {
      const id = defaults.RollingDate.DataSetIdentifier ?? [...sets.keys()][0];
      values = [compile(parse(defaults.RollingDate.Expression), scopeOf(id))(null, [])];
    }
    if (parameter.kind === 'DateTime') values = values.map(toStamp);
    return many ? [...values] : (values[0] ?? null);
  }

  function resetParameters(report) {
    forget();
    for (const parameter of declared.values()) {
      try {
        parameters.set(parameter.Name, defaultOf(parameter));
      } catch (error) {
        parameters.set(parameter.Name, null);
        report(`parameter ${parameter.Name}: ${error.message}`);
      }
    }
  }

  /// The type of a column: STRING, INTEGER, DECIMAL or DATETIME. That of a calculated field is the type of its
  /// values.
  function kindOf(id, name) {
    const field = calculated.get(keyOf([id, name]));
    const set = setOf(id);
    if (!field) return set.kinds[set.index.get(name)] ?? 'STRING';
    const get = scopeOf(id).column(name);
    for (const row of set.rows.slice(0, 200)) {
      const value = get(row, set.rows);
      if (typeof value === 'number') return 'DECIMAL';
      if (isStamp(value)) return 'DATETIME';
      if (value !== null) return 'STRING';
    }
    return 'STRING';
  }

  const configurations = new Map(
    (definition.ColumnConfigurations ?? []).map((one) => [
      keyOf([one.Column?.DataSetIdentifier, one.Column?.ColumnName]),
      one,
    ]),
  );
  const configurationOf = (column) =>
    configurations.get(keyOf([column.DataSetIdentifier, column.ColumnName])) ?? {};

  /// A field of a visual: `get(row, rows)` for a dimension, `get(rows)` for a measure. A field that cannot be
  /// computed has the error instead, and throws it when a value is requested.
  function field(union, labels = new Map(), near = [...sets.keys()][0]) {
    const { kind, of } = union.Column ? { kind: 'UnaggregatedField', of: union } : variant(union);
    // A measure that is an expression names no dataset: it uses that of the neighboring fields.
    const column = of.Column ?? { DataSetIdentifier: near, ColumnName: of.Expression ?? of.FieldId };
    const configured = configurationOf(column);
    const made = {
      id: of.FieldId,
      kind,
      set: column.DataSetIdentifier,
      column: column.ColumnName,
      measure: /Measure/.test(kind),
      date: kind === 'DateDimensionField',
      granularity: of.DateGranularity ?? (kind === 'DateDimensionField' ? 'DAY' : undefined),
      hierarchy: of.HierarchyId,
      format: of.FormatConfiguration ?? configured.FormatConfiguration,
      label: labels.get(of.FieldId) ?? words(column.ColumnName),
    };
    // A column's pattern is for its timestamps: a month of them is not written as its first day.
    if (!of.FormatConfiguration && /YEAR|QUARTER|MONTH/.test(made.granularity ?? '')) made.format = undefined;
    const counts = countOf(kind, of);
    if (counts) {
      if (!labels.has(of.FieldId)) made.label = `${counts} of ${made.label.toLowerCase()}`;
      if (!of.FormatConfiguration) made.format = undefined;
    }
    const absent =
      made.measure || kind === 'UnaggregatedField' || nullText(made.format) !== NULL_SIGN ? null : 'null';
    made.show = (value) =>
      value === null && absent ? absent : formatValue(value, made.format, made.granularity);
    made.brief = (value) =>
      typeof value === 'number' ? formatNumber(value, made.format, true) : made.show(value);
    made.tick = (value) => (typeof value === 'number' ? formatTick(value, made.format) : made.show(value));
    try {
      made.get = made.measure ? measure(kind, of, made) : dimension(made);
    } catch (error) {
      made.error = error;
      made.get = () => {
        throw error;
      };
    }
    return made;
  }

  /// The label of a counting measure; null if the measure does not count.
  function countOf(kind, of) {
    if (!/Measure/.test(kind)) return null;
    const asked = of.AggregationFunction;
    const name =
      typeof asked === 'string'
        ? asked
        : (asked?.SimpleNumericalAggregation ?? (kind === 'CategoricalMeasureField' ? 'COUNT' : ''));
    return { COUNT: 'Count', DISTINCT_COUNT: 'Unique count' }[name] ?? null;
  }

  function dimension(made) {
    const get = scopeOf(made.set).column(made.column);
    if (!made.date) return get;
    return (row, rows) => {
      const value = get(row, rows);
      return isStamp(value) ? truncate(value, made.granularity, weekStart) : toStamp(value);
    };
  }

  function measure(kind, of, made) {
    if (kind === 'CalculatedMeasureField') {
      const { get, aggregated } = expression(made.set, of.Expression);
      return (rows) => (aggregated ? get(rows[0] ?? null, rows) : AGGREGATES.sum(valuesOf(get, rows)));
    }
    const get = scopeOf(made.set).column(made.column);
    if (calculated.has(keyOf([made.set, made.column])) && scopeOf(made.set).aggregated(made.column)) {
      return (rows) => (rows.length ? get(rows[0], rows) : null) ?? null;
    }
    const asked = of.AggregationFunction;
    const percentileOf = asked?.PercentileAggregation;
    if (percentileOf) return (rows) => percentile(valuesOf(get, rows), percentileOf.PercentileValue ?? 50);
    const fallback = kind === 'NumericalMeasureField' ? 'SUM' : 'COUNT';
    const name = typeof asked === 'string' ? asked : (asked?.SimpleNumericalAggregation ?? fallback);
    const apply = AGGREGATES[SIMPLE[name]];
    if (!apply) throw new Unsupported(name);
    return (rows) => apply(valuesOf(get, rows));
  }

  /// The aggregate of a column with the name that sorts and filters use.
  function aggregate(column, asked) {
    const name =
      typeof asked === 'string'
        ? asked
        : (asked?.NumericalAggregationFunction?.SimpleNumericalAggregation ??
          asked?.SimpleNumericalAggregation ??
          asked?.CategoricalAggregationFunction ??
          asked?.DateAggregationFunction ??
          'SUM');
    return measure(
      'NumericalMeasureField',
      { AggregationFunction: { SimpleNumericalAggregation: name } },
      { set: column.DataSetIdentifier, column: column.ColumnName },
    );
  }

  // A value has one color in all charts, whatever is filtered: by its position among all values of its column.
  function shadeOf(made, value, fallback, count) {
    const id = keyOf([made.set, made.column, made.granularity ?? null]);
    if (!shades.has(id)) {
      const { rows } = setOf(made.set);
      const values = [...new Set(rows.map((row) => made.get(row, rows) ?? null))].sort(compareValues);
      shades.set(id, new Map(values.map((one, place) => [one, place])));
    }
    const places = shades.get(id);
    return places.size <= count ? (places.get(value) ?? fallback) : fallback;
  }

  return {
    definition,
    sets,
    shadeOf,
    parameters,
    declared,
    weekStart,
    today,
    setOf,
    scopeOf,
    expression,
    field,
    aggregate,
    kindOf,
    forget,
    resetParameters,
    configurationOf,
    columnOf: (column) => scopeOf(column.DataSetIdentifier).column(column.ColumnName),
    hasColumn: (id, name) => calculated.has(keyOf([id, name])) || (sets.get(id)?.index.has(name) ?? false),
  };
}

const valuesOf = (get, rows) =>
  rows.map((row) => get(row, rows)).filter((value) => value !== null && value !== undefined);

/// Groups rows by the values of dimensions, in the order of their first rows.
function group(rows, dimensions) {
  const groups = new Map();
  for (const row of rows) {
    const key = dimensions.map((one) => one.get(row, rows) ?? null);
    const text = keyOf(key);
    const found = groups.get(text);
    if (found) found.rows.push(row);
    else groups.set(text, { key, rows: [row] });
  }
  return [...groups.values()];
}

/// Nulls last, numbers by size, strings alphabetically.
function compareValues(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  if (typeof a === 'string' && typeof b === 'string' && !isStamp(a)) return a.localeCompare(b, 'en');
  return a < b ? -1 : 1;
}

/// Sorts groups by the entries of a SortConfiguration, each a field or a column.
function sortGroups(model, groups, sorts, dimensions, measures) {
  const grounds = [];
  for (const sort of sorts ?? []) {
    const direction = (sort.FieldSort ?? sort.ColumnSort)?.Direction === 'DESC' ? -1 : 1;
    if (sort.FieldSort) {
      const place = dimensions.findIndex((one) => one.id === sort.FieldSort.FieldId);
      const measure = measures.find((one) => one.id === sort.FieldSort.FieldId);
      if (place >= 0) grounds.push({ direction, get: (one) => one.key[place] });
      else if (measure) grounds.push({ direction, get: (one) => measure.get(one.rows) });
    } else if (sort.ColumnSort?.SortBy) {
      const column = sort.ColumnSort.SortBy;
      const place = dimensions.findIndex(
        (one) => one.column === column.ColumnName && one.set === column.DataSetIdentifier,
      );
      if (!sort.ColumnSort.AggregationFunction && place >= 0)
        grounds.push({ direction, get: (one) => one.key[place] });
      else {
        const get = model.aggregate(column, sort.ColumnSort.AggregationFunction ?? 'MIN');
        grounds.push({ direction, get: (one) => get(one.rows) });
      }
    }
  }
  if (!grounds.length) return false;
  const ranks = new Map(groups.map((one) => [one, grounds.map((ground) => ground.get(one))]));
  groups.sort((a, b) => {
    for (let index = 0; index < grounds.length; index += 1) {
      const left = ranks.get(a)[index];
      const right = ranks.get(b)[index];
      // A null is last in both directions.
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
      } else {
        const order = compareValues(left, right) * grounds[index].direction;
        if (order) return order;
      }
    }
    return 0;
  });
  return true;
}

/// Keeps a number of groups; the others are merged into one or removed.
function limitGroups(groups, limit, fallback) {
  const most = limit?.ItemsLimit ?? fallback;
  if (!most || groups.length <= most) return groups;
  const kept = groups.slice(0, most);
  if (limit?.OtherCategories === 'EXCLUDE' || !limit) return kept;
  const rest = groups.slice(most);
  kept.push({ key: rest[0].key.map(() => 'Other'), rows: rest.flatMap((one) => one.rows), other: true });
  return kept;
}
