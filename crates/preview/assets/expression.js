// The language of calculated fields: text -> tree -> function of a row or of a group of rows.

/// A function that QuickSight has and the preview does not.
class Unsupported extends Error {
  constructor(name) {
    super(`the preview does not support \`${name}\``);
    this.unsupported = name;
  }
}

const TOKEN = new RegExp(
  [
    /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//,
    /'((?:[^'\\]|\\.)*)'/,
    /"((?:[^"\\]|\\.)*)"/,
    /\$\{([^}]+)\}/,
    /\{([^}]+)\}/,
    /((?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)/,
    /([\p{L}_][\p{L}\p{N}_.]*)/u,
    /(<>|!=|<=|>=|[-+*/%^=<>(),[\]])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'uy',
);
const PRECEDENCE = {
  or: 1,
  and: 2,
  '=': 4,
  '<>': 4,
  '!=': 4,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  '^': 7,
};
const CONSTANTS = { true: true, false: false, null: null };
/// Keywords that are arguments.
const WORDS = new Set(['case_insensitive', 'pre_filter', 'pre_agg', 'post_agg_filter']);

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`\`${text.slice(start, start + 12)}\` is not valid in an expression`);
    const [, single, double, parameter, column, number, name, sign] = match;
    const quoted = single ?? double;
    if (quoted !== undefined) found.push({ kind: 'text', value: quoted.replace(/\\(.)/g, '$1') });
    else if (parameter !== undefined) found.push({ kind: 'parameter', value: parameter.trim() });
    else if (column !== undefined) found.push({ kind: 'column', value: column });
    else if (number !== undefined) found.push({ kind: 'number', value: Number(number) });
    else if (name !== undefined) found.push({ kind: 'name', value: name });
    else if (sign !== undefined) found.push({ kind: 'sign', value: sign });
  }
  return found;
}

function parse(text) {
  const words = tokens(text);
  let at = 0;
  const peek = () => words[at] ?? { kind: 'end' };
  const isSign = (sign) => peek().kind === 'sign' && peek().value === sign;
  const isWord = (word) => peek().kind === 'name' && peek().value.toLowerCase() === word;
  const expect = (sign) => {
    if (!isSign(sign)) throw new Error(`missing \`${sign}\` in \`${text}\``);
    at += 1;
  };
  const list = (close) => {
    const items = [];
    while (!isSign(close)) {
      const item = expression(0);
      items.push(item);
      // The sort order of a window function.
      item.descending = isWord('desc');
      if (isWord('asc') || isWord('desc')) at += 1;
      if (!isSign(',')) break;
      at += 1;
    }
    expect(close);
    return items;
  };
  const primary = () => {
    const word = peek();
    at += 1;
    if (word.kind === 'number' || word.kind === 'text') return { type: 'literal', value: word.value };
    if (word.kind === 'column' || word.kind === 'parameter') return { type: word.kind, name: word.value };
    if (word.kind === 'sign' && word.value === '(') {
      const inner = expression(0);
      expect(')');
      return inner;
    }
    if (word.kind === 'sign' && word.value === '[') return { type: 'list', items: list(']') };
    if (word.kind === 'sign' && (word.value === '-' || word.value === '+')) {
      const inner = expression(6);
      return word.value === '+' ? inner : { type: 'negative', inner };
    }
    if (word.kind === 'name') {
      const lower = word.value.toLowerCase();
      if (lower === 'not') return { type: 'not', inner: expression(3) };
      if (isSign('(')) {
        at += 1;
        return { type: 'call', name: word.value, items: list(')') };
      }
      if (lower in CONSTANTS) return { type: 'literal', value: CONSTANTS[lower] };
      if (WORDS.has(lower)) return { type: 'literal', value: lower };
      return { type: 'column', name: word.value };
    }
    throw new Error(
      word.kind === 'end' ? `\`${text}\` ends too early` : `\`${word.value}\` is out of place in \`${text}\``,
    );
  };
  const expression = (least) => {
    let left = primary();
    for (;;) {
      const word = peek();
      const operator = word.kind === 'sign' || word.kind === 'name' ? word.value.toLowerCase() : '';
      const precedence = Object.hasOwn(PRECEDENCE, operator) ? PRECEDENCE[operator] : 0;
      if (precedence === 0 || precedence < least) return left;
      at += 1;
      left = { type: 'binary', operator, left, right: expression(precedence + 1) };
    }
  };
  const tree = expression(0);
  if (peek().kind !== 'end') throw new Error(`\`${peek().value}\` is out of place in \`${text}\``);
  return tree;
}

/// The common type of a comparison: a timestamp next to a string makes the string a timestamp; 1 is true, 0 is false.
function comparable(left, right) {
  if (typeof left === 'boolean' && typeof right === 'number') return [Number(left), right];
  if (typeof right === 'boolean' && typeof left === 'number') return [left, Number(right)];
  if (isStamp(left) && typeof right === 'string' && !isStamp(right)) return [left, toStamp(right) ?? right];
  if (isStamp(right) && typeof left === 'string' && !isStamp(left)) return [toStamp(left) ?? left, right];
  return [left, right];
}

const first = (value) => (Array.isArray(value) ? (value[0] ?? null) : (value ?? null));

const OPERATORS = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? null : a / b),
  '%': (a, b) => (b === 0 ? null : a % b),
  '^': (a, b) => a ** b,
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/// Compiles a tree to a function of a row and of the rows around it. `scope` provides columns, parameters and the
/// current day. Nulls behave as in SQL: an operation on null is null, and `and` and `or` have three values.
function compile(tree, scope) {
  switch (tree.type) {
    case 'literal':
      return () => tree.value;
    case 'parameter':
      return () => scope.parameter(tree.name);
    case 'column':
      return scope.column(tree.name);
    case 'list': {
      const items = tree.items.map((item) => compile(item, scope));
      return (row, rows) => items.flatMap((item) => item(row, rows));
    }
    case 'negative': {
      const inner = compile(tree.inner, scope);
      return (row, rows) => {
        const value = inner(row, rows);
        return value === null ? null : -value;
      };
    }
    case 'not': {
      const inner = compile(tree.inner, scope);
      return (row, rows) => {
        const value = inner(row, rows);
        return value === null ? null : !value;
      };
    }
    case 'binary':
      return compileBinary(tree, scope);
    default:
      return compileCall(tree, scope);
  }
}

function compileBinary(tree, scope) {
  const left = compile(tree.left, scope);
  const right = compile(tree.right, scope);
  if (tree.operator === 'and' || tree.operator === 'or') {
    const decided = tree.operator === 'or';
    return (row, rows) => {
      const a = left(row, rows);
      if (a === decided) return decided;
      const b = right(row, rows);
      if (b === decided) return decided;
      return a === null || b === null ? null : !decided;
    };
  }
  const apply = OPERATORS[tree.operator];
  return (row, rows) => {
    const [a, b] = comparable(first(left(row, rows)), first(right(row, rows)));
    return a === null || b === null ? null : apply(a, b);
  };
}

/// Whether a tree aggregates, itself or through a calculated field that it refers to.
function aggregates(tree, scope) {
  switch (tree.type) {
    case 'call':
      return aggregateOf(tree.name) !== null || tree.items.some((item) => aggregates(item, scope));
    case 'binary':
      return aggregates(tree.left, scope) || aggregates(tree.right, scope);
    case 'not':
    case 'negative':
      return aggregates(tree.inner, scope);
    case 'list':
      return tree.items.some((item) => aggregates(item, scope));
    case 'column':
      return scope.aggregated(tree.name);
    default:
      return false;
  }
}
