/** Arrow keys in the calendar: it is one stop of Tab for each log type, and the days of it are gone through by arrows. */
const STEPS: Readonly<Record<string, readonly [rows: number, days: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

export function moveInCalendar(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const step = STEPS[event.key];
  const link = (event.target as Element).closest<HTMLElement>('a.day');
  if (!step || !link) return;
  const rows = [...event.currentTarget.querySelectorAll('.days')].map((row) => [
    ...row.querySelectorAll<HTMLElement>('a.day'),
  ]);
  const row = rows.findIndex((links) => links.includes(link));
  const next = rows[row + step[0]]?.[(rows[row]?.indexOf(link) ?? 0) + step[1]];
  event.preventDefault();
  next?.focus();
}
