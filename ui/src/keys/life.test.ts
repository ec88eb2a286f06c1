import { expect, test } from "vitest";

import type { Key, SplitShown } from "../ipc/call";
import { opensWith, rangeOf, spansOf, stateOf } from "./life";

const split = (groupThreshold: number, ...thresholds: number[]) => {
  const groups = thresholds.map((threshold) => ({ name: "", threshold, holders: [] }));
  return { groupThreshold, groups } as unknown as SplitShown;
};
const key = (state: string, created: string, stateSince: string) =>
  ({ state, created, stateSince }) as Key;

test.each([
  ["2 of one group", split(1, 2), 2],
  ["2 of one group and 1 of the other", split(2, 2, 1), 3],
  ["2 of one group or 1 of the other", split(1, 2, 1), 1],
  ["two of three groups", split(2, 1, 2, 1), 2],
])("%s: fewest who open it", (_, given, opens) => {
  expect(opensWith(given)).toBe(opens);
});

test("a state that the page does not know never looks usable", () => {
  expect(stateOf(key("active", "", ""))).toBe("active");
  expect(stateOf(key("pre-activation", "", ""))).toBe("preActivation");
  expect(stateOf(key("something-new", "", ""))).not.toBe("active");
});

test("an active key waited from its making; of other states only the present is known", () => {
  const [made, since] = ["2026-01-20T10:00:00Z", "2026-01-20T12:00:00Z"];
  expect(spansOf(key("active", made, since))).toEqual([
    { state: "preActivation", from: made, until: since },
    { state: "active", from: since },
  ]);
  expect(spansOf(key("active", made, made))).toEqual([{ state: "active", from: made }]);
  expect(spansOf(key("deactivated", made, since))).toEqual([{ state: "deactivated", from: since }]);
});

test("the timeline holds the oldest key and today", () => {
  const keys = [
    key("active", "2026-03-15T10:00:00Z", "2026-03-15T12:00:00Z"),
    key("deactivated", "2024-02-09T10:00:00Z", "2026-03-15T12:00:00Z"),
  ];
  const range = rangeOf(keys, new Date("2026-11-24T00:00:00Z"));
  expect(range.from).toBe("2024-02-01T00:00:00.000Z");
  expect(range.now).toBe("2026-11-24T00:00:00.000Z");
  expect(range.until > range.now).toBe(true);
});

test("a clock that is behind does not end a state before it began", () => {
  const since = "2026-03-15T12:00:00.000Z";
  const range = rangeOf([key("active", since, since)], new Date("2020-01-01T00:00:00Z"));
  expect(range.now).toBe(since);
});
