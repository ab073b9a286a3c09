/** The theme as canvases need it: colours as values, and anew when the reader's preference changes. */
import { useEffect, useState } from 'preact/hooks';

/** The value of a custom property, such as `--series-1`. */
export function colourOf(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

/** `dark` or `light`; a canvas that depends on it is drawn anew. */
export function useTheme(): string {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const update = () => setDark(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, [query]);
  return isDark ? 'dark' : 'light';
}
