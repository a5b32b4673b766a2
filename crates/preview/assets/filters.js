// Filter groups as predicates on rows. The values that controls have set are in `choices`, by the filter's ID.

/// The filters of a filter group with their tests, for one visual and its dataset.
function createFilters(model, choices) {
  const { definition } = model;

  function inScope(groupOf, sheet, visual) {
    if (groupOf.Status === 'DISABLED') return false;
    const selected = groupOf.ScopeConfiguration?.SelectedSheets;
    if (!selected) return true;
    return (selected.SheetVisualScopingConfigurations ?? []).some(
      (one) =>
        one.SheetId === sheet && (one.Scope !== 'SELECTED_VISUALS' || (one.VisualIds ?? []).includes(visual)),
    );
  }

  /// The column of a dataset that a filter acts on: its own, or the one with the same name if the group crosses
  /// datasets.
  function columnIn(filter, set, crosses) {
    if (!filter.Column) return null;
    if (filter.Column.DataSetIdentifier === set) return filter.Column;
    if (!crosses || !model.hasColumn(set, filter.Column.ColumnName)) return null;
    return { DataSetIdentifier: set, ColumnName: filter.Column.ColumnName };
  }

  const parameter = (name) => (name ? (model.parameters.get(name) ?? null) : null);

  function nulls(option) {
    if (option === 'NULLS_ONLY') return { null: true, rest: false };
    return { null: option === 'ALL_VALUES', rest: true };
  }

  /// The test of a value, or null if the filter accepts everything.
  function test(kind, filter) {
    switch (kind) {
      case 'CategoryFilter':
        return category(filter);
      case 'NumericRangeFilter':
        return numericRange(filter);
      case 'NumericEqualityFilter':
        return numericEquality(filter);
      case 'TimeRangeFilter':
        return timeRange(filter);
      case 'TimeEqualityFilter':
        return timeEquality(filter);
      case 'RelativeDatesFilter':
        return relativeDates(filter);
      default:
        return null;
    }
  }

  function matcher(operator, wanted) {
    const texts = wanted.map((value) => (value === null ? null : String(value)));
    const text = (value) => (value === null ? null : String(value));
    const some = (probe) => (value) =>
      value !== null && texts.some((one) => one !== null && probe(text(value), one));
    switch (operator) {
      case 'DOES_NOT_CONTAIN':
        return (value) => !some((a, b) => a.includes(b))(value);
      case 'DOES_NOT_EQUAL':
        return (value) => !texts.includes(text(value));
      case 'STARTS_WITH':
        return some((a, b) => a.startsWith(b));
      case 'ENDS_WITH':
        return some((a, b) => a.endsWith(b));
      case 'CONTAINS':
        return some((a, b) => a.includes(b));
      default:
        return (value) => texts.includes(text(value));
    }
  }

  function category(filter) {
    const { kind, of } = variant(filter.Configuration);
    const chosen = choices.get(filter.FilterId);
    if (chosen?.text !== undefined) {
      if (chosen.text === '') return null;
      return matcher(of.MatchOperator ?? 'CONTAINS', [chosen.text]);
    }
    if (chosen?.values !== undefined) {
      if (chosen.values === null) return null;
      // In a list, "does not contain" names what is excluded; a control chooses what is included.
      return (value) => chosen.values.includes(value);
    }
    const option = nulls(of.NullOption ?? 'ALL_VALUES');
    const wanted =
      kind === 'CustomFilterConfiguration'
        ? [of.ParameterName ? parameter(of.ParameterName) : (of.CategoryValue ?? null)].flat()
        : (of.CategoryValues ?? []);
    const all =
      of.SelectAllOptions === 'FILTER_ALL_VALUES' ||
      wanted.length === 0 ||
      (of.ParameterName && (wanted[0] === null || wanted.includes('ALL_VALUES') || wanted.includes('')));
    if (all)
      return of.NullOption && of.NullOption !== 'ALL_VALUES'
        ? (value) => (value === null ? option.null : option.rest)
        : null;
    // In the two list forms, CONTAINS means "is one of", not "has this substring".
    const operator =
      kind === 'CustomFilterConfiguration'
        ? of.MatchOperator
        : ({ CONTAINS: 'EQUALS', DOES_NOT_CONTAIN: 'DOES_NOT_EQUAL' }[of.MatchOperator] ?? of.MatchOperator);
    const match = matcher(operator, wanted);
    return (value) =>
      value === null
        ? match(null) || (kind === 'CustomFilterConfiguration' && option.null)
        : option.rest && match(value);
  }

  const bound = (side) => (side?.Parameter ? parameter(side.Parameter) : (side?.StaticValue ?? null));
  const one = (value) => (Array.isArray(value) ? (value[0] ?? null) : value);

  function numericRange(filter) {
    const chosen = choices.get(filter.FilterId);
    const low = chosen ? (chosen.min ?? null) : one(bound(filter.RangeMinimum));
    const high = chosen ? (chosen.max ?? null) : one(bound(filter.RangeMaximum));
    const option = nulls(filter.NullOption);
    if (low === null && high === null && filter.NullOption === 'ALL_VALUES') return null;
    const least =
      chosen || filter.IncludeMinimum !== false ? (value) => value >= low : (value) => value > low;
    const most =
      chosen || filter.IncludeMaximum !== false ? (value) => value <= high : (value) => value < high;
    return (value) =>
      value === null
        ? option.null
        : option.rest && (low === null || least(value)) && (high === null || most(value));
  }

  function numericEquality(filter) {
    const chosen = choices.get(filter.FilterId);
    const wanted = chosen
      ? (chosen.value ?? null)
      : one(filter.ParameterName ? parameter(filter.ParameterName) : (filter.Value ?? null));
    const option = nulls(filter.NullOption);
    if (wanted === null || wanted === '') return null;
    const negated = filter.MatchOperator === 'DOES_NOT_EQUAL';
    return (value) => (value === null ? option.null : option.rest && (value === Number(wanted)) !== negated);
  }

  /// The timestamp of a filter, from a string, a parameter or an expression.
  function momentOf(side) {
    if (!side) return null;
    if (side.Parameter) return toStamp(one(parameter(side.Parameter)));
    if (side.RollingDate?.Expression) {
      const set = side.RollingDate.DataSetIdentifier ?? [...model.sets.keys()][0];
      return toStamp(model.expression(set, side.RollingDate.Expression).get(null, []));
    }
    return toStamp(side.StaticValue ?? null);
  }

  /// The last second of the period that contains a timestamp.
  const endOf = (stamp, unit) =>
    addPeriods(addPeriods(truncate(stamp, unit, model.weekStart), 1, unit), -1, 'SECOND');

  function timeRange(filter) {
    const chosen = choices.get(filter.FilterId);
    const unit = filter.TimeGranularity ?? 'DAY';
    let from = chosen ? toStamp(chosen.from ?? null) : momentOf(filter.RangeMinimumValue);
    let to = chosen ? toStamp(chosen.to ?? null) : momentOf(filter.RangeMaximumValue);
    const option = nulls(filter.NullOption);
    if (from === null && to === null && filter.NullOption === 'ALL_VALUES') return null;
    // A range of days includes all of its last day, and nothing of a day that it excludes.
    if (from)
      from =
        chosen || filter.IncludeMinimum !== false
          ? truncate(from, unit, model.weekStart)
          : addPeriods(endOf(from, unit), 1, 'SECOND');
    if (to)
      to =
        chosen || filter.IncludeMaximum !== false
          ? endOf(to, unit)
          : addPeriods(truncate(to, unit, model.weekStart), -1, 'SECOND');
    return (value) =>
      value === null ? option.null : option.rest && (!from || value >= from) && (!to || value <= to);
  }

  function timeEquality(filter) {
    const chosen = choices.get(filter.FilterId);
    const unit = filter.TimeGranularity ?? 'DAY';
    const wanted = chosen
      ? toStamp(chosen.from ?? null)
      : momentOf({
          Parameter: filter.ParameterName,
          RollingDate: filter.RollingDate,
          StaticValue: filter.Value,
        });
    if (!wanted) return null;
    const start = truncate(wanted, unit, model.weekStart);
    return (value) => value !== null && truncate(value, unit, model.weekStart) === start;
  }

  function relativeDates(filter) {
    const chosen = choices.get(filter.FilterId);
    if (chosen?.all) return null;
    const unit = chosen?.unit ?? filter.TimeGranularity ?? 'DAY';
    const amount = Number(
      chosen?.amount ?? one(parameter(filter.ParameterName)) ?? filter.RelativeDateValue ?? 1,
    );
    const type = chosen?.type ?? filter.RelativeDateType ?? 'LAST';
    const fixed =
      filter.AnchorDateConfiguration?.AnchorOption !== 'NOW' && filter.AnchorDateConfiguration?.ParameterName;
    let anchor = (fixed && toStamp(one(parameter(fixed)))) || newestOf(filter.Column) || model.today();
    const excluded = filter.ExcludePeriodConfiguration;
    if (!chosen && excluded && excluded.Status !== 'DISABLED') {
      anchor = addPeriods(
        truncate(anchor, excluded.Granularity, model.weekStart),
        1 - (excluded.Amount ?? 1),
        excluded.Granularity,
      );
      anchor = addPeriods(anchor, -1, 'SECOND');
    }
    const start = truncate(anchor, unit, model.weekStart);
    const option = nulls(filter.NullOption);
    const [from, to] = {
      THIS: [start, endOf(anchor, unit)],
      NOW: [start, anchor],
      PREVIOUS: [addPeriods(start, -1, unit), addPeriods(start, -1, 'SECOND')],
      NEXT: [addPeriods(anchor, 1, 'SECOND'), endOf(addPeriods(anchor, amount, unit), unit)],
      LAST: [addPeriods(start, 1 - amount, unit), endOf(anchor, unit)],
    }[type] ?? [null, null];
    return (value) =>
      value === null ? option.null : option.rest && (!from || value >= from) && (!to || value <= to);
  }

  function newestOf(column) {
    if (!column || !model.hasColumn(column.DataSetIdentifier, column.ColumnName)) return null;
    return AGGREGATES.max(
      valuesOf(model.columnOf(column), model.setOf(column.DataSetIdentifier).rows.slice()),
    );
  }

  /// The top or bottom groups of a visual's rows.
  function topBottom(filter, rows) {
    const limit = Number(one(parameter(filter.ParameterName)) ?? filter.Limit ?? 0);
    const sorts = filter.AggregationSortConfigurations ?? [];
    if (!limit || !sorts.length) return rows;
    const get = model.columnOf(filter.Column);
    const groups = group(rows, [{ get }]);
    const ranked = groups.map((each) => ({
      ...each,
      ranks: sorts.map((sort) => model.aggregate(sort.Column, sort.AggregationFunction)(each.rows)),
    }));
    ranked.sort((a, b) => {
      for (let index = 0; index < sorts.length; index += 1) {
        const order =
          compareValues(a.ranks[index], b.ranks[index]) * (sorts[index].SortDirection === 'ASC' ? 1 : -1);
        if (order) return order;
      }
      return 0;
    });
    const kept = new Set(ranked.slice(0, limit).map((each) => each.key[0]));
    return rows.filter((row) => kept.has(get(row, rows) ?? null));
  }

  /// The rows of a dataset that a visual shows, and the tests of whole groups that remain for it.
  function rowsFor(set, sheet, visual) {
    const all = model.setOf(set).rows;
    let rows = all;
    const ranked = [];
    const having = [];
    const left = new Set();
    for (const groupOf of definition.FilterGroups ?? []) {
      if (!inScope(groupOf, sheet, visual)) continue;
      const crosses = groupOf.CrossDataset === 'ALL_DATASETS';
      // Filters of one group are joined by OR, groups by AND.
      const tests = [];
      for (const union of groupOf.Filters ?? []) {
        const { kind, of } = variant(union);
        const unsupported = unsupportedIn(of, set, crosses);
        if (unsupported) {
          left.add(unsupported);
          continue;
        }
        const column = columnIn(of, set, crosses);
        if (!column) continue;
        if (kind === 'TopBottomFilter') {
          ranked.push({ ...of, Column: column });
          continue;
        }
        const check = test(kind, of);
        if (check && of.AggregationFunction) {
          const get = model.aggregate(column, of.AggregationFunction);
          having.push((members) => check(get(members)));
          continue;
        }
        if (check && model.scopeOf(set).aggregated(column.ColumnName)) {
          const get = model.columnOf(column);
          having.push((members) => check(get(members[0], members) ?? null));
          continue;
        }
        const get = check ? model.columnOf(column) : null;
        tests.push(check ? (row) => check(get(row, all) ?? null) : null);
      }
      if (tests.length && !tests.includes(null))
        rows = rows.filter((row) => tests.some((check) => check(row)));
    }
    for (const filter of ranked) rows = topBottom(filter, rows);
    return { rows, having, total: all.length, left: [...left] };
  }

  /// The function that the column of a filter needs and the preview does not have: the filter is left out.
  function unsupportedIn(filter, set, crosses) {
    const column = columnIn(filter, set, crosses);
    if (!column) return null;
    try {
      model.columnOf(column);
      return null;
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      return error.unsupported;
    }
  }

  return { rowsFor, newestOf };
}
