// Controls of a sheet: what they are bound to, and how they are drawn.
//
// A control reads and writes one value: choices are `null` (all) or a list; a slider is `{min, max}`, or a number if
// it has one thumb; dates are `{from, to}`; relative dates are `{all}` or `{amount, unit, type}`; a text field is a
// string.

const RELATIVE = [
  ['All', { all: true }],
  ['Last 7 days', { type: 'LAST', amount: 7, unit: 'DAY' }],
  ['Last 30 days', { type: 'LAST', amount: 30, unit: 'DAY' }],
  ['Last 90 days', { type: 'LAST', amount: 90, unit: 'DAY' }],
  ['Last 12 months', { type: 'LAST', amount: 12, unit: 'MONTH' }],
  ['This month', { type: 'THIS', amount: 1, unit: 'MONTH' }],
  ['Previous month', { type: 'PREVIOUS', amount: 1, unit: 'MONTH' }],
  ['This year', { type: 'THIS', amount: 1, unit: 'YEAR' }],
];
const isAll = (value) =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 'ALL_VALUES' ||
  (Array.isArray(value) && (value.length === 0 || value.includes('ALL_VALUES')));

/// The controls of a sheet, in layout order.
function controlsOf(sheet, model, choices, report) {
  const filters = new Map(
    (model.definition.FilterGroups ?? [])
      .flatMap((one) => one.Filters ?? [])
      .map((union) => {
        const { kind, of } = variant(union);
        return [of.FilterId, { kind, ...of }];
      }),
  );
  const found = [];
  const attempt = (id, title, make) => {
    try {
      found.push(make());
    } catch (error) {
      report(`control ${id}: ${error.message}`);
      found.push({
        id,
        title: title ?? id,
        form: 'broken',
        message: error.message,
        get: () => null,
        set: () => {},
      });
    }
  };
  for (const union of sheet.ParameterControls ?? []) {
    const { kind, of } = variant(union);
    attempt(of.ParameterControlId, of.Title, () => parameterControl(kind, of, model));
  }
  for (const union of sheet.FilterControls ?? []) {
    let { kind, of } = variant(union);
    attempt(of.FilterControlId, of.Title, () => {
      const filter = filters.get(of.SourceFilterId);
      if (!filter) throw new Error(`unknown filter \`${of.SourceFilterId}\``);
      if (kind === 'CrossSheet') {
        const { ControlOptions: options, Title: title } = filter.DefaultFilterControlConfiguration ?? {};
        const named = variant(options);
        kind = named.kind.replace(/^Default|Options$/g, '') || defaultKind(filter.kind);
        kind = kind === 'RelativeDateTime' || kind === 'DateTimePicker' ? kind : kind.replace('Control', '');
        of = {
          Title: title ?? words(filter.Column?.ColumnName ?? ''),
          ...named.of,
          FilterControlId: of.FilterControlId,
          SourceFilterId: of.SourceFilterId,
        };
      }
      return filterControl(kind, of, filter, model, choices);
    });
  }
  const order = (sheet.SheetControlLayouts?.[0]?.Configuration?.GridLayout?.Elements ?? []).map(
    (one) => one.ElementId,
  );
  const place = (one) => (order.includes(one.id) ? order.indexOf(one.id) : order.length);
  return found.sort((a, b) => place(a) - place(b));
}

const defaultKind = (filter) =>
  ({
    RelativeDatesFilter: 'RelativeDateTime',
    TimeRangeFilter: 'DateTimePicker',
    TimeEqualityFilter: 'DateTimePicker',
    NumericRangeFilter: 'Slider',
    NumericEqualityFilter: 'Slider',
  })[filter] ?? 'Dropdown';

/// The distinct values of a column, in order.
function valuesIn(model, column) {
  const get = model.columnOf(column);
  const { rows } = model.setOf(column.DataSetIdentifier);
  return [...new Set(rows.map((row) => get(row, rows) ?? null))].sort(compareValues).slice(0, 1000);
}

function extent(model, column) {
  const values = valuesOf(model.columnOf(column), model.setOf(column.DataSetIdentifier).rows).filter(
    (value) => typeof value === 'number',
  );
  return values.length ? [AGGREGATES.min(values), AGGREGATES.max(values)] : [0, 0];
}

