// The functions of the language. Names are looked up in lower case, as in QuickSight.

const sorted = (values) => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const total = (values) => values.reduce((sum, value) => sum + value, 0);
const mean = (values) => (values.length ? total(values) / values.length : null);

function variance(values, freedom) {
  if (values.length <= freedom) return null;
  const middle = mean(values);
  return total(values.map((value) => (value - middle) ** 2)) / (values.length - freedom);
}

const root = (value) => (value === null ? null : Math.sqrt(value));

function percentile(values, percent) {
  if (!values.length) return null;
  const ordered = sorted(values);
  const place = (ordered.length - 1) * Math.min(1, Math.max(0, percent / 100));
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return ordered[below] + (ordered[above] - ordered[below]) * (place - below);
}

/// Functions of the values of a group, without nulls.
const AGGREGATES = {
  sum: (values) => (values.length ? total(values) : null),
  avg: mean,
  count: (values) => values.length,
  distinct_count: (values) => new Set(values).size,
  min: (values) => (values.length ? values.reduce((a, b) => (b < a ? b : a)) : null),
  max: (values) => (values.length ? values.reduce((a, b) => (b > a ? b : a)) : null),
  median: (values) => percentile(values, 50),
  stdev: (values) => root(variance(values, 1)),
  stdevp: (values) => root(variance(values, 0)),
  var: (values) => variance(values, 1),
  varp: (values) => variance(values, 0),
  percentile,
  percentilecont: percentile,
  percentiledisc: (values, percent) =>
    values.length ? sorted(values)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)] : null,
};
/// The aggregations of a visual's field, by name.
const SIMPLE = {
  SUM: 'sum',
  AVERAGE: 'avg',
  COUNT: 'count',
  DISTINCT_COUNT: 'distinct_count',
  MIN: 'min',
  MAX: 'max',
  MEDIAN: 'median',
  STDEV: 'stdev',
  STDEVP: 'stdevp',
  VAR: 'var',
  VARP: 'varp',
};

/// The aggregation of a function name, and whether it accepts a condition.
function aggregateOf(name) {
  const lower = name.toLowerCase();
  if (Object.hasOwn(AGGREGATES, lower)) return { name: lower, conditional: false };
  const plain = lower.replace(/if$/, '');
  if (plain !== lower && Object.hasOwn(AGGREGATES, plain)) return { name: plain, conditional: true };
  return null;
}

const same = (value, folded) => (folded === 'case_insensitive' ? String(value).toLowerCase() : String(value));
const isAny = (list) => list.length === 1 && (list[0] === null || list[0] === 'ALL_VALUES');
const members = (list) => list.flat();

function isIn(value, list) {
  return list.some((item) => {
    const [a, b] = comparable(value, item);
    return a === b;
  });
}

/// Functions of values; if any argument is null, the result is null.
const STRICT = {
  toupper: (text) => String(text).toUpperCase(),
  tolower: (text) => String(text).toLowerCase(),
  trim: (text) => String(text).trim(),
  ltrim: (text) => String(text).trimStart(),
  rtrim: (text) => String(text).trimEnd(),
  left: (text, count) => String(text).slice(0, Math.max(0, count)),
  right: (text, count) => (count > 0 ? String(text).slice(-count) : ''),
  substring: (text, start, length) =>
    String(text).slice(start - 1, length === undefined ? undefined : start - 1 + length),
  strlen: (text) => String(text).length,
  concat: (...texts) => texts.join(''),
  contains: (text, part, folded) => same(text, folded).includes(same(part, folded)),
  startswith: (text, part, folded) => same(text, folded).startsWith(same(part, folded)),
  endswith: (text, part, folded) => same(text, folded).endsWith(same(part, folded)),
  locate: (text, part, start = 1) => String(text).indexOf(part, start - 1) + 1,
  replace: (text, part, other) => String(text).split(part).join(other),
  split: (text, delimiter, place) => String(text).split(delimiter)[place - 1] ?? null,
  tostring: (value) => String(value),
  parseint: (text) => (Number.isNaN(Number.parseFloat(text)) ? null : Math.trunc(Number.parseFloat(text))),
  parsedecimal: (text) => (Number.isNaN(Number.parseFloat(text)) ? null : Number.parseFloat(text)),
  decimaltoint: (value) => Math.trunc(value),
  inttodecimal: (value) => value,
  round: (value, places = 0) => {
    const scaled = Number(`${Math.abs(value)}e${places}`);
    const rounded = Number.isNaN(scaled)
      ? value
      : Math.sign(value) * Number(`${Math.round(scaled)}e${-places}`);
    return Number.isNaN(rounded) ? value : rounded;
  },
  ceil: Math.ceil,
  floor: Math.floor,
  abs: Math.abs,
  mod: (value, by) => (by === 0 ? null : value % by),
  sqrt: (value) => (value < 0 ? null : Math.sqrt(value)),
  exp: Math.exp,
  ln: (value) => (value <= 0 ? null : Math.log(value)),
  log: (value) => (value <= 0 ? null : Math.log10(value)),
  between: (value, low, high) => {
    const [a, b] = comparable(value, low);
    const [c, d] = comparable(value, high);
    return a >= b && c <= d;
  },
  epochdate: (seconds) => fromMillis(seconds * 1000),
  parsedate: (text, pattern) => parseStamp(text, pattern),
};

