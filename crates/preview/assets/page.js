// The page: dashboards, tabs, controls, tiles, and updates.

const LEVELS = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR'];
const NARROW = matchMedia('(max-width: 700px)');

const page = JSON.parse(document.getElementById('page-data').textContent);
const errors = [];
const report = (message) => {
  if (!errors.includes(message)) errors.push(message);
};
/// What QuickSight supports and the preview does not; not an error of the dashboard.
const limits = [];
const spokenKind = (kind) =>
  words(kind.replace(/Visual$/, '').replace(/^KPI$/, 'key figure')).replace(/ [A-Z](?=[a-z])/g, (letter) =>
    letter.toLowerCase(),
  );
/// The color scheme in the address, `?scheme=dark`; by default, the system's.
const scheme = new URLSearchParams(location.search).get('scheme');
let dark = /^(dark|light)$/.test(scheme) ? scheme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
let theme = createTheme(page.theme, dark);
const dashboards = page.dashboards.map((dashboard) => openDashboard(dashboard));
let current = dashboards[0];
let sheet = current?.sheets[0];
let tiles = [];
let controls = [];

function openDashboard({ name, title, definition }) {
  const opened = {
    name,
    title,
    definition: definition ?? {},
    choices: new Map(),
    drills: new Map(),
    tables: new Set(),
  };
  opened.model = createModel(opened.definition, page.data);
  opened.filters = createFilters(opened.model, opened.choices);
  opened.sheets = opened.definition.Sheets ?? [];
  opened.relative = /now\(|"RelativeDatesFilter"/.test(JSON.stringify(opened.definition));
  opened.model.resetParameters(report);
  return opened;
}

const sheetName = (one) => one.Name || one.Title || one.SheetId;

// The frame of the page.

const header = h('header', { class: 'top' });
const tabs = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Sheets' });
const bar = h('form', {
  class: 'controls',
  'aria-label': 'Controls',
  onsubmit: (event) => event.preventDefault(),
});
const status = h('p', { class: 'status', role: 'status' });
const grid = h('div', { class: 'grid', id: 'sheet', role: 'tabpanel', tabindex: '-1' });

function drawHeader() {
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'plain',
      id: 'dark',
      title: `Show the page in ${dark ? 'light' : 'dark'} colors`,
      onclick: () => {
        setDark(!dark);
        document.getElementById('dark').focus();
      },
    },
    dark ? 'Light' : 'Dark',
  );
  const several = dashboards.length > 1;
  const select = several
    ? h(
        'select',
        {
          'aria-label': 'Dashboard',
          id: 'dashboard',
          onchange: () => show(dashboards[Number(select.value)]),
        },
        dashboards.map((one, index) =>
          h('option', { value: String(index), selected: one === current }, one.title || one.name),
        ),
      )
    : null;
  const cut = Object.entries(page.data)
    .filter(([, set]) => set.total > set.rows.length)
    .map(([id, set]) => `${id}: ${formatNumber(set.rows.length)} of ${formatNumber(set.total)} rows`);
  header.replaceChildren(
    h('h1', {}, several ? page.title : current?.title || page.title),
    select ?? '',
    h(
      'span',
      { class: 'notice', title: cut.length ? `The page holds a part of the rows. ${cut.join('; ')}` : null },
      page.notice,
    ),
    toggle,
  );
}

function drawTabs() {
  tabs.replaceChildren(
    ...current.sheets.map((one) =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          class: 'tab',
          'data-sheet': one.SheetId,
          'aria-selected': String(one === sheet),
          'aria-controls': 'sheet',
          tabindex: one === sheet ? '0' : '-1',
          onclick: () => show(current, one),
        },
        sheetName(one),
      ),
    ),
  );
  tabs.hidden = current.sheets.length === 0;
  grid.setAttribute('aria-label', sheetName(sheet));
}

tabs.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = current.sheets;
  const at = all.indexOf(sheet);
  const to = Number.isFinite(step) ? (at + step + all.length) % all.length : step < 0 ? 0 : all.length - 1;
  show(current, all[to]);
  tabs.querySelector('[aria-selected="true"]').focus();
});