function parameterControl(kind, of, model) {
  const name = of.SourceParameterName;
  const declared = model.declared.get(name);
  if (!declared) throw new Error(`unknown parameter \`${name}\``);
  const numeric = declared.kind === 'Integer' || declared.kind === 'Decimal';
  const cast = (value) => (numeric && value !== null && value !== '' ? Number(value) : value);
  const many =
    declared.ParameterValueType === 'MULTI_VALUED' || (of.Type === 'MULTI_SELECT' && kind !== 'Slider');
  const base = { id: of.ParameterControlId, title: of.Title ?? words(name), kind };
  const raw = () => model.parameters.get(name) ?? null;
  const write = (value) => {
    model.parameters.set(name, value);
    model.forget();
  };
  if (kind === 'Dropdown' || kind === 'List') {
    const link = of.SelectableValues?.LinkToDataSetColumn;
    const fixed = of.SelectableValues?.Values;
    return {
      ...base,
      form: 'choice',
      many,
      inline: kind === 'List',
      options: () =>
        fixed
          ? fixed.map(cast)
          : link
            ? valuesIn(model, link)
            : [raw()].flat().filter((value) => !isAll(value)),
      all: of.DisplayOptions?.SelectAllOptions?.Visibility !== 'HIDDEN',
      get: () => (isAll(raw()) ? null : [raw()].flat()),
      set: (values) =>
        write(
          isAll(values)
            ? many
              ? ['ALL_VALUES']
              : null
            : many
              ? [values].flat().map(cast)
              : cast([values].flat()[0]),
        ),
    };
  }
  if (kind === 'DateTimePicker') {
    return {
      ...base,
      form: 'date',
      unit: declared.TimeGranularity ?? 'DAY',
      range: false,
      get: () => ({ from: [raw()].flat()[0] ?? null }),
      set: (value) => write(toStamp(typeof value === 'object' ? (value?.from ?? null) : value)),
    };
  }
  if (kind === 'Slider') {
    return {
      ...base,
      form: 'slider',
      range: false,
      low: of.MinimumValue ?? 0,
      high: of.MaximumValue ?? 100,
      step: of.StepSize ?? 1,
      get: () => [raw()].flat()[0],
      set: (value) => write(many ? [Number(value)] : Number(value)),
    };
  }
  if (kind === 'TextField' || kind === 'TextArea') {
    const delimiter = of.Delimiter ?? ',';
    return {
      ...base,
      form: 'text',
      area: kind === 'TextArea',
      get: () => (isAll(raw()) ? '' : [raw()].flat().join(delimiter)),
      set: (text) =>
        write(
          text === '' || text === null
            ? many
              ? ['ALL_VALUES']
              : null
            : many
              ? String(text)
                  .split(delimiter)
                  .map((part) => cast(part.trim()))
              : cast(text),
        ),
    };
  }
  throw new Error(`\`${kind}\` is not supported in the preview`);
}