/// Functions of timestamps: these need the scope, for the current day and the start of the week.
const TEMPORAL = {
  now: (scope) => scope.now(),
  truncdate: (scope, period, moment) => truncate(stampIn(moment), unitOf(period), scope.weekStart),
  adddatetime: (scope, amount, period, moment) => addPeriods(stampIn(moment), amount, unitOf(period)),
  datediff: (scope, from, to, period = 'DD') =>
    periodsBetween(stampIn(from), stampIn(to), unitOf(period), scope.weekStart),
  extract: (scope, period, moment) => extractPart(stampIn(moment), unitOf(period)),
  formatdate: (scope, moment, pattern = "yyyy-MM-dd'T'HH:mm:ss") => formatStamp(stampIn(moment), pattern),
};

function stampIn(value) {
  const stamp = toStamp(value);
  if (stamp === null) throw new Error(`\`${value}\` is not a date`);
  return stamp;
}

/// Functions that receive their arguments unevaluated, or with nulls.
const LAZY = {
  ifelse: (items) => (row, rows) => {
    for (let index = 0; index + 1 < items.length; index += 2) {
      if (items[index](row, rows) === true) return items[index + 1](row, rows);
    }
    return items.length % 2 ? items[items.length - 1](row, rows) : null;
  },
  switch: (items) => (row, rows) => {
    const value = first(items[0](row, rows));
    for (let index = 1; index + 1 < items.length; index += 2) {
      const [a, b] = comparable(value, first(items[index](row, rows)));
      if (a !== null && a === b) return items[index + 1](row, rows);
    }
    return items.length % 2 === 0 ? items[items.length - 1](row, rows) : null;
  },
  coalesce: (items) => (row, rows) => {
    for (const item of items) {
      const value = item(row, rows);
      if (value !== null) return value;
    }
    return null;
  },
  nullif:
    ([left, right]) =>
    (row, rows) => {
      const value = left(row, rows);
      return value === right(row, rows) ? null : value;
    },
  isnull:
    ([item]) =>
    (row, rows) =>
      item(row, rows) === null,
  isnotnull:
    ([item]) =>
    (row, rows) =>
      item(row, rows) !== null,
  in:
    ([item, ...rest]) =>
    (row, rows) => {
      const value = item(row, rows);
      const list = members(rest.map((one) => one(row, rows)));
      if (isAny(list)) return true;
      return value === null ? null : isIn(value, list);
    },
  notin:
    ([item, ...rest]) =>
    (row, rows) => {
      const value = item(row, rows);
      const list = members(rest.map((one) => one(row, rows)));
      return value === null ? null : !isIn(value, list);
    },
};

/// Window functions that can have a level, each with its aggregate; of ranks, the place of the next value after ties.
const LEVELED = {
  sumover: 'sum',
  avgover: 'avg',
  countover: 'count',
  distinctcountover: 'distinct_count',
  minover: 'min',
  maxover: 'max',
  stdevover: 'stdev',
  stdevpover: 'stdevp',
  varover: 'var',
  varpover: 'varp',
};
const RANKS = { rank: (before) => before.length + 1, denserank: (before) => new Set(before).size + 1 };

