// Formats numbers, timestamps and names as QuickSight does.

const CURRENCIES = {
  USD: '$',
  EUR: '€',
  GBP: '£',
  JPY: '¥',
  CNY: '¥',
  INR: '₹',
  KRW: '₩',
  BRL: 'R$',
  CHF: 'CHF ',
  CAD: 'CA$',
  AUD: 'A$',
  MXN: 'MX$',
  NZD: 'NZ$',
  SEK: 'SEK ',
  NOK: 'NOK ',
  DKK: 'DKK ',
  PLN: 'PLN ',
  TRY: '₺',
  RUB: '₽',
  ILS: '₪',
  ZAR: 'R ',
};
const SCALES = {
  NONE: [1, ''],
  THOUSANDS: [1e3, 'K'],
  MILLIONS: [1e6, 'M'],
  BILLIONS: [1e9, 'B'],
  TRILLIONS: [1e12, 'T'],
  LAKHS: [1e5, 'L'],
  CRORES: [1e7, 'Cr'],
};
const NULL_SIGN = '–';

/// A column's name as words: `order_count` is "Order count".
function words(name) {
  const text = String(name)
    .replace(/[_\s]+/g, ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim();
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

function scaleFor(value) {
  // A number that rounds up to a thousand is shown as a thousand.
  const size = Math.abs(value) * 1.0005;
  if (size >= 1e12) return SCALES.TRILLIONS;
  if (size >= 1e9) return SCALES.BILLIONS;
  if (size >= 1e6) return SCALES.MILLIONS;
  return size >= 1e3 ? SCALES.THOUSANDS : SCALES.NONE;
}

function grouped(value, places, separators = {}) {
  const thousands = separators.ThousandsSeparator ?? {};
  const symbols = { COMMA: ',', DOT: '.', SPACE: ' ' };
  const [whole, part] = Math.abs(value).toFixed(Math.min(20, places)).split('.');
  const between = thousands.Visibility === 'HIDDEN' ? '' : (symbols[thousands.Symbol] ?? ',');
  const point = symbols[separators.DecimalSeparator] ?? '.';
  return whole.replace(/\B(?=(\d{3})+$)/g, between) + (part ? point + part : '');
}

/// The kind of a number format and its settings. A field's format has one more level than a column's.
function numericFormat(format) {
  let inner = format;
  for (const key of [
    'NumberFormatConfiguration',
    'StringFormatConfiguration',
    'DateTimeFormatConfiguration',
  ]) {
    inner = inner?.[key] ?? inner;
  }
  inner = inner?.FormatConfiguration ?? inner?.NumericFormatConfiguration ?? inner;
  for (const kind of ['Currency', 'Percentage', 'Number']) {
    const found = inner?.[`${kind}DisplayFormatConfiguration`];
    if (found) return { kind, ...found };
  }
  return null;
}

function nullText(format) {
  const text = JSON.stringify(format ?? {});
  const found = /"NullString":"((?:[^"\\]|\\.)*)"/.exec(text);
  return found ? JSON.parse(`"${found[1]}"`) : NULL_SIGN;
}

/// The number of decimals of a number, without the error of binary fractions.
function decimalsOf(value) {
  for (let places = 0; places < 12; places += 1) {
    if (Math.abs(Number(value.toFixed(places)) - value) <= Math.abs(value) * 1e-9) return places;
  }
  return 12;
}

/// Formats a tick of an axis. Ticks are round numbers, so all of their decimals are shown.
function formatTick(value, format) {
  return typeof value === 'number' ? formatNumber(value, format, decimalsOf) : formatValue(value, format);
}

/// `compact` is for labels, which have little room: `true`, or a function that returns the number of decimals to show.
function formatNumber(value, format, compact = false) {
  if (value === null || value === undefined || Number.isNaN(value)) return nullText(format);
  if (typeof value !== 'number') return String(value);
  const shape = numericFormat(format) ?? {};
  const percent = shape.kind === 'Percentage';
  const shown = percent ? value * 100 : value;
  const named = SCALES[shape.NumberScale] && shape.NumberScale !== 'NONE' ? SCALES[shape.NumberScale] : null;
  let scale = named ?? (compact || shape.NumberScale === 'AUTO' ? scaleFor(shown) : SCALES.NONE);
  // 12,345.5 is shorter than 12.3455K.
  if (typeof compact === 'function' && !named && compact(shown / scale[0]) > 3) scale = SCALES.NONE;
  const scaled = shown / scale[0];
  const size = Math.abs(scaled);
  let places = shape.DecimalPlacesConfiguration?.DecimalPlaces;
  if (typeof compact === 'function') {
    places = compact(scaled);
  } else if (compact) {
    // Whatever the format says: an axis from 0 to 1 needs decimals even if the values have none.
    places = Number.isInteger(+scaled.toFixed(6)) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 ? 2 : 4;
  } else if (places === undefined) {
    places = Number.isInteger(+scaled.toFixed(9))
      ? 0
      : size >= 1 || size === 0
        ? 2
        : Math.min(6, 2 - Math.floor(Math.log10(size)));
  }
  let digits = grouped(scaled, places, shape.SeparatorConfiguration);
  if ((compact || (size < 1 && shape.DecimalPlacesConfiguration === undefined)) && digits.includes('.'))
    digits = digits.replace(/\.?0+$/, '');
  const prefix = shape.Prefix ?? '';
  const suffix = shape.Suffix ?? '';
  const symbol =
    shape.kind === 'Currency' ? (CURRENCIES[shape.Symbol] ?? (shape.Symbol ? `${shape.Symbol} ` : '$')) : '';
  const below = scaled < 0 && Number(scaled.toFixed(Math.min(20, places))) !== 0;
  const body = `${prefix}${symbol}${digits}${scale[1]}${percent && suffix !== '%' ? '%' : ''}${suffix}`;
  if (!below) return body;
  return shape.NegativeValueConfiguration?.DisplayMode === 'POSITIVE' ? `(${body})` : `-${body}`;
}

function formatMoment(value, format, granularity) {
  if (value === null || value === undefined) return nullText(format);
  if (!isStamp(value)) return String(value);
  const pattern = format?.DateTimeFormat ?? format?.DateTimeFormatConfiguration?.DateTimeFormat;
  if (pattern) return formatStamp(value, pattern);
  return formatStamp(
    value,
    PATTERNS[granularity] ?? (value.endsWith('T00:00:00Z') ? PATTERNS.DAY : PATTERNS.MINUTE),
  );
}

/// A value as text, of any type.
function formatValue(value, format, granularity) {
  if (value === null || value === undefined) return nullText(format);
  if (isStamp(value)) return formatMoment(value, format, granularity);
  if (typeof value === 'number') return formatNumber(value, format);
  return String(value);
}
