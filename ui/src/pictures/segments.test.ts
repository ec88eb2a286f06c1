import { expect, test } from "vitest";

import { cellRange, codeOf, countStates, foldStates, layoutOf, runsOf } from "./segments";

const MILLION = 1_000_000;

function map(count: number, ...marks: [number, Parameters<typeof codeOf>[0]][]): Uint8Array {
  const states = new Uint8Array(count).fill(codeOf("good"));
  for (const [at, state] of marks) states[at] = codeOf(state);
  return states;
}

test("one damaged segment of a million is still seen", () => {
  const cells = foldStates(map(MILLION, [777_777, "damaged"]), 3000);
  expect(cells.filter((code) => code === codeOf("damaged")).length).toBe(1);
});

test("a cell shows the worst of its segments", () => {
  const states = map(8, [0, "unread"], [2, "repaired"], [3, "unread"], [4, "missing"]);
  states[5] = codeOf("damaged");
  expect([...foldStates(states, 4)]).toEqual(
    (["unread", "repaired", "damaged", "good"] as const).map(codeOf),
  );
});

test("the cells cover every segment once", () => {
  const ranges = Array.from({ length: 7 }, (_, cell) => cellRange(cell, 7, 100));
  expect(ranges[0]?.[0]).toBe(0);
  expect(ranges.at(-1)?.[1]).toBe(100);
  expect(ranges.every(([first], at) => at === 0 || ranges[at - 1]?.[1] === first)).toBe(true);
});

test("segments are counted by state", () => {
  expect(countStates(map(10, [1, "damaged"], [2, "damaged"], [3, "missing"]))).toEqual({
    unread: 0,
    good: 7,
    repaired: 0,
    damaged: 2,
    missing: 1,
  });
});

test("runs name every place that is not good, and no other", () => {
  const states = map(10, [0, "damaged"], [1, "damaged"], [2, "missing"], [5, "unread"]);
  states[9] = codeOf("repaired");
  expect(runsOf(states)).toEqual([
    { state: "damaged", first: 0, last: 1 },
    { state: "missing", first: 2, last: 2 },
    { state: "repaired", first: 9, last: 9 },
  ]);
});

test("cells are as large as the room allows and never outside of it", () => {
  for (const count of [1, 50, 5000, MILLION]) {
    const { cellPx, columns, rows, cells } = layoutOf(count, 900, 1);
    expect(columns * cellPx).toBeLessThanOrEqual(900);
    expect(rows * cellPx).toBeLessThanOrEqual(154);
    expect(cells).toBeLessThanOrEqual(count);
    expect(cells).toBeLessThanOrEqual(columns * rows);
  }
  expect(layoutOf(50, 900, 1).cells).toBe(50);
});

test("a million segments are folded within a frame's patience", () => {
  const states = map(MILLION, [5, "missing"]);
  foldStates(states, 3000);
  const before = performance.now();
  foldStates(states, 3000);
  expect(performance.now() - before).toBeLessThan(100);
});
