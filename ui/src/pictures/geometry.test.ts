import { expect, test } from "vitest";

import { arcPath, arcSpans, point } from "./arcs";
import { axisTop, thinned } from "./rates";
import { percentAt, ticksOf } from "./time";

test("angles run clockwise from the top", () => {
  expect([0, 90, 180, 270].map((angle) => point(10, angle))).toEqual([
    "0 -10",
    "10 0",
    "0 10",
    "-10 0",
  ]);
});

test("arcs share the ring equally and do not touch", () => {
  const spans = arcSpans(5, 100, 8);
  expect(spans).toHaveLength(5);
  spans.forEach(([from, to], index) => {
    expect(to).toBeGreaterThan(from);
    expect(from).toBeGreaterThan(spans[index - 1]?.[1] ?? 0);
  });
});

test("a ring of one holder is drawn, with a gap", () => {
  const [[from, to] = [0, 0]] = arcSpans(1, 100, 8);
  expect(to - from).toBeLessThan(360);
  expect(arcPath(80, 100, from, to)).toContain("A 100 100 0 1 1");
});

test("a point in time stays on its line", () => {
  const [from, until] = ["2026-01-01T00:00:00Z", "2026-01-11T00:00:00Z"];
  expect(percentAt("2026-01-06T00:00:00Z", from, until)).toBe(50);
  expect(percentAt("2030-01-01T00:00:00Z", from, until)).toBe(100);
  expect(percentAt("2020-01-01T00:00:00Z", from, until)).toBe(0);
  expect(percentAt(from, until, from)).toBe(0);
});

test("an axis has years, or months if it is short, and never too many", () => {
  const years = ticksOf("2021-05-01T00:00:00Z", "2025-05-01T00:00:00Z");
  expect(years.map(({ label }) => label)).toEqual(["2022", "2023", "2024", "2025"]);
  const months = ticksOf("2026-01-15T00:00:00Z", "2026-04-15T00:00:00Z");
  expect(months.map(({ label }) => label)).toEqual(["2026-02", "2026-03", "2026-04"]);
  const ages = ticksOf("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z");
  expect(ages.length).toBeLessThanOrEqual(12);
});

test("thinning keeps the mean and the end", () => {
  const samples = Array.from({ length: 1000 }, (_, s) => ({ s, bytesPerS: s }));
  const few = thinned(samples, 10);
  expect(few).toHaveLength(10);
  expect(few.at(-1)?.s).toBe(999);
  expect(few.reduce((sum, { bytesPerS }) => sum + bytesPerS, 0) / 10).toBeCloseTo(499.5);
  expect(thinned(samples.slice(0, 5), 10)).toHaveLength(5);
});

test("the axis ends above the highest rate", () => {
  expect(axisTop(0)).toBe(2 ** 20);
  expect(axisTop(150 * 2 ** 20)).toBe(256 * 2 ** 20);
});
