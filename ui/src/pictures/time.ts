/** Points in time as places on a line. */

/** Where `time` lies between `from` and `until`, in percent, held within the line. */
export function percentAt(time: string, from: string, until: string): number {
  const [t, a, b] = [time, from, until].map((text) => new Date(text).valueOf());
  if (t === undefined || a === undefined || b === undefined || b <= a) return 0;
  return Math.min(100, Math.max(0, ((t - a) / (b - a)) * 100));
}

/** A mark on the axis. */
export interface Tick {
  readonly label: string;
  readonly percent: number;
}

const DAY_MS = 86_400_000;
const MOST_TICKS = 12;

/** The beginnings of years on the line, or of months if it is shorter than two years. */
export function ticksOf(from: string, until: string): Tick[] {
  const [start, end] = [new Date(from), new Date(until)];
  const isShort = end.valueOf() - start.valueOf() < 730 * DAY_MS;
  const ticks: Tick[] = [];
  for (let step = 1; ; step += 1) {
    const at = isShort
      ? new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + step))
      : new Date(Date.UTC(start.getUTCFullYear() + step, 0));
    if (!(at < end)) break;
    const label = at.toISOString().slice(0, isShort ? 7 : 4);
    ticks.push({ label, percent: percentAt(at.toISOString(), from, until) });
  }
  const every = Math.ceil(ticks.length / MOST_TICKS);
  return ticks.filter((_, index) => index % every === 0);
}
