import { expect, test } from "vitest";

import { choiceOf, withEntry } from "./choice";

const entry = (pattern: string | null) => ({ pattern });

test("a folder that is chosen brings what is in it, and shows what is chosen in it", () => {
  const patterns = ["ledger/2025", "README.txt"];
  expect(choiceOf(patterns, entry("ledger/2025"))).toBe("all");
  expect(choiceOf(patterns, entry("ledger/2025/a.csv"))).toBe("all");
  expect(choiceOf(patterns, entry("ledger"))).toBe("some");
  expect(choiceOf(patterns, entry("ledger/2025b"))).toBe("none");
  expect(choiceOf(patterns, entry("ledger/2026"))).toBe("none");
  expect(choiceOf(patterns, entry(null))).toBe("none");
});

test("choosing a folder takes the place of what was chosen in it", () => {
  expect(withEntry(["a/b", "a/c", "d"], entry("a"))).toEqual(["d", "a"]);
  expect(withEntry(["a"], entry("b"))).toEqual(["a", "b"]);
  expect(withEntry(["a"], entry(null))).toEqual(["a"]);
});
