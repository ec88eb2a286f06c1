/** Which rows of a long list are on the screen, and where. Pure arithmetic, no DOM. */

/**
 * The tallest element a browser lays out exactly: positions are kept in 1/64 pixel in 32 bits,
 * which ends at 33 million pixels. A longer list is scrolled in proportion.
 */
export const TALLEST_PX = 30_000_000;

/** What the arithmetic needs to know; all lengths in pixels. */
export interface Viewport {
  count: number;
  rowPx: number;
  heightPx: number;
  scrollPx: number;
}

/** The rows to draw. */
export interface Window {
  /** The first row to draw. */
  first: number;
  /** How many rows to draw. */
  length: number;
  /** Where the first row begins, relative to the visible top; zero or negative. */
  offsetPx: number;
  /** The height of the whole list as the scroll bar sees it. */
  totalPx: number;
}

/** The rows that a viewport shows. */
export function windowOf({ count, rowPx, heightPx, scrollPx }: Viewport): Window {
  const naturalPx = count * rowPx;
  const totalPx = Math.min(naturalPx, TALLEST_PX);
  if (count === 0 || rowPx <= 0 || heightPx <= 0) {
    return { first: 0, length: 0, offsetPx: 0, totalPx: Math.max(0, totalPx) };
  }
  const topPx =
    clamp(scrollPx, 0, Math.max(0, totalPx - heightPx)) * stretch(count, rowPx, heightPx);
  const first = Math.min(Math.floor(topPx / rowPx), count - 1);
  const offsetPx = first * rowPx - topPx;
  const length = Math.min(Math.ceil((heightPx - offsetPx) / rowPx), count - first);
  return { first, length, offsetPx, totalPx };
}

/** Where to scroll so that `row` is seen whole; the present place if it already is. */
export function scrollTo(row: number, viewport: Viewport): number {
  const { count, rowPx, heightPx, scrollPx } = viewport;
  const factor = stretch(count, rowPx, heightPx);
  const topPx = scrollPx * factor;
  const rowTopPx = row * rowPx;
  if (rowTopPx < topPx) return rowTopPx / factor;
  if (rowTopPx + rowPx > topPx + heightPx) return (rowTopPx + rowPx - heightPx) / factor;
  return scrollPx;
}

/** How many pixels of the list one pixel of the scroll bar stands for. */
function stretch(count: number, rowPx: number, heightPx: number): number {
  const naturalPx = count * rowPx;
  if (naturalPx <= TALLEST_PX) return 1;
  return (naturalPx - heightPx) / (TALLEST_PX - heightPx);
}

/** The row that a key moves to, or none if the key moves nothing. */
export function rowAfter(
  key: string,
  row: number,
  count: number,
  pageRows: number,
): number | undefined {
  const to: Record<string, number> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + pageRows,
    PageUp: row - pageRows,
    Home: 0,
    End: count - 1,
  };
  const wanted = to[key];
  return wanted === undefined || count === 0 ? undefined : clamp(wanted, 0, count - 1);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