function filterControl(kind, of, filter, model, choices) {
  const id = filter.FilterId;
  const base = { id: of.FilterControlId, title: of.Title ?? words(filter.Column?.ColumnName ?? id), kind };
  const write = (value) => (value === undefined ? choices.delete(id) : choices.set(id, value));
  if (kind === 'Dropdown' || kind === 'List') {
    const configured = variant(filter.Configuration).of;
    const initial = () => {
      if (/DOES_NOT/.test(configured.MatchOperator ?? '')) {
        const left = new Set(configured.CategoryValues ?? []);
        return left.size ? valuesIn(model, filter.Column).filter((value) => !left.has(value)) : null;
      }
      const given = configured.ParameterName
        ? model.parameters.get(configured.ParameterName)
        : (configured.CategoryValues ?? configured.CategoryValue);
      return configured.SelectAllOptions === 'FILTER_ALL_VALUES' || isAll(given) ? null : [given].flat();
    };
    return {
      ...base,
      form: 'choice',
      many: of.Type !== 'SINGLE_SELECT',
      inline: kind === 'List',
      options: () => of.SelectableValues?.Values ?? valuesIn(model, filter.Column),
      all: of.DisplayOptions?.SelectAllOptions?.Visibility !== 'HIDDEN',
      get: () => (choices.has(id) ? choices.get(id).values : initial()),
      set: (values) => write({ values: isAll(values) ? null : [values].flat() }),
    };
  }
  if (kind === 'Slider') {
    const [low, high] = extent(model, filter.Column);
    const range = of.Type !== 'SINGLE_POINT' && filter.kind === 'NumericRangeFilter';
    const step =
      of.StepSize ??
      (model.kindOf(filter.Column.DataSetIdentifier, filter.Column.ColumnName) === 'INTEGER'
        ? 1
        : (high - low) / 200 || 1);
    const bound = (side) =>
      side?.StaticValue ?? (side?.Parameter ? [model.parameters.get(side.Parameter)].flat()[0] : null);
    const single = filter.kind === 'NumericEqualityFilter';
    return {
      ...base,
      form: 'slider',
      range,
      low: Math.min(low, of.MinimumValue ?? low),
      high: Math.max(high, of.MaximumValue ?? high),
      step,
      get: () => {
        const set = choices.get(id);
        if (single) return set?.value ?? filter.Value ?? low;
        const now = set ?? { min: bound(filter.RangeMinimum), max: bound(filter.RangeMaximum) };
        return range ? { min: now.min ?? low, max: now.max ?? high } : (now.min ?? low);
      },
      set: (value) =>
        write(
          single
            ? { value: Number(value) }
            : typeof value === 'object' && value
              ? { min: value.min ?? null, max: value.max ?? null }
              : { min: Number(value), max: null },
        ),
    };
  }
  if (kind === 'DateTimePicker') {
    const range = of.Type !== 'SINGLE_VALUED' && filter.kind === 'TimeRangeFilter';
    const given = (side) => {
      if (side?.Parameter) return [model.parameters.get(side.Parameter)].flat()[0];
      if (!side?.RollingDate?.Expression) return toStamp(side?.StaticValue ?? null);
      const set = side.RollingDate.DataSetIdentifier ?? filter.Column?.DataSetIdentifier;
      return toStamp(model.expression(set, side.RollingDate.Expression).get(null, []));
    };
    return {
      ...base,
      form: 'date',
      unit: filter.TimeGranularity ?? 'DAY',
      range,
      get: () =>
        choices.get(id) ??
        (filter.kind === 'TimeRangeFilter'
          ? { from: given(filter.RangeMinimumValue), to: given(filter.RangeMaximumValue) }
          : { from: toStamp(filter.Value ?? null) }),
      set: (value) =>
        write(
          typeof value === 'string'
            ? { from: toStamp(value), to: range ? null : toStamp(value) }
            : { from: toStamp(value?.from ?? null), to: toStamp(value?.to ?? null) },
        ),
    };
  }
  if (kind === 'RelativeDateTime') {
    return {
      ...base,
      form: 'relative',
      own: {
        type: filter.RelativeDateType ?? 'LAST',
        amount: Number(filter.RelativeDateValue ?? 1),
        unit: filter.TimeGranularity ?? 'DAY',
      },
      get: () => choices.get(id) ?? null,
      set: (value) => write(value === 'ALL' || value === 'All' ? { all: true } : (value ?? undefined)),
    };
  }
  if (kind === 'TextField' || kind === 'TextArea') {
    return {
      ...base,
      form: 'text',
      area: kind === 'TextArea',
      get: () =>
        choices.get(id)?.text ??
        variant(filter.Configuration).of.CategoryValue ??
        String(choices.get(id)?.value ?? filter.Value ?? ''),
      set: (text) =>
        write(
          filter.kind === 'NumericEqualityFilter'
            ? { value: text === '' ? null : Number(text) }
            : { text: String(text ?? '') },
        ),
    };
  }
  throw new Error(`\`${kind}\` is not supported in the preview`);
}

let nextId = 0;
const freshId = () => `c${(nextId += 1)}`;

