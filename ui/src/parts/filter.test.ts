import { expect, test } from "vitest";

import { filterIndices, matches } from "./filter";

test("every word must be there, in any order and any case", () => {
  expect(matches("Finance/2026/october.db", "db finance")).toBe(true);
  expect(matches("Finance/2026/october.db", "db payroll")).toBe(false);
  expect(matches("anything", "  ")).toBe(true);
});

test("the numbers of what matches come in order", async () => {
  const found = await filterIndices(100_000, (index) => `sheet-${index}`, "-9999");
  expect([...found]).toEqual([
    9999, 99990, 99991, 99992, 99993, 99994, 99995, 99996, 99997, 99998, 99999,
  ]);
});

test("a newer query stops an older one", async () => {
  const stop = new AbortController();
  const old = filterIndices(100_000, String, "1", stop.signal);
  stop.abort();
  await expect(old).rejects.toThrow();
});