function drawControls() {
  controls = controlsOf(sheet, current.model, current.choices, report);
  const drawn = controls.map((control) => {
    try {
      return drawControl(control, current.model, drawTiles);
    } catch (error) {
      report(`control ${control.id}: ${error.message}`);
      return h(
        'div',
        { class: 'control', 'data-control': control.id },
        h('span', { class: 'label' }, control.title),
        h('span', { class: 'note' }, error.message),
      );
    }
  });
  bar.replaceChildren(
    ...drawn,
    h('button', { type: 'button', class: 'plain reset', onclick: reset }, 'Reset'),
  );
  bar.hidden = drawn.length === 0;
}

function reset() {
  current.choices.clear();
  current.drills.clear();
  current.model.resetParameters(report);
  drawControls();
  drawTiles();
}

// The grid.

function drawGrid() {
  for (const tile of tiles) tile.chart?.dispose();
  watcher.disconnect();
  const layout = sheet.Layouts?.[0]?.Configuration ?? {};
  const elements =
    layout.GridLayout?.Elements ??
    layout.FreeFormLayout?.Elements ??
    (layout.SectionBasedLayout?.BodySections ?? []).flatMap(
      (section) => section.Content?.Layout?.FreeFormLayout?.Elements ?? [],
    );
  const places = new Map(elements.map((one) => [one.ElementId, one]));
  const made = [
    ...(sheet.Visuals ?? []).map((union) => makeTile(union)),
    ...(sheet.TextBoxes ?? []).map((box) => makeText(box)),
    ...(sheet.Images ?? []).map((image) => ({
      id: image.SheetImageId,
      element: h('div', { class: 'tile note centre' }, 'Image'),
    })),
  ];
  const order = (one) => {
    const place = places.get(one.id) ?? {};
    return [
      place.RowIndex ?? Number.parseInt(place.YAxisLocation ?? '9999', 10),
      place.ColumnIndex ?? Number.parseInt(place.XAxisLocation ?? '0', 10),
    ];
  };
  // In reading order, which is the order of the single column on a phone, and of the Tab key everywhere.
  made.sort((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);
  for (const { id, element } of made) {
    const place = places.get(id) ?? {};
    const across = place.ColumnSpan ?? 18;
    const down = place.RowSpan ?? 12;
    element.style.gridColumn =
      place.ColumnIndex === undefined && place.ColumnSpan === undefined
        ? `span ${across}`
        : `${(place.ColumnIndex ?? 0) + 1} / span ${across}`;
    element.style.gridRow =
      place.RowIndex === undefined ? `span ${down}` : `${place.RowIndex + 1} / span ${down}`;
    element.style.setProperty('--rows', String(down));
  }
  grid.replaceChildren(...made.map((one) => one.element));
  if (!made.length) grid.append(h('p', { class: 'note centre' }, 'This sheet has no visuals'));
  tiles = made.filter((one) => one.visual);
  for (const tile of tiles) watcher.observe(tile.body);
}

function makeText(box) {
  const element = h('div', { class: 'text' }, richText(box.Content, current.model.parameters));
  return { id: box.SheetTextBoxId, element };
}

function makeTile(union) {
  const { kind, of: visual } = variant(union);
  const heading = h('h2', { id: freshId() });
  const subtitle = visibleUnlessHidden(visual.Subtitle) ? titleText(visual.Subtitle, current.model.parameters) : '';
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'plain toggle',
      'aria-pressed': 'false',
      title: 'Show as a table',
      'aria-label': 'Show as a table',
      onclick: () => toggleTable(tile),
    },
    '▦',
  );
  const crumbs = h('nav', { class: 'drill', hidden: true });
  const body = h('div', { class: 'body' });
  const notes = h('div', { class: 'notes' });
  const element = h(
    'section',
    { class: 'tile', 'data-visual': visual.VisualId, 'data-kind': kind, 'aria-labelledby': heading.id },
    h('div', { class: 'head' }, heading, toggle),
    subtitle ? h('p', { class: 'subtitle' }, subtitle) : null,
    crumbs,
    body,
    notes,
  );
  const tile = {
    id: visual.VisualId,
    kind,
    visual,
    element,
    heading,
    toggle,
    crumbs,
    body,
    notes,
    chart: null,
    view: null,
  };
  return tile;
}

const wellsOf = (configuration) => {
  const wells = configuration?.FieldWells ?? {};
  return Object.values(wells).some(Array.isArray) ? wells : variant(wells).of;
};

