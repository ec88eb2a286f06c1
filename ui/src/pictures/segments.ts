/** The health of an archive, segment by segment: counting, folding into cells, listing. */

/** The states by their code; `states[i]` of a map is the code of segment i. */
export const SEGMENT_STATES = ["unread", "good", "repaired", "damaged", "missing"] as const;

/** How a segment stands. */
export type SegmentState = (typeof SEGMENT_STATES)[number];

/** How bad each state is: a cell of many segments shows the worst of them. */
const WEIGHT: Record<SegmentState, number> = {
  good: 0,
  unread: 1,
  repaired: 2,
  missing: 3,
  damaged: 4,
};
const WEIGHTS = Uint8Array.from(SEGMENT_STATES, (state) => WEIGHT[state]);
const BY_WEIGHT = Uint8Array.from([0, 1, 2, 3, 4], (weight) => WEIGHTS.indexOf(weight));

/** The code of a state. */
export function codeOf(state: SegmentState): number {
  return SEGMENT_STATES.indexOf(state);
}

/** The state of a code; a code that is none was not read. */
export function stateOf(code: number | undefined): SegmentState {
  return SEGMENT_STATES[code ?? 0] ?? "unread";
}

/** How many segments are in each state. */
export function countStates(states: Uint8Array): Record<SegmentState, number> {
  const counts = new Uint32Array(256);
  for (let index = 0; index < states.length; index += 1) counts[states[index] ?? 0]!++;
  const entries = SEGMENT_STATES.map((state, code) => [state, counts[code] ?? 0] as const);
  return Object.fromEntries(entries) as Record<SegmentState, number>;
}

/** The segments of a cell: from the first to before the end. */
export function cellRange(cell: number, cells: number, count: number): [number, number] {
  return [Math.floor((cell * count) / cells), Math.floor(((cell + 1) * count) / cells)];
}

/** Folds the segments into `cells` cells, each with the code of its worst segment. */
export function foldStates(states: Uint8Array, cells: number): Uint8Array {
  const folded = new Uint8Array(cells);
  for (let cell = 0; cell < cells; cell += 1) {
    const [first, end] = cellRange(cell, cells, states.length);
    let worst = 0;
    for (let index = first; index < end; index += 1) {
      const weight = WEIGHTS[states[index] ?? 0] ?? 1;
      if (weight > worst) worst = weight;
    }
    folded[cell] = BY_WEIGHT[worst] ?? 0;
  }
  return folded;
}

/** Segments in a row that are in one state. */
export interface Run {
  readonly state: SegmentState;
  readonly first: number;
  readonly last: number;
}

/** Every run that is damaged, missing or repaired, in order. */
export function runsOf(states: Uint8Array): Run[] {
  const runs: Run[] = [];
  for (let first = 0; first < states.length;) {
    const code = states[first];
    let end = first + 1;
    while (end < states.length && states[end] === code) end += 1;
    const state = stateOf(code);
    if (WEIGHT[state] >= WEIGHT.repaired) runs.push({ state, first, last: end - 1 });
    first = end;
  }
  return runs;
}

/** How the cells lie: as many rows as the height has room for. */
export interface Layout {
  readonly cellPx: number;
  readonly columns: number;
  readonly rows: number;
  readonly cells: number;
}

const LEAST_PX = 7;
const MOST_PX = 18;
const HEIGHT_PX = 154;

/**
 * Chooses the largest cells with which all segments fit; if none do, cells stand for many.
 * `scale` is how much larger than usual the theme's type is.
 */
export function layoutOf(count: number, widthPx: number, scale: number): Layout {
  const leastPx = Math.round(LEAST_PX * scale);
  let cellPx = Math.round(MOST_PX * scale);
  const columnsAt = (px: number) => Math.max(1, Math.floor(widthPx / px));
  const roomAt = (px: number) => columnsAt(px) * Math.floor((HEIGHT_PX * scale) / px);
  while (cellPx > leastPx && roomAt(cellPx) < count) cellPx -= 1;
  const columns = columnsAt(cellPx);
  const cells = Math.min(count, roomAt(cellPx));
  return { cellPx, columns, cells, rows: Math.ceil(cells / columns) };
}
