// Tables, pivot tables, and the table view of any visual.

const MOST_ROWS = 500;

/// Any view as a table: its columns and rows.
function plainTable(view) {
  const head = h(
    'tr',
    {},
    view.columns.map((column) =>
      h('th', { scope: 'col', class: column.numeric ? 'number' : null }, column.label),
    ),
  );
  const body = view.rows.slice(0, MOST_ROWS).map((row) =>
    h(
      'tr',
      {},
      row.map((value, index) => {
        const column = view.columns[index];
        return h(
          'td',
          { class: column.numeric ? 'number' : null },
          column.show ? column.show(value) : formatValue(value),
        );
      }),
    ),
  );
  const rest = view.rows.length - MOST_ROWS;
  return scroller(
    h('table', {}, h('thead', {}, head), h('tbody', {}, body)),
    rest > 0 ? `and ${rest} more rows` : null,
  );
}

function scroller(table, note) {
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group' },
    table,
    note ? h('p', { class: 'note' }, note) : null,
  );
}

const columnOfField = (field) => ({
  label: field.label,
  show: field.show,
  numeric: field.measure || field.numeric,
});

/// The view of a table: grouped by its dimensions, or row by row.
function tableView(input) {
  const { model, config, wells, theme, rows, having, visual } = input;
  const raw = config.FieldWells?.TableUnaggregatedFieldWells;
  const hidden = new Set(
    (config.FieldOptions?.SelectedFieldOptions ?? [])
      .filter((one) => one.Visibility === 'HIDDEN')
      .map((one) => one.FieldId),
  );
  const dimensions = input.fields(raw ? raw.Values : wells.GroupBy);
  const measures = raw ? [] : input.fields(wells.Values);
  const order = config.FieldOptions?.Order ?? [];
  const place = (one) => (order.includes(one.id) ? order.indexOf(one.id) : order.length);
  const all = [...dimensions, ...measures];
  const fields = all.filter((one) => !hidden.has(one.id)).sort((a, b) => place(a) - place(b));
  for (const one of dimensions)
    one.numeric = raw
      ? /INTEGER|DECIMAL/.test(model.kindOf(one.set, one.column))
      : one.kind === 'NumericalDimensionField';
  let groups = raw
    ? rows.map((row) => ({ key: dimensions.map((one) => one.get(row, rows) ?? null), rows: [row] }))
    : group(rows, dimensions);
  if (!raw && dimensions.length === 0) groups = rows.length ? [{ key: [], rows }] : [];
  groups = groups.filter((one) => having.every((check) => check(one.rows)));
  if (!sortGroups(model, groups, config.SortConfiguration?.RowSort, dimensions, measures) && !raw) {
    groups.sort((a, b) =>
      a.key.reduce((order, value, index) => order || compareValues(value, b.key[index]), 0),
    );
  }
  const valueOf = (field, one) => (field.measure ? field.get(one.rows) : one.key[dimensions.indexOf(field)]);
  const values = groups.map((one) => fields.map((field) => valueOf(field, one) ?? null));
  const totals = config.TotalOptions;
  const totalled = totals && totals.TotalsVisibility !== 'HIDDEN' && measures.length > 0;
  const draw = (body) => {
    const options = visual.ConditionalFormatting?.ConditionalFormattingOptions ?? [];
    const set = all[0]?.set;
    const everything = groups.map((one) => one.rows);
    const cells = new Map(
      fields.map((field) => [
        field.id,
        cellStyles(
          model,
          set,
          options.filter((one) => one.Cell?.FieldId === field.id).map((one) => one.Cell.TextFormat ?? {}),
          measures,
          everything,
        ),
      ]),
    );
    const row = cellStyles(
      model,
      set,
      options.filter((one) => one.Row).map((one) => one.Row),
      measures,
      everything,
    );
    const total = totalled
      ? h(
          'tr',
          { class: 'total' },
          fields.map((field, index) =>
            h(
              'td',
              { class: field.measure || field.numeric ? 'number' : null },
              field.measure
                ? field.show(field.get(rows))
                : index === 0
                  ? (totals.CustomLabel ?? 'Total')
                  : '',
            ),
          ),
        )
      : null;
    const lines = groups.slice(0, MOST_ROWS).map((one, index) => {
      const line = h(
        'tr',
        {},
        fields.map((field, column) => {
          const cell = h(
            'td',
            { class: field.measure || field.numeric ? 'number' : null },
            field.show(values[index][column]),
          );
          applyStyle(cell, cells.get(field.id)(one.rows), theme);
          return cell;
        }),
      );
      applyStyle(line, { ...row(one.rows), icon: null }, theme);
      return line;
    });
    const head = h(
      'tr',
      {},
      fields.map((field) =>
        h('th', { scope: 'col', class: field.measure || field.numeric ? 'number' : null }, field.label),
      ),
    );
    const placed = totals?.Placement === 'START';
    const rest = groups.length - MOST_ROWS;
    body.append(
      scroller(
        h(
          'table',
          {},
          h('thead', {}, head),
          h('tbody', {}, placed ? total : null, lines, placed ? null : total),
        ),
        rest > 0 ? `and ${rest} more rows` : null,
      ),
    );
  };
  return { columns: fields.map(columnOfField), rows: values, html: draw, isTable: true };
}