/// A control as elements. `changed` is called when its value changes.
function drawControl(control, model, changed) {
  const id = freshId();
  const frame = (input, ...rest) =>
    h(
      'div',
      { class: 'control', 'data-control': control.id },
      h('label', { for: id }, control.title),
      input,
      ...rest,
    );
  const change = (value) => {
    control.set(value);
    changed();
  };
  if (control.form === 'broken') {
    return h(
      'div',
      { class: 'control', 'data-control': control.id },
      h('span', { class: 'label' }, control.title),
      h('span', { class: 'error' }, control.message),
    );
  }
  if (control.form === 'choice')
    return control.many ? drawMany(control, change) : drawOne(control, id, frame, change);
  if (control.form === 'text') {
    return frame(
      h(control.area ? 'textarea' : 'input', {
        id,
        type: control.area ? null : 'text',
        rows: control.area ? 2 : null,
        value: control.get(),
        onchange: (event) => change(event.target.value),
      }),
    );
  }
  if (control.form === 'relative') return drawRelative(control, id, frame, change, model);
  if (control.form === 'date') return drawDates(control, id, frame, change);
  return drawSlider(control, id, frame, change);
}

const shown = (value) => formatValue(value).replace(NULL_SIGN, 'null');

function drawOne(control, id, frame, change) {
  const options = control.options();
  const now = control.get()?.[0];
  if (control.inline) {
    const entries = [
      ...(control.all ? [[null, 'All']] : []),
      ...options.map((value) => [value, shown(value)]),
    ];
    return h(
      'fieldset',
      { class: 'control list', 'data-control': control.id },
      h('legend', {}, control.title),
      h(
        'div',
        { class: 'items' },
        entries.map(([value, text]) =>
          h(
            'label',
            {},
            h('input', {
              type: 'radio',
              name: id,
              checked: value === null ? now === undefined : value === now,
              onchange: () => change(value),
            }),
            text,
          ),
        ),
      ),
    );
  }
  const select = h(
    'select',
    { id, onchange: () => change(select.value === '' ? null : options[Number(select.value)]) },
    control.all || now === undefined ? h('option', { value: '' }, 'All') : null,
    options.map((value, index) =>
      h('option', { value: String(index), selected: value === now }, shown(value)),
    ),
  );
  return frame(select);
}

/// Multiple choices from a list: checkboxes, in a popover that Escape and a click elsewhere close.
function drawMany(control, change) {
  const options = control.options();
  const chosen = new Set(control.get() ?? options);
  const boxes = options.map((value) => h('input', { type: 'checkbox', checked: chosen.has(value) }));
  const all = h('input', { type: 'checkbox', checked: chosen.size >= options.length });
  const caption = h('span', { class: 'caption' });
  const describe = () => {
    const on = options.filter((_, index) => boxes[index].checked);
    const complete = on.length === options.length;
    all.checked = complete;
    all.indeterminate = !complete && on.length > 0;
    caption.textContent = complete
      ? 'All'
      : on.length === 0
        ? 'None'
        : on.length <= 2
          ? on.map(shown).join(', ')
          : `${on.length} of ${options.length}`;
    return complete ? null : on;
  };
  // An empty list matches no row, as in QuickSight; `[]` itself would be read as "all".
  const apply = () => {
    const on = describe();
    change(on && on.length === 0 ? ['\u0000none'] : on);
  };
  boxes.forEach((box) => box.addEventListener('change', apply));
  all.addEventListener('change', () => {
    const on = all.checked;
    boxes.forEach((box) => (box.checked = on));
    apply();
  });
  describe();
  const items = h(
    'div',
    { class: 'items' },
    control.all ? h('label', { class: 'all' }, all, 'Select all') : null,
    options.map((value, index) => h('label', {}, boxes[index], shown(value))),
  );
  if (control.inline)
    return h(
      'fieldset',
      { class: 'control list', 'data-control': control.id },
      h('legend', {}, control.title),
      items,
    );
  const summary = h('summary', {}, h('span', { class: 'hidden' }, `${control.title}: `), caption);
  const details = h(
    'details',
    { class: 'choice' },
    summary,
    h('fieldset', { class: 'popover' }, h('legend', { class: 'hidden' }, control.title), items),
  );
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !details.open) return;
    details.open = false;
    summary.focus();
  });
  details.addEventListener('toggle', () => {
    const close = (event) => {
      if (details.isConnected && details.contains(event.target)) return;
      details.open = false;
      document.removeEventListener('pointerdown', close);
    };
    if (details.open) document.addEventListener('pointerdown', close);
  });
  return h(
    'div',
    { class: 'control', 'data-control': control.id },
    h('span', { class: 'label', 'aria-hidden': 'true' }, control.title),
    details,
  );
}

