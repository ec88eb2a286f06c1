import { describe, expect, test } from "vitest";

import { rowAfter, scrollTo, TALLEST_PX, windowOf } from "./windowing";

const short = { count: 100, rowPx: 36, heightPx: 360, scrollPx: 0 };
const long = { ...short, count: 1_000_000 };

/** The row at the very bottom of the window. */
function bottom(viewport: typeof short): number {
  const { first, length } = windowOf(viewport);
  return first + length - 1;
}

describe("a list that fits into the scroll height", () => {
  test("shows the rows that are seen and no others", () => {
    expect(windowOf(short)).toEqual({ first: 0, length: 10, offsetPx: 0, totalPx: 3600 });
    expect(windowOf({ ...short, scrollPx: 18 })).toMatchObject({ length: 11, offsetPx: -18 });
  });

  test("ends with its last row", () => {
    expect(bottom({ ...short, scrollPx: 3600 })).toBe(99);
  });

  test("draws nothing without rows or without height", () => {
    expect(windowOf({ ...short, count: 0 }).length).toBe(0);
    expect(windowOf({ ...short, heightPx: 0 }).length).toBe(0);
  });
});

describe("a list that is taller than a browser lays out", () => {
  test("is no taller than allowed", () => {
    expect(windowOf(long).totalPx).toBe(TALLEST_PX);
  });

  test("begins with its first row and ends with its last", () => {
    expect(windowOf(long).first).toBe(0);
    expect(bottom({ ...long, scrollPx: TALLEST_PX - 360 })).toBe(999_999);
  });

  test("leaves no row out when it is scrolled by a pixel at a time", () => {
    for (let scrollPx = 12_000_000; scrollPx < 12_000_100; scrollPx += 1) {
      const here = windowOf({ ...long, scrollPx });
      const next = windowOf({ ...long, scrollPx: scrollPx + 1 });
      expect(next.first - here.first).toBeLessThanOrEqual(1);
      expect(here.offsetPx).toBeLessThanOrEqual(0);
      expect(here.offsetPx).toBeGreaterThan(-36);
    }
  });

  test.each([0, 1, 499_999, 999_998, 999_999])("brings row %i into view, whole", (row) => {
    const there = { ...long, scrollPx: scrollTo(row, { ...long, scrollPx: 15_000_000 }) };
    const { first, offsetPx } = windowOf(there);
    const topPx = (row - first) * 36 + offsetPx;
    expect(topPx).toBeGreaterThanOrEqual(-0.01);
    expect(topPx + 36).toBeLessThanOrEqual(360.01);
  });
});

test("a row that is seen already is not scrolled to", () => {
  expect(scrollTo(3, { ...short, scrollPx: 72 })).toBe(72);
});

test("keys move the active row and stop at both ends", () => {
  expect(rowAfter("ArrowDown", 4, 10, 5)).toBe(5);
  expect(rowAfter("ArrowUp", 0, 10, 5)).toBe(0);
  expect(rowAfter("PageDown", 8, 10, 5)).toBe(9);
  expect(rowAfter("Home", 8, 10, 5)).toBe(0);
  expect(rowAfter("End", 0, 10, 5)).toBe(9);
  expect(rowAfter("a", 0, 10, 5)).toBeUndefined();
  expect(rowAfter("End", 0, 0, 5)).toBeUndefined();
});
