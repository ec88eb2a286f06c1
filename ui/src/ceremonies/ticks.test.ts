import { expect, test } from "vitest";

import type { Tick } from "../ipc/call";
import { codeOf } from "../pictures/segments";
import { Ticks } from "./ticks.svelte";

const tick = (more: Partial<Tick>): Tick => ({
  phase: "working",
  bytes: 0,
  files: 0,
  elapsedMs: 0,
  left: null,
  limit: null,
  good: [],
  mended: [],
  damaged: [],
  isResting: false,
  ...more,
});

test("each phase lasts from its first tick to that of the next", () => {
  const ticks = new Ticks();
  ticks.hear(tick({ elapsedMs: 500 }));
  ticks.hear(tick({ elapsedMs: 1_000 }));
  ticks.hear(tick({ elapsedMs: 2_000, phase: "syncing" }));
  ticks.hear(tick({ elapsedMs: 3_000, phase: "rereading" }));
  expect(ticks.phases).toEqual([
    { phase: "working", fromS: 0, untilS: 2 },
    { phase: "syncing", fromS: 2, untilS: 3 },
    { phase: "rereading", fromS: 3 },
  ]);
});

test("a run that is begun again is measured anew, and keeps what it knows of the media", () => {
  const ticks = new Ticks(3);
  ticks.hear(tick({ elapsedMs: 5_000, bytes: 50, damaged: [1] }));
  ticks.hear(tick({ elapsedMs: 100, bytes: 10 }));
  expect(ticks.samples).toEqual([{ s: 0.1, bytesPerS: 100 }]);
  expect(ticks.phases).toEqual([{ phase: "working", fromS: 0 }]);
  expect([...ticks.states]).toEqual([0, codeOf("damaged"), 0]);
});

test("a map of a million segments is written into, not copied", () => {
  const ticks = new Ticks(1_000_000);
  const good = Array.from({ length: 1_000 }, (_, place) => place * 1_000);
  ticks.hear(tick({ elapsedMs: 150, good }));
  expect(ticks.states).toHaveLength(1_000_000);
  expect(ticks.states[999_000]).toBe(codeOf("good"));
  const before = ticks.states;
  ticks.hear(tick({ elapsedMs: 300, good: [7] }));
  expect(ticks.states, "nothing of that size is copied for a tick").toBe(before);
});