/// Runs of equal values in a header, so that each is shown once.
function runs(keys, depth) {
  const found = [];
  keys.forEach((key, index) => {
    const text = keyOf(key.slice(0, depth + 1));
    const last = found[found.length - 1];
    if (last && last.text === text) last.length += 1;
    else found.push({ text, value: key[depth], start: index, length: 1 });
  });
  return found;
}

function pivotView(input) {
  const { model, config, wells, theme, rows, having, visual } = input;
  const [across, down, values] = [
    input.fields(wells.Columns),
    input.fields(wells.Rows),
    input.fields(wells.Values),
  ];
  const sorts = config.SortConfiguration?.FieldSortOptions ?? [];
  const ordered = (groups, fields) => {
    const ranks = fields.map((field, index) => {
      const sort = sorts.find((one) => one.FieldId === field.id)?.SortBy;
      const measure = values.find((one) => one.id === sort?.Field?.FieldId);
      const direction = (sort?.Field ?? sort?.Column)?.Direction === 'DESC' ? -1 : 1;
      if (!measure && !sort?.Column) return (a, b) => compareValues(a.key[index], b.key[index]) * direction;
      const get = measure
        ? measure.get
        : model.aggregate(sort.Column.SortBy, sort.Column.AggregationFunction);
      // By the value of the whole group at this depth, so that the rows of a group stay together.
      const totals = new Map(
        group(rows, fields.slice(0, index + 1)).map((one) => [keyOf(one.key), get(one.rows)]),
      );
      const rank = (one) => totals.get(keyOf(one.key.slice(0, index + 1)));
      return (a, b) =>
        compareValues(rank(a), rank(b)) * direction || compareValues(a.key[index], b.key[index]);
    });
    return groups.sort((a, b) => ranks.reduce((order, rank) => order || rank(a, b), 0));
  };
  let lines = group(rows, down).filter((one) => having.every((check) => check(one.rows)));
  lines = ordered(lines, down);
  if (!down.length && rows.length) lines = [{ key: [], rows }];
  let heads = ordered(group(rows, across), across);
  if (!across.length) heads = [{ key: [], rows }];
  heads = heads.slice(0, 60);
  const totalOptions = config.TotalOptions ?? {};
  const visible = (options) => options && options.TotalsVisibility !== 'HIDDEN';
  const totalRow = visible(totalOptions.RowTotalOptions) && down.length > 0;
  const totalColumn = visible(totalOptions.ColumnTotalOptions) && across.length > 0;
  if (totalColumn)
    heads.push({
      key: across.map((_, index) => (index ? '' : (totalOptions.ColumnTotalOptions.CustomLabel ?? 'Total'))),
      rows,
      total: true,
    });
  const cellRows = (line, head) => {
    if (!across.length || head.total) return line.rows;
    line.byHead ??= new Map(group(line.rows, across).map((one) => [keyOf(one.key), one.rows]));
    return line.byHead.get(keyOf(head.key)) ?? [];
  };
  const headText = (head) =>
    head.key
      .map((value, index) => (head.total ? value : across[index].show(value)))
      .filter(Boolean)
      .join(' · ');
  const columns = [
    ...down.map(columnOfField),
    ...heads.flatMap((head) =>
      values.map((value) => ({
        label: [headText(head), values.length > 1 || !across.length ? value.label : '']
          .filter(Boolean)
          .join(' · '),
        show: value.show,
        numeric: true,
      })),
    ),
  ];
  const cellsOf = (line) =>
    heads.flatMap((head) =>
      values.map((value) => {
        const members = cellRows(line, head);
        return members.length ? value.get(members) : null;
      }),
    );
  const grand = totalRow ? { key: [], rows: lines.flatMap((one) => one.rows) } : null;
  if (visible(totalOptions.RowSubtotalOptions) && down.length > 1) {
    // One line below each group of the first field, for all rows of the group.
    lines = runs(
      lines.map((one) => one.key),
      0,
    ).flatMap((run) => {
      const members = lines.slice(run.start, run.start + run.length);
      const label = totalOptions.RowSubtotalOptions.CustomLabel ?? 'Subtotal';
      return [
        ...members,
        {
          key: [run.value, label, ...down.slice(2).map(() => '')],
          rows: members.flatMap((one) => one.rows),
          subtotal: true,
        },
      ];
    });
  }
  const table = lines.map((line) => [...line.key, ...cellsOf(line)]);
  if (grand)
    table.push([
      ...down.map((_, index) => (index ? null : (totalOptions.RowTotalOptions.CustomLabel ?? 'Total'))),
      ...cellsOf(grand),
    ]);

  const draw = (body) => {
    const options = visual.ConditionalFormatting?.ConditionalFormattingOptions ?? [];
    const everything = lines
      .filter((line) => !line.subtotal)
      .flatMap((line) => heads.filter((head) => !head.total).map((head) => cellRows(line, head)))
      .filter((one) => one.length);
    const styles = values.map((value) =>
      cellStyles(
        model,
        value.set,
        options.filter((one) => one.Cell?.FieldId === value.id).map((one) => one.Cell.TextFormat ?? {}),
        values,
        everything,
      ),
    );
    const headRows = across.map((field, depth) =>
      h(
        'tr',
        {},
        depth === 0
          ? down.map((one) =>
              h('th', { scope: 'col', rowspan: across.length + (values.length > 1 ? 1 : 0) }, one.label),
            )
          : [],
        runs(
          heads.map((one) => one.key),
          depth,
        ).map((run) =>
          h(
            'th',
            {
              scope: 'colgroup',
              class: values.length > 1 ? 'over' : 'number',
              colspan: run.length * values.length,
            },
            heads[run.start].total ? run.value : field.show(run.value),
          ),
        ),
      ),
    );
    if (values.length > 1 || !across.length) {
      headRows.push(
        h(
          'tr',
          {},
          across.length ? [] : down.map((one) => h('th', { scope: 'col' }, one.label)),
          heads.flatMap(() => values.map((value) => h('th', { scope: 'col', class: 'number' }, value.label))),
        ),
      );
    }
    const shown = lines.slice(0, MOST_ROWS);
    const starts = down.map(
      (_, depth) =>
        new Map(
          runs(
            shown.map((one) => one.key),
            depth,
          ).map((run) => [run.start, run.length]),
        ),
    );
    const numbers = (line, plain) =>
      heads.flatMap((head) =>
        values.map((value, index) => {
          const members = cellRows(line, head);
          const cell = h(
            'td',
            { class: 'number' },
            members.length ? value.show(value.get(members)) : nullText(value.format),
          );
          if (!plain && !head.total && members.length) applyStyle(cell, styles[index](members), theme);
          if (head.total) cell.classList.add('total');
          return cell;
        }),
      );
    const bodyRows = shown.map((line, index) =>
      h(
        'tr',
        {},
        down.map((field, depth) =>
          starts[depth].has(index)
            ? h(
                'th',
                { scope: 'row', rowspan: starts[depth].get(index), class: line.subtotal ? 'total' : null },
                line.subtotal && depth ? line.key[depth] : field.show(line.key[depth]),
              )
            : null,
        ),
        numbers(line, line.subtotal).map((cell) => {
          cell.classList.toggle('total', Boolean(line.subtotal) || cell.classList.contains('total'));
          return cell;
        }),
      ),
    );
    if (grand) {
      bodyRows.push(
        h(
          'tr',
          { class: 'total' },
          h(
            'th',
            { scope: 'row', colspan: down.length },
            totalOptions.RowTotalOptions.CustomLabel ?? 'Total',
          ),
          numbers(grand, true),
        ),
      );
    }
    const rest = lines.length - MOST_ROWS;
    body.append(
      scroller(
        h('table', { class: 'pivot' }, h('thead', {}, headRows), h('tbody', {}, bodyRows)),
        rest > 0 ? `and ${rest} more rows` : null,
      ),
    );
  };
  return { columns, rows: table, html: draw, isTable: true };
}
