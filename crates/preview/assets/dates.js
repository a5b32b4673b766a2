// Timestamps are strings with seconds, in UTC: `2026-05-30T13:00:00Z`. They sort, compare and group without
// conversion.

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const UNITS = {
  YYYY: 'YEAR',
  YEAR: 'YEAR',
  Q: 'QUARTER',
  QUARTER: 'QUARTER',
  MM: 'MONTH',
  MONTH: 'MONTH',
  WK: 'WEEK',
  WEEK: 'WEEK',
  DD: 'DAY',
  DAY: 'DAY',
  WD: 'WEEKDAY',
  HH: 'HOUR',
  HOUR: 'HOUR',
  MI: 'MINUTE',
  MINUTE: 'MINUTE',
  SS: 'SECOND',
  SECOND: 'SECOND',
  MS: 'MILLISECOND',
  MILLISECOND: 'MILLISECOND',
};
const MILLIS = { WEEK: 604800000, DAY: 86400000, HOUR: 3600000, MINUTE: 60000, SECOND: 1000, MILLISECOND: 1 };
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const isStamp = (value) => typeof value === 'string' && STAMP.test(value);

/// A string or a number as a timestamp, or null.
function toStamp(value) {
  if (value === null || value === undefined || value === '') return null;
  if (isStamp(value)) return value;
  if (typeof value === 'number') return fromMillis(value);
  const text = String(value).trim();
  const parts =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour = 0, minute = 0, second = 0, zone] = parts;
  let millis = Date.UTC(+year, month - 1, +day, +hour, +minute, +second);
  if (zone && zone !== 'Z') {
    const sign = zone[0] === '-' ? 1 : -1;
    millis += sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60000;
  }
  return fromMillis(millis);
}

function fromMillis(millis) {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999) return null;
  return `${date.toISOString().slice(0, 19)}Z`;
}

const millisOf = (stamp) => Date.parse(stamp);

function unitOf(name) {
  const unit = UNITS[String(name).toUpperCase()];
  if (!unit) throw new Error(`\`${name}\` is not a period`);
  return unit;
}

/// The start of the period that contains a timestamp. `weekStart` is the weekday in the definition's Options.
function truncate(stamp, unit, weekStart = 'SUNDAY') {
  const date = new Date(stamp);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (unit) {
    case 'YEAR':
      return fromMillis(Date.UTC(year, 0, 1));
    case 'QUARTER':
      return fromMillis(Date.UTC(year, month - (month % 3), 1));
    case 'MONTH':
      return fromMillis(Date.UTC(year, month, 1));
    case 'WEEK': {
      const first = Math.max(
        0,
        WEEKDAYS.findIndex((day) => day.toUpperCase() === weekStart),
      );
      return fromMillis(Date.UTC(year, month, date.getUTCDate() - ((date.getUTCDay() - first + 7) % 7)));
    }
    case 'DAY':
      return `${stamp.slice(0, 10)}T00:00:00Z`;
    case 'HOUR':
      return `${stamp.slice(0, 13)}:00:00Z`;
    case 'MINUTE':
      return `${stamp.slice(0, 16)}:00Z`;
    default:
      return stamp;
  }
}

/// A timestamp some periods later. In a shorter month it is the last day.
function addPeriods(stamp, amount, unit) {
  const months = { YEAR: 12, QUARTER: 3, MONTH: 1 }[unit];
  if (!months) return fromMillis(millisOf(stamp) + amount * (MILLIS[unit] ?? MILLIS.DAY));
  const date = new Date(stamp);
  const target = new Date(date);
  target.setUTCDate(1);
  target.setUTCMonth(target.getUTCMonth() + amount * months);
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(date.getUTCDate(), last));
  return fromMillis(target.getTime());
}

/// The number of period boundaries between two timestamps.
function periodsBetween(from, to, unit, weekStart) {
  const a = new Date(truncate(from, unit, weekStart));
  const b = new Date(truncate(to, unit, weekStart));
  const months = { YEAR: 12, QUARTER: 3, MONTH: 1 }[unit];
  if (months) {
    return ((b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth()) / months;
  }
  return Math.round((b - a) / (MILLIS[unit] ?? MILLIS.DAY));
}

function extractPart(stamp, unit) {
  const date = new Date(stamp);
  switch (unit) {
    case 'YEAR':
      return date.getUTCFullYear();
    case 'QUARTER':
      return Math.floor(date.getUTCMonth() / 3) + 1;
    case 'MONTH':
      return date.getUTCMonth() + 1;
    case 'WEEK': {
      // The ISO 8601 week: that of the Thursday.
      const thursday = new Date(date);
      thursday.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7));
      const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
      return 1 + Math.floor((thursday - first) / MILLIS.WEEK);
    }
    case 'DAY':
      return date.getUTCDate();
    case 'WEEKDAY':
      return date.getUTCDay() + 1;
    case 'HOUR':
      return date.getUTCHours();
    case 'MINUTE':
      return date.getUTCMinutes();
    case 'SECOND':
      return date.getUTCSeconds();
    default:
      return 0;
  }
}