/// The names that a visual gives its fields: in a table's options, or as axis labels.
function labelsOf(configuration) {
  const labels = new Map();
  const walk = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === 'object') {
      const id =
        value.ApplyTo?.FieldId ?? (typeof value.FieldId === 'string' && !value.Column ? value.FieldId : null);
      if (id && typeof value.CustomLabel === 'string' && value.CustomLabel) labels.set(id, value.CustomLabel);
      Object.values(value).forEach(walk);
    }
  };
  walk(configuration);
  return labels;
}

/// The drill-down levels of a visual's category, the current level, and the remaining rows.
function drillOf(tile, wells, field) {
  const unions = wells.Category ?? wells.Groups ?? wells.Categories ?? [];
  if (!unions.length || !/^(Bar|Line|Combo|Pie|Funnel|TreeMap|Waterfall)/.test(tile.kind)) return null;
  const { model } = current;
  const base = field(unions[0]);
  const hierarchy = (tile.visual.ColumnHierarchies ?? [])
    .map(variant)
    .find((one) => one.of.HierarchyId === base.hierarchy && base.hierarchy);
  let levels = [{ field: base, label: base.label }];
  let start = 0;
  if (hierarchy?.kind === 'DateTimeHierarchy') {
    const get = model.columnOf({ DataSetIdentifier: base.set, ColumnName: base.column });
    const hours =
      base.granularity === 'HOUR' ||
      model.setOf(base.set).rows.some((row) => !(get(row, []) ?? 'T00:00:00Z').endsWith('T00:00:00Z'));
    levels = LEVELS.filter((one) => one !== 'HOUR' || hours).map((granularity) => ({
      label: words(PERIODS[granularity]),
      field:
        granularity === base.granularity
          ? base
          : field({
              DateDimensionField: {
                ...variant(unions[0]).of,
                DateGranularity: granularity,
                FormatConfiguration: undefined,
              },
            }),
    }));
    start = Math.max(
      0,
      levels.findIndex((one) => one.field === base),
    );
  } else if (hierarchy?.of.Columns) {
    levels = hierarchy.of.Columns.map((column) => {
      if (column.ColumnName === base.column) return { field: base, label: base.label };
      const kind =
        model.kindOf(column.DataSetIdentifier, column.ColumnName) === 'DATETIME'
          ? 'DateDimensionField'
          : 'CategoricalDimensionField';
      const made = {
        ...field({ [kind]: { FieldId: base.id, Column: column } }),
        label: words(column.ColumnName),
      };
      return { field: made, label: made.label };
    });
    start = Math.max(
      0,
      levels.findIndex((one) => one.field === base),
    );
  } else if (unions.length > 1) {
    levels = unions.map((union) => {
      const made = field(union);
      return { field: made, label: made.label };
    });
  }
  const state = current.drills.get(tile.id) ?? { level: start, path: [] };
  return { levels, state, field: levels[state.level].field };
}

function drawCrumbs(tile, drill) {
  const several = drill && drill.levels.length > 1;
  tile.crumbs.hidden = !several;
  if (!several) return;
  tile.crumbs.replaceChildren(
    ...drill.levels.flatMap((one, index) => {
      const step = drill.state.path.find((part) => part.level === index);
      const here = index === drill.state.level;
      const button = h(
        'button',
        {
          type: 'button',
          class: 'plain',
          'aria-current': here ? 'true' : null,
          onclick: () => {
            current.drills.set(tile.id, {
              level: index,
              path: drill.state.path.filter((part) => part.level < index),
            });
            drawTile(tile);
            tile.crumbs.querySelector('[aria-current]')?.focus();
          },
        },
        step ? `${one.label}: ${one.field.show(step.value)}` : one.label,
      );
      return index ? [h('span', { 'aria-hidden': 'true' }, '›'), button] : [button];
    }),
  );
}

function drillInto(tile, drill, value) {
  if (!drill || value === undefined || drill.state.level + 1 >= drill.levels.length) return;
  current.drills.set(tile.id, {
    level: drill.state.level + 1,
    path: [...drill.state.path, { level: drill.state.level, value }],
  });
  drawTile(tile);
}

// Tiles.

/// The dataset of a visual's fields.
function setIn(value) {
  if (!value || typeof value !== 'object') return null;
  if (typeof value.DataSetIdentifier === 'string') return value.DataSetIdentifier;
  for (const inner of Object.values(value)) {
    const found = setIn(inner);
    if (found) return found;
  }
  return null;
}

