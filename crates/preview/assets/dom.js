// Elements. Nothing in the page creates elements from text: titles and values are untrusted.

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/// The text of a Title or a Subtitle: plain, or rich text as XML.
function titleText(title, parameters) {
  const format = title?.FormatText;
  if (!format) return '';
  const text =
    format.PlainText ??
    new DOMParser().parseFromString(format.RichText ?? '', 'text/xml').documentElement.textContent;
  const named = text.replace(/\$\{([^}]+)\}/g, (written, name) =>
    parameters.has(name) ? valueText(parameters.get(name)) : written,
  );
  return named.replace(/\s+/g, ' ').trim();
}

/// The value of a parameter in a text.
const valueText = (value) =>
  [value]
    .flat()
    .map((one) => (one === 'ALL_VALUES' ? 'all' : formatValue(one)))
    .join(', ');

const RICH = { b: 'strong', i: 'em', u: 'u', s: 's', ul: 'ul', ol: 'ol', li: 'li', sub: 'sub', sup: 'sup' };
const SIZES = { 'extra-small': '10px', small: '12px', medium: '14px', large: '18px', 'extra-large': '24px' };

/// The content of a text box or of a rich title: QuickSight's own XML format.
function richText(content, parameters) {
  const parsed = new DOMParser().parseFromString(content ?? '', 'text/xml');
  if (parsed.querySelector('parsererror')) return [document.createTextNode(String(content ?? ''))];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE) {
      return [document.createTextNode(node.nodeValue)];
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    const children = [...node.childNodes].flatMap(walk);
    const name = node.localName;
    if (Object.hasOwn(RICH, name)) return [h(RICH[name], {}, ...children)];
    if (name === 'br') return [h('br')];
    if (name === 'parameter' || name === 'expression') {
      const asked = /^\s*\$\{([^}]+)\}\s*$/.exec(node.textContent);
      const value = asked ? parameters.get(asked[1]) : undefined;
      if (value === undefined) return children;
      return [
        document.createTextNode(valueText(value)),
      ];
    }
    if (name === 'block') {
      const block = h('div', {}, ...children);
      const align = node.getAttribute('align');
      if (/^(left|center|right|justify)$/.test(align ?? '')) block.style.textAlign = align;
      return [block];
    }
    if (name === 'inline') {
      const span = h('span', {}, ...children);
      const size = node.getAttribute('font-size');
      if (size) span.style.fontSize = SIZES[size] ?? (/^\d+(\.\d+)?px$/.test(size) ? size : '');
      const color = node.getAttribute('color');
      if (/^#[0-9a-f]{3,8}$/i.test(color ?? '')) span.dataset.color = color;
      const background = node.getAttribute('background-color');
      if (/^#[0-9a-f]{3,8}$/i.test(background ?? '')) span.style.backgroundColor = background;
      return [span];
    }
    if (name === 'a' && /^(https?|mailto):/i.test(node.getAttribute('href') ?? '')) {
      return [
        h(
          'a',
          { href: node.getAttribute('href'), rel: 'noopener noreferrer', target: '_blank' },
          ...children,
        ),
      ];
    }
    return children;
  };
  return walk(parsed.documentElement);
}
