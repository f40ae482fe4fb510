// Colours that can be read (WCAG 2.2: 4.5 to 1 for text, 3 to 1 for shapes), whatever the owner chose.

/** @param {string} hex "#rgb" or "#rrggbb" @returns {[number, number, number] | null} */
export function parse(hex) {
  const match = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(String(hex).trim());
  if (!match) return null;
  const full = match[1].length === 3 ? match[1].replace(/./g, '$&$&') : match[1];
  const n = parseInt(full, 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** @param {number[]} rgb */
const format = (rgb) => '#' + rgb.map((c) => Math.round(c).toString(16).padStart(2, '0')).join('');

/** Relative luminance as WCAG defines it. @param {string} hex */
export function luminance(hex) {
  const [r, g, b] = (parse(hex) ?? [0, 0, 0]).map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b @returns {number} 1 to 21 */
export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** @param {string} a @param {string} b @param {number} share of b, 0 to 1 */
export function mix(a, b, share) {
  const [x, y] = [parse(a) ?? [0, 0, 0], parse(b) ?? [0, 0, 0]];
  return format(x.map((c, i) => c + (y[i] - c) * share));
}

/** White where it reads, else black: one of the two always reaches 4.5. @param {string} colour */
export const ink = (colour) => (contrast(colour, '#ffffff') >= 4.5 ? '#ffffff' : '#000000');

/** The colour itself where it reads on the ground, else the nearest shade or tint that does.
 * @param {string} colour @param {string} ground @param {number} ratio */
export function readable(colour, ground, ratio) {
  const toward = luminance(ground) > 0.18 ? '#000000' : '#ffffff';
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mix(colour, toward, share);
    if (contrast(shade, ground) >= ratio) return shade;
  }
  return toward;
}

/**
 * The custom properties of one scheme.
 * @param {{primary?: string, accent?: string, radius?: number}} theme
 * @param {boolean} dark
 * @returns {Record<string, string>}
 */
export function palette(theme, dark) {
  const primary = parse(theme.primary ?? '') ? String(theme.primary) : '#111827';
  const accent = parse(theme.accent ?? '') ? String(theme.accent) : primary;
  const ground = dark ? '#16181d' : '#ffffff';
  const text = dark ? '#eceef2' : '#1b2130';
  const soft = mix(ground, text, dark ? 0.08 : 0.045);
  // A bubble must stand out from the ground: a black brand colour disappears on dark.
  const bubble = readable(primary, ground, dark ? 2.2 : 1.25);
  const strong = readable(accent, soft, 4.6);
  const tint = mix(ground, strong, dark ? 0.16 : 0.08);
  const radius = Math.min(24, Math.max(0, theme.radius ?? 14)) || 0;
  return {
    '--ground': ground,
    '--text': text,
    '--soft': soft,
    '--line': mix(ground, text, dark ? 0.18 : 0.11),
    '--edge': readable(mix(ground, text, 0.4), soft, 3.1),
    '--quiet': readable(mix(text, ground, 0.35), soft, 4.6),
    '--primary': bubble,
    '--on-primary': ink(bubble),
    '--link': readable(strong, tint, 4.6),
    '--tint': tint,
    '--danger': readable('#d92d20', soft, 4.6),
    '--radius': radius + 'px',
  };
}
