/** Rings of arcs: geometry only. Angles in degrees, clockwise, 0 at the top. */

/** A piece of a ring, as the path of its outline. */
export function arcPath(inner: number, outer: number, from: number, to: number): string {
  const large = to - from > 180 ? 1 : 0;
  return [
    `M ${point(outer, from)}`,
    `A ${outer} ${outer} 0 ${large} 1 ${point(outer, to)}`,
    `L ${point(inner, to)}`,
    `A ${inner} ${inner} 0 ${large} 0 ${point(inner, from)}`,
    "Z",
  ].join(" ");
}

/** Where `radius` and `angle` lead, as `x y`. */
export function point(radius: number, angle: number): string {
  const radians = ((angle - 90) * Math.PI) / 180;
  return `${round(radius * Math.cos(radians))} ${round(radius * Math.sin(radians))}`;
}

/** The spans of `count` equal arcs of a ring, with a gap of `gapPx` at `radius` between them. */
export function arcSpans(count: number, radius: number, gapPx: number): [number, number][] {
  const step = 360 / count;
  // One arc alone still needs a gap: a full circle has no beginning for a path.
  const gap = Math.min((gapPx / (2 * Math.PI * radius)) * 360, step / 3);
  return Array.from({ length: count }, (_, index) => [
    index * step + gap / 2,
    (index + 1) * step - gap / 2,
  ]);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