/// Formats a timestamp with a pattern: letters as in Java (`yyyy-MM-dd`), and those of QuickSight's own list
/// (`MMM D, YYYY`).
function formatStamp(stamp, pattern) {
  const date = new Date(stamp);
  const two = (number) => String(number).padStart(2, '0');
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const hour = date.getUTCHours();
  const twelve = hour % 12 || 12;
  const day = WEEKDAYS[date.getUTCDay()];
  const piece = (token) => {
    switch (token) {
      case 'yyyy':
      case 'YYYY':
      case 'uuuu':
      case 'y':
        return String(year);
      case 'yy':
      case 'YY':
        return two(year % 100);
      case 'Q':
      case 'q':
        return String(Math.floor(month / 3) + 1);
      case 'QQQ':
        return `Q${Math.floor(month / 3) + 1}`;
      case 'MMMM':
        return MONTHS[month];
      case 'MMM':
        return MONTHS[month].slice(0, 3);
      case 'MM':
        return two(month + 1);
      case 'M':
        return String(month + 1);
      case 'dd':
      case 'DD':
        return two(date.getUTCDate());
      case 'd':
      case 'D':
        return String(date.getUTCDate());
      case 'EEEE':
      case 'dddd':
        return day;
      case 'EEE':
      case 'EE':
      case 'E':
      case 'ddd':
        return day.slice(0, 3);
      case 'w':
      case 'ww':
        return two(extractPart(stamp, 'WEEK'));
      case 'HH':
        return two(hour);
      case 'H':
        return String(hour);
      case 'kk':
        return two(hour || 24);
      case 'k':
        return String(hour || 24);
      case 'hh':
        return two(twelve);
      case 'h':
        return String(twelve);
      case 'mm':
        return two(date.getUTCMinutes());
      case 'm':
        return String(date.getUTCMinutes());
      case 'ss':
        return two(date.getUTCSeconds());
      case 's':
        return String(date.getUTCSeconds());
      case 'SSS':
        return '000';
      case 'a':
        return hour < 12 ? 'am' : 'pm';
      case 'A':
        return hour < 12 ? 'AM' : 'PM';
      case 'Z':
      case 'ZZ':
      case 'XXX':
        return 'Z';
      default:
        return token;
    }
  };
  return pattern.replace(/'([^']*)'|\[([^\]]*)\]|([A-Za-z])\3*/g, (token, quoted, bracketed) =>
    quoted !== undefined ? quoted || "'" : bracketed !== undefined ? bracketed : piece(token),
  );
}

/// Parses a string with a pattern into a timestamp, or null.
function parseStamp(text, pattern) {
  if (!pattern) return toStamp(text);
  const names = [];
  const expression = pattern.replace(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']/g, (token, quoted, letter) => {
    if (quoted !== undefined) return quoted.replace(/[^\w\s]/g, '\\$&');
    if (!letter) return token.replace(/[^\w\s]/g, '\\$&');
    names.push(token);
    if (/^MMM/.test(token)) return '([A-Za-z]+)';
    return /^(yyyy|YYYY)$/.test(token) ? '(\\d{4})' : '(\\d{1,3})';
  });
  const found = new RegExp(`^${expression}$`).exec(String(text).trim());
  if (!found) return null;
  const parts = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  names.forEach((name, index) => {
    const value = found[index + 1];
    if (/^MMM/.test(name))
      parts.month = 1 + MONTHS.findIndex((month) => month.slice(0, 3) === value.slice(0, 3));
    else if (/^[yY]/.test(name)) parts.year = name.length === 2 ? 2000 + Number(value) : Number(value);
    else if (/^M/.test(name)) parts.month = Number(value);
    else if (/^[dD]/.test(name)) parts.day = Number(value);
    else if (/^[Hkh]/.test(name)) parts.hour = Number(value);
    else if (/^m/.test(name)) parts.minute = Number(value);
    else if (/^s/.test(name)) parts.second = Number(value);
  });
  return fromMillis(Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second));
}

/// The default pattern of QuickSight for a period.
const PATTERNS = {
  YEAR: 'yyyy',
  QUARTER: "'Q'Q yyyy",
  MONTH: 'MMM yyyy',
  WEEK: 'MMM d, yyyy',
  DAY: 'MMM d, yyyy',
  HOUR: 'MMM d, yyyy h a',
  MINUTE: 'MMM d, yyyy h:mm a',
  SECOND: 'MMM d, yyyy h:mm:ss a',
};