function inputFor(tile) {
  const { model } = current;
  const configuration = tile.visual.ChartConfiguration ?? {};
  const wells = wellsOf(configuration);
  const labels = labelsOf(configuration);
  const set = setIn(configuration.FieldWells);
  const field = (union) => model.field(union, labels, set ?? undefined);
  const input = {
    model,
    theme,
    wells,
    set,
    kind: tile.kind,
    visual: tile.visual,
    config: configuration,
    rows: [],
    having: [],
    total: 0,
    fields: (unions) => (unions ?? []).map(field),
    width: Math.max(80, tile.body.clientWidth),
    height: Math.max(60, tile.body.clientHeight),
  };
  input.all = Object.values(wells)
    .filter(Array.isArray)
    .flatMap((unions) => unions.map(field));
  const named = Object.entries(wells)
    .filter(([, unions]) => Array.isArray(unions) && unions.length)
    .map(([well, unions]) => [
      /Category|Categories|Groups?$|GroupBy|Rows|Columns|Colors|Source|Destination|TrendGroups/.test(well),
      unions.map((union) => field(union).label),
    ]);
  const list = (asDimension) =>
    named
      .filter(([dimension]) => dimension === asDimension)
      .flatMap(([, names]) => names)
      .join(', ');
  const shown = [list(false), list(true)].filter(Boolean).join(' by ');
  input.title =
    (tile.visual.Title?.Visibility !== 'HIDDEN' && titleText(tile.visual.Title, current.model.parameters)) ||
    shown ||
    spokenKind(tile.kind);
  input.spoken =
    `${spokenKind(tile.kind)}: ${input.title}. ${shown && shown !== input.title ? `It shows ${shown}.` : ''}`.trim();
  if (!set) return input;
  Object.assign(input, current.filters.rowsFor(set, sheet.SheetId, tile.id));
  input.drill = drillOf(tile, wells, field);
  for (const step of input.drill?.state.path ?? []) {
    const { get } = input.drill.levels[step.level].field;
    input.rows = input.rows.filter((row) => (get(row, input.rows) ?? null) === step.value);
  }
  input.drilled = (unions) => input.drill?.field ?? input.fields(unions)[0];
  return input;
}

function viewOf(tile, input) {
  if (tile.kind === 'EmptyVisual') return emptyView('Empty');
  const make = VIEWS[tile.kind];
  if (tile.kind === 'InsightVisual') return make(input);
  const kind = spokenKind(tile.kind);
  if (!input.set) return emptyView(make ? 'No fields are set' : `${kind} is not drawn in the preview`);
  const broken = input.all.find((one) => one.error && !(one.error instanceof Unsupported));
  if (broken) throw broken.error;
  if (!input.rows.length) return { columns: [], rows: [] };
  if (!make) return fieldsView(input, `${kind} is not drawn in the preview: its fields as a table`);
  try {
    return make(input);
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    if (!limits.includes(error.unsupported)) limits.push(error.unsupported);
    return fieldsView(
      input,
      `${error.message[0].toUpperCase()}${error.message.slice(1)}: the visual's other fields as a table`,
    );
  }
}

/// Marks the sides to which an element can be scrolled, for the shadows there.
function markMore(frame, scroll) {
  const sides = {
    left: scroll.scrollLeft > 1,
    right: scroll.scrollLeft + scroll.clientWidth < scroll.scrollWidth - 1,
    top: scroll.scrollTop > 1,
    bottom: scroll.scrollTop + scroll.clientHeight < scroll.scrollHeight - 1,
  };
  frame.dataset.more = Object.keys(sides)
    .filter((side) => sides[side])
    .join(' ');
}

/// Distributes the height that a table leaves in its tile among its rows, up to 20 pixels each.
function fitRows(frame, scroll) {
  const table = scroll.querySelector('table');
  table.style.removeProperty('--spare');
  const rows = table.tBodies[0].rows.length;
  const spare = (scroll.clientHeight - table.offsetHeight) / Math.max(1, rows);
  if (spare > 0 && scroll.children.length === 1)
    table.style.setProperty('--spare', `${Math.min(20, Math.floor(spare))}px`);
  markMore(frame, scroll);
}