function drawRelative(control, id, frame, change, model) {
  const { own } = control;
  const unit = PERIODS[own.unit] ?? own.unit.toLowerCase();
  const name =
    {
      LAST: `Last ${own.amount} ${unit}s`,
      NEXT: `Next ${own.amount} ${unit}s`,
      THIS: `This ${unit}`,
      PREVIOUS: `Previous ${unit}`,
      NOW: `${words(unit)} to date`,
    }[own.type] ?? own.type;
  const entries = [
    [name.replace(/^(\w+) 1 (\w+)s$/, '$1 $2'), null],
    ...RELATIVE.filter(([text]) => text !== name),
  ];
  const now = control.get();
  const place =
    now === null
      ? 0
      : Math.max(
          0,
          entries.findIndex(
            ([, value]) =>
              value &&
              JSON.stringify(value, ['all', 'type', 'amount', 'unit']) ===
                JSON.stringify(now, ['all', 'type', 'amount', 'unit']),
          ),
        );
  const select = h(
    'select',
    {
      id,
      title: `Counted back from ${formatMoment(model.today())}, the newest date in the rows, not from today`,
      onchange: () => change(entries[Number(select.value)][1]),
    },
    entries.map(([text], index) => h('option', { value: String(index), selected: index === place }, text)),
  );
  return frame(select);
}

function drawDates(control, id, frame, change) {
  const fine = /HOUR|MINUTE|SECOND/.test(control.unit);
  const type = fine ? 'datetime-local' : 'date';
  const text = (stamp) => (stamp ? stamp.slice(0, fine ? 16 : 10) : '');
  const now = control.get();
  const from = h('input', { id, type, value: text(now.from) });
  if (!control.range) {
    from.addEventListener('change', () => change({ from: from.value, to: from.value }));
    return frame(from);
  }
  const until = h('input', { type, value: text(now.to), 'aria-label': `${control.title}: until` });
  for (const one of [from, until])
    one.addEventListener('change', () => change({ from: from.value, to: until.value }));
  return frame(
    h('span', { class: fine ? 'pair fine' : 'pair' }, from, h('span', { 'aria-hidden': 'true' }, '–'), until),
  );
}

function drawSlider(control, id, frame, change) {
  const now = control.get();
  const limits = { type: 'range', min: control.low, max: control.high, step: control.step };
  const output = h('output', { for: id });
  const place = (value, attributes) => {
    const input = h('input', { ...limits, ...attributes });
    input.value = String(value);
    return input;
  };
  if (!control.range) {
    const input = place(now ?? control.low, { id });
    const show = () => (output.textContent = formatNumber(Number(input.value)));
    input.addEventListener('input', show);
    input.addEventListener('change', () => change(Number(input.value)));
    show();
    return frame(h('span', { class: 'slider' }, input, output));
  }
  const low = place(now.min, { id, 'aria-label': `${control.title}: minimum` });
  const high = place(now.max, { 'aria-label': `${control.title}: maximum` });
  // A step may put the largest value out of the slider's reach: its end is the end of the data.
  const read = () => {
    const [a, b] = [Number(low.value), Number(high.value)];
    return {
      min: Math.min(a, b) <= control.low ? control.low : Math.min(a, b),
      max: Math.max(a, b) + Number(control.step) > control.high ? control.high : Math.max(a, b),
    };
  };
  const show = () => (output.textContent = `${formatNumber(read().min)} – ${formatNumber(read().max)}`);
  for (const input of [low, high]) {
    input.addEventListener('input', show);
    input.addEventListener('change', () => change(read()));
  }
  show();
  return frame(h('span', { class: 'slider' }, h('span', { class: 'tracks' }, low, high), output));
}
