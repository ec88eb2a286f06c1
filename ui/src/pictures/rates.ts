/** A rate over time, thinned to what a picture can show. */

/** The rate at a moment since the start. */
export interface Sample {
  readonly s: number;
  readonly bytesPerS: number;
}

/** At most `most` samples, each the mean of those it stands for. */
export function thinned(samples: readonly Sample[], most: number): readonly Sample[] {
  if (samples.length <= most) return samples;
  return Array.from({ length: most }, (_, index) => {
    const from = Math.floor((index * samples.length) / most);
    const some = samples.slice(from, Math.floor(((index + 1) * samples.length) / most));
    const sum = some.reduce((sum, sample) => sum + sample.bytesPerS, 0);
    return { s: some.at(-1)?.s ?? 0, bytesPerS: sum / some.length };
  });
}

/** The power of two, from 1 MiB, at which the axis ends. */
export function axisTop(highest: number): number {
  let top = 1024 * 1024;
  while (top < highest) top *= 2;
  return top;
}