function watchMore(frame, scroll) {
  delete frame.dataset.more;
  if (!scroll) return;
  scroll.addEventListener('scroll', () => markMore(frame, scroll), { passive: true });
  fitRows(frame, scroll);
}

function drawTile(tile) {
  let state = 'drawn';
  const put = (...children) => {
    tile.chart?.dispose();
    tile.chart = null;
    tile.body.replaceChildren(...children);
  };
  tile.view = null;
  try {
    const input = inputFor(tile);
    tile.heading.textContent = input.title;
    tile.heading.classList.toggle('hidden', tile.visual.Title?.Visibility === 'HIDDEN');
    tile.element.title = '';
    tile.heading.title = input.set
      ? `${formatNumber(input.rows.length)} of ${formatNumber(input.total)} rows of ${input.set}`
      : '';
    tile.passed = input.set ? { set: input.set, rows: input.rows.length, total: input.total } : null;
    tile.crumbs.setAttribute('aria-label', `Levels of ${input.title}`);
    drawCrumbs(tile, input.drill);
    input.height = Math.max(60, tile.body.clientHeight);
    let view = viewOf(tile, input);
    tile.unfiltered = false;
    if (page.filtered_out === 'all' && view.rows.length === 0 && !view.quiet && input.total) {
      Object.assign(input, { rows: current.model.setOf(input.set).rows, having: [] });
      view = viewOf(tile, input);
      tile.unfiltered = view.rows.length > 0;
      if (tile.unfiltered) tile.heading.title += ', without its filters: no generated row passes them';
    }
    tile.view = view;
    const empty = view.rows.length === 0 && !view.quiet;
    const asTable = current.tables.has(tile.id);
    tile.toggle.hidden = Boolean(view.isTable);
    tile.toggle.setAttribute('aria-pressed', String(asTable));
    const left = (input.left ?? []).map((name) => `Without a filter: the preview does not support \`${name}\``);
    const notes = [...(view.notes ?? []), ...left];
    tile.notes.replaceChildren(...notes.map((note) => h('p', { class: 'note' }, note)));
    if (empty) {
      state = 'empty';
      put(h('p', { class: 'note centre' }, 'No rows'));
    } else if (asTable && !view.isTable) {
      state = 'table';
      put(plainTable(view));
    } else if (view.html) {
      put();
      view.html(tile.body);
      if (view.isTable && !view.quiet) state = view.notes?.length ? 'table' : 'drawn';
    } else {
      drawChart(tile, view, input);
    }
    const scroll = tile.body.querySelector('.scroll');
    scroll?.setAttribute('aria-label', input.title);
    watchMore(tile.body, scroll);
  } catch (error) {
    state = 'error';
    report(`${tile.id}: ${error.message}`);
    tile.heading.textContent ||= titleText(tile.visual.Title, current.model.parameters) || tile.id;
    tile.notes.replaceChildren();
    put(h('p', { class: 'error', role: 'alert' }, error.message));
    watchMore(tile.body, null);
  }
  tile.element.dataset.state = state;
}

function drawChart(tile, view, input) {
  tile.chart?.dispose();
  const frame = h('div', { class: 'chart' });
  tile.body.replaceChildren(frame);
  const chart = echarts.init(frame, null, {
    renderer: 'svg',
    width: tile.body.clientWidth || 80,
    height: tile.body.clientHeight || 60,
  });
  tile.chart = chart;
  // The size it was drawn for: the first one that is observed may differ already.
  sizes.set(tile.body, `${tile.body.clientWidth}x${tile.body.clientHeight}`);
  chart.setOption(view.option);
  const deeper = input.drill && input.drill.state.level + 1 < input.drill.levels.length;
  if (deeper && view.keys) {
    frame.classList.add('drills');
    chart.on('click', (event) => drillInto(tile, input.drill, view.keys[event.dataIndex]));
  }
}

function toggleTable(tile) {
  if (!current.tables.delete(tile.id)) current.tables.add(tile.id);
  drawTile(tile);
}

