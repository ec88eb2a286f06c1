/** The ticks of a job that nobody does. */

import type { Tick } from "../../ipc/call";

/** Segments that are found damaged. */
export const FLIPPED = [4, 9];

/** Ticks a segment at a time, as a slow drive would. */
export function ticking(
  count: number,
  isReading: boolean,
  hear: (tick: Tick, isLast: boolean) => void,
): void {
  let segment = 0;
  const timer = setInterval(() => {
    const isDamaged = FLIPPED.includes(segment);
    const read = isReading ? [segment] : [];
    segment += 1;
    hear(
      {
        bytes: segment * 780_000,
        files: segment * 15,
        elapsedMs: segment * 180,
        limit: "medium",
        left: { shortestS: (count - segment) / 6, longestS: (count - segment) / 4 },
        good: isDamaged ? [] : read,
        mended: [],
        damaged: isDamaged ? read : [],
        phase: "working" as const,
        isResting: false,
      },
      segment === count,
    );
    if (segment === count) clearInterval(timer);
  }, 180);
}