/// Whether a window function is computed from single rows.
function isLeveled(tree) {
  const name = tree.name.toLowerCase();
  const last = tree.items[tree.items.length - 1];
  const known = Object.hasOwn(LEVELED, name) || Object.hasOwn(RANKS, name);
  return known && last?.type === 'literal' && (last.value === 'pre_agg' || last.value === 'pre_filter');
}

/// A level-aware window function: a value of each row, from all rows of its partition, as if there were no filters.
function compileLeveled(tree, scope) {
  const name = tree.name.toLowerCase();
  const [operand, ...rest] = tree.items.slice(0, -1);
  const keys = rest.filter((item) => item.type === 'list').flatMap((item) => item.items);
  const parts = keys.map((item) => compile(item, scope));
  const partition = (row, rows) => keyOf(parts.map((part) => part(row, rows) ?? null));
  const order = operand.type === 'list' ? operand.items : [operand];
  const values = order.map((item) => compile(item, scope));
  let known = null;
  const windows = () => {
    if (known?.generation === scope.generation()) return known.windows;
    const all = scope.all();
    const found = new Map();
    // Set before the values, so that a field that refers to itself ends.
    known = { generation: scope.generation(), windows: found };
    for (const row of all) {
      const key = partition(row, all);
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(values.map((value) => first(value(row, all))));
    }
    if (Object.hasOwn(LEVELED, name)) {
      for (const [key, rows] of found) {
        const present = rows.map(([value]) => value).filter((value) => value !== null && value !== undefined);
        found.set(key, AGGREGATES[LEVELED[name]](present));
      }
    } else {
      const compare = (a, b) => {
        for (const [index, { descending }] of order.entries()) {
          if (a[index] !== b[index]) return a[index] < b[index] !== descending ? -1 : 1;
        }
        return 0;
      };
      for (const [key, rows] of found) {
        const places = new Map();
        const before = [];
        for (const row of [...rows].sort(compare)) {
          if (!places.has(keyOf(row))) places.set(keyOf(row), RANKS[name](before));
          before.push(keyOf(row));
        }
        found.set(key, places);
      }
    }
    return found;
  };
  return (row, rows) => {
    if (!row) return null;
    const value = windows().get(partition(row, rows)) ?? null;
    if (!(value instanceof Map)) return value;
    return value.get(keyOf(values.map((one) => first(one(row, rows))))) ?? null;
  };
}

function compileCall(tree, scope) {
  if (isLeveled(tree)) return compileLeveled(tree, scope);
  const name = tree.name.toLowerCase();
  const aggregate = aggregateOf(name);
  if (aggregate) return compileAggregate(tree, aggregate, scope);
  if (!Object.hasOwn(LAZY, name) && !Object.hasOwn(STRICT, name) && !Object.hasOwn(TEMPORAL, name)) {
    throw new Unsupported(tree.name);
  }
  const items = tree.items.map((item) => compile(item, scope));
  if (Object.hasOwn(LAZY, name)) return LAZY[name](items);
  const apply = Object.hasOwn(STRICT, name) ? STRICT[name] : (...values) => TEMPORAL[name](scope, ...values);
  return (row, rows) => {
    const values = items.map((item) => first(item(row, rows)));
    return values.includes(null) ? null : apply(...values);
  };
}

function compileAggregate(tree, aggregate, scope) {
  // A list sets the level of aggregation, regardless of how the visual groups.
  if (tree.items.some((item) => item.type === 'list')) throw new Unsupported(`${tree.name}(…, […])`);
  if (tree.items.length === 0) throw new Error(`\`${tree.name}\` requires a column`);
  // Inside an aggregate, a column is that of the rows, even if the visual has aggregated one of the same name.
  const [value, ...rest] = tree.items.map((item) => compile(item, scope.rows ?? scope));
  const condition = aggregate.conditional ? rest.shift() : null;
  return (row, rows) => {
    const chosen = condition ? rows.filter((one) => condition(one, rows) === true) : rows;
    const values = chosen.map((one) => value(one, rows)).filter((one) => one !== null && one !== undefined);
    return AGGREGATES[aggregate.name](values, ...rest.map((one) => one(row, rows)));
  };
}
