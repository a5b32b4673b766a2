// Colors: the theme's own in light mode, a fixed palette in dark mode.

const CLASSIC = ['#3181C5', '#D9541E', '#2E8B57', '#8E5EA2', '#B5830A', '#3F9CA8', '#5B3F8C', '#6B7075'];
const DARK = {
  text: '#E9EBED',
  muted: '#B0B8C1',
  tile: '#1A222B',
  sheet: '#0F151B',
  line: '#35414D',
  accent: '#6BB4F5',
};

function channels(color) {
  const hex = /^#([0-9a-f]{6})/i.exec(color ?? '')?.[1];
  return hex ? [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) : [128, 128, 128];
}

const toHex = (parts) =>
  `#${parts
    .map((part) =>
      Math.round(Math.min(255, Math.max(0, part)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/// A color between two others.
function mix(from, to, share) {
  const [a, b] = [channels(from), channels(to)];
  return toHex(a.map((part, index) => part + (b[index] - part) * share));
}

function luminance(color) {
  const [red, green, blue] = channels(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/// A color with enough contrast to its background: itself, or a shade of it.
function legible(color, ground, ratio) {
  const away = luminance(ground) > 0.4 ? '#000000' : '#FFFFFF';
  for (let share = 0; share < 1; share += 0.1) {
    const shade = mix(color, away, share);
    if (contrast(shade, ground) >= ratio) return share === 0 ? color : shade;
  }
  return away;
}

/// Colors that contrast with their background and differ from each other: brightening alone can make two equal.
function brightened(shades, ground) {
  const found = [];
  const near = (a, b) => Math.hypot(...channels(a).map((part, index) => part - channels(b)[index])) < 36;
  for (const color of shades) {
    let shade = legible(color, ground, 4);
    for (let step = 0; step < 4 && found.some((other) => near(shade, other)); step += 1)
      shade = mix(shade, '#FFFFFF', 0.3);
    found.push(shade);
  }
  return found;
}

/// The text color on a mark of this color.
const textOn = (color) => ['#FFFFFF', '#16191F'].find((text) => contrast(color, text) >= 4.5) ?? '#000000';

/// The theme's colors, followed by a second shade of each, for charts with more series.
function paletteOf(shades, text) {
  return shades.length > 16 ? shades : [...shades, ...shades.map((color) => mix(color, text, 0.45))];
}

function createTheme(configuration, dark) {
  const ui = configuration?.UIColorPalette ?? {};
  const colors = configuration?.DataColorPalette ?? {};
  const day = {
    text: ui.PrimaryForeground ?? '#16191F',
    tile: ui.PrimaryBackground ?? '#FFFFFF',
    sheet: ui.SecondaryBackground ?? '#F5F6F8',
    accent: ui.Accent ?? '#2E6DA4',
  };
  const base = dark
    ? DARK
    : {
        ...day,
        muted: ui.SecondaryForeground ?? mix(day.text, day.tile, 0.3),
        line: mix(day.text, day.tile, 0.84),
      };
  const families = (configuration?.Typography?.FontFamilies ?? [])
    .map((one) => one.FontFamily)
    .filter(Boolean);
  const shades = colors.Colors?.length ? colors.Colors : CLASSIC;
  const gradient =
    colors.MinMaxGradient?.length === 2
      ? colors.MinMaxGradient
      : [mix(base.accent, base.tile, 0.88), base.accent];
  return {
    dark,
    text: legible(base.text, base.tile, 7),
    muted: legible(base.muted, base.tile, 4.5),
    tile: base.tile,
    sheet: base.sheet,
    line: base.line,
    accent: legible(base.accent, base.tile, 4.5),
    palette: paletteOf(dark ? brightened(shades, base.tile) : shades, base.text),
    // In dark mode a scale goes from dark to light: the highest values must stand out.
    gradient: dark ? [mix(gradient[1], base.tile, 0.75), mix(gradient[0], gradient[1], 0.25)] : gradient,
    empty: dark ? '#27313B' : (colors.EmptyFillColor ?? '#E6E8EB'),
    good: legible(dark ? '#5DC983' : (ui.Success ?? '#1D7A3A'), base.tile, 4.5),
    bad: legible(dark ? '#FF8B7E' : (ui.Danger ?? '#B3261E'), base.tile, 4.5),
    border: configuration?.Sheet?.Tile?.Border?.Show !== false,
    gutter: configuration?.Sheet?.TileLayout?.Gutter?.Show !== false,
    margin: configuration?.Sheet?.TileLayout?.Margin?.Show !== false,
    font: [
      ...families.map((family) => `"${family.replace(/[^\w -]/g, '')}"`),
      '"Helvetica Neue"',
      'Helvetica',
      'Arial',
      'sans-serif',
    ].join(', '),
  };
}

function applyTheme(theme) {
  const style = document.documentElement.style;
  for (const name of ['text', 'muted', 'tile', 'sheet', 'line', 'accent', 'good', 'bad', 'font']) {
    style.setProperty(`--${name}`, theme[name]);
  }
  style.setProperty('--on-accent', textOn(theme.accent));
  style.setProperty('--soft', mix(theme.text, theme.tile, 0.95));
  style.setProperty('--gutter', theme.gutter ? '8px' : '0px');
  style.setProperty('--margin', theme.margin ? '16px' : '0px');
  style.setProperty('--border', theme.border ? theme.line : 'transparent');
  style.colorScheme = luminance(theme.tile) < 0.3 ? 'dark' : 'light';
  document.documentElement.dataset.scheme = theme.dark ? 'dark' : 'light';
}