function drawTiles() {
  document.body.dataset.ready = 'false';
  tiles.forEach(drawTile);
  const sets = new Map();
  for (const tile of tiles) {
    if (!tile.passed) continue;
    const known = sets.get(tile.passed.set);
    // Visuals of one dataset may have their own filters: the page shows the counts of the visual with the most rows.
    if (!known || known.rows < tile.passed.rows) sets.set(tile.passed.set, tile.passed);
  }
  const counts = [...sets.values()].map(
    (one) => `${one.set}: ${formatNumber(one.rows)} of ${formatNumber(one.total)} rows`,
  );
  if (current.relative)
    counts.push(`“now” is ${formatMoment(current.model.today())}, the newest date in the rows`);
  const unfiltered = tiles.filter((tile) => tile.unfiltered).length;
  if (unfiltered)
    counts.push(`${unfiltered} of ${tiles.length} visuals without their filters: no generated row passes them`);
  status.textContent = counts.join(' · ');
  // A screenshot needs the height of the page.
  document.body.dataset.height = document.documentElement.scrollHeight;
  document.body.dataset.ready = 'true';
}

// What is drawn for one width is redrawn for another.
const sizes = new WeakMap();
const watcher = new ResizeObserver((entries) => {
  const due = [];
  for (const { target, contentRect } of entries) {
    const size = `${Math.round(contentRect.width)}x${Math.round(contentRect.height)}`;
    const tile = tiles.find((one) => one.body === target);
    if (tile?.chart && sizes.get(target) !== size) due.push(tile);
    const scroll = target.querySelector('.scroll');
    if (scroll) fitRows(target, scroll);
    sizes.set(target, size);
  }
  // Before the frame is painted, because a screenshot may show the first frame at its width.
  due.forEach(drawTile);
});

// The current state.

function setDark(on) {
  dark = on;
  theme = createTheme(page.theme, dark);
  applyTheme(theme);
  drawHeader();
  drawTiles();
  for (const span of grid.querySelectorAll('[data-color]'))
    span.style.color = legible(span.dataset.color, theme.sheet, 4.5);
}

function show(dashboard, asked) {
  const wanted = asked ?? dashboard?.sheets[0];
  const changed = dashboard !== current || wanted !== sheet;
  current = dashboard;
  sheet = wanted;
  if (changed && current) {
    const hash = `#${encodeURIComponent(current.name)}/${encodeURIComponent(sheet?.SheetId ?? '')}`;
    if (location.hash !== hash) history.replaceState(null, '', hash);
  }
  draw();
}

function draw() {
  drawHeader();
  document.title = `${current?.title || page.title} – ${page.title}`;
  if (!current || !sheet) {
    grid.replaceChildren(
      h('p', { class: 'note centre' }, current ? 'This dashboard has no sheets' : 'There are no dashboards'),
    );
    document.body.dataset.ready = 'true';
    return;
  }
  drawTabs();
  drawControls();
  drawGrid();
  drawTiles();
  for (const span of grid.querySelectorAll('[data-color]'))
    span.style.color = legible(span.dataset.color, theme.sheet, 4.5);
}

function fromHash() {
  const [name, id] = location.hash
    .slice(1)
    .split('/')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  const dashboard = dashboards.find((one) => one.name === name) ?? current;
  show(
    dashboard,
    dashboard?.sheets.find((one) => one.SheetId === id),
  );
}

/// The interface for tests and the console.
globalThis.preview = {
  errors,
  limits,
  dashboards: dashboards.map((one) => ({
    name: one.name,
    title: one.title,
    sheets: one.sheets.map((each) => each.SheetId),
  })),
  controls: () => controls.map((one) => ({ id: one.id, title: one.title, kind: one.kind, value: one.get() })),
  setControl(id, value) {
    const control = controls.find((one) => one.id === id);
    if (!control) throw new Error(`no control on this sheet: \`${id}\``);
    control.set(value);
    drawControls();
    drawTiles();
  },
  figures(id) {
    const view = tiles.find((one) => one.id === id)?.view;
    return view ? { columns: view.columns.map((one) => one.label), rows: view.rows } : null;
  },
  drill(id, value) {
    const tile = tiles.find((one) => one.id === id);
    if (tile) drillInto(tile, inputFor(tile).drill, value);
  },
  show: (name, id) => {
    const dashboard = dashboards.find((one) => one.name === name) ?? current;
    show(
      dashboard,
      dashboard.sheets.find((one) => one.SheetId === id),
    );
  },
  reset,
};

document.body.append(header, h('main', {}, tabs, bar, status, grid));
applyTheme(theme);
addEventListener('hashchange', fromHash);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => setDark(event.matches));
NARROW.addEventListener('change', () => drawTiles());
fromHash();
