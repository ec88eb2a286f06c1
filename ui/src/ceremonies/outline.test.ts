import { expect, test } from "vitest";

import { emptyView } from "./fixture";
import { actsOf, isRunning, peopleOf, stepName, takenSince } from "./outline";
import { Ticks } from "./ticks.svelte";

const step = (key: string, mark: "done" | "current" | "next", doneAt: string | null = null) => ({
  key,
  title: key,
  subject: null,
  timeMinutes: 1,
  mark,
  doneAt,
});

test("somebody with two roles is one person with one token", () => {
  const person = { name: "Ada", isHere: false, token: null, isTokenIn: false };
  const people = peopleOf(
    emptyView({
      people: [
        { ...person, role: "administrator", isHere: true },
        { ...person, role: "custodian", token: "token 9", isTokenIn: true },
      ],
    }),
  );
  expect(people).toEqual([
    {
      name: "Ada",
      role: "Administrator, Custodian",
      isHere: true,
      token: "token 9",
      isTokenIn: true,
    },
  ]);
});

test("steps of one name for one person still have keys of their own", () => {
  const twice = emptyView({
    acts: [{ title: "Opening", steps: [step("sign/Ada", "next"), step("sign/Ada", "next")] }],
  });
  const keys = actsOf(twice).flatMap((act) => act.steps.map(({ key }) => key));
  expect(new Set(keys).size).toBe(2);
});

test("the restore runs when its step is carried out, not when it is decided", () => {
  const acts = [{ title: "The restore", steps: [step("restore/", "current")] }];
  expect(isRunning(emptyView({ acts }))).toBe(false);
  expect(isRunning(emptyView({ acts, phase: "working" }))).toBe(true);
  expect(stepName(emptyView({ acts }))).toBe("restore");
});

test("a ceremony that was given up has no step of now", () => {
  const acts = [{ title: "Opening", steps: [step("opening/", "current")] }];
  const [act] = actsOf(emptyView({ acts, phase: "givenUp" }));
  expect(act?.steps[0]?.mark).toBe("next");
  expect(takenSince(emptyView({ acts }))).toBeUndefined();
});

test("the map grows with what is read, and keeps what was", () => {
  const ticks = new Ticks(2);
  const tick = {
    bytes: 0,
    files: 0,
    left: null,
    limit: null,
    good: [],
    mended: [],
    damaged: [],
    phase: "working" as const,
    isResting: false,
  };
  ticks.hear({ ...tick, bytes: 1000, elapsedMs: 500, good: [0], damaged: [3] });
  expect([...ticks.states]).toEqual([1, 0, 0, 3]);
  ticks.hear({ ...tick, bytes: 3000, elapsedMs: 1500 });
  expect(ticks.samples).toEqual([
    { s: 0.5, bytesPerS: 2000 },
    { s: 1.5, bytesPerS: 2000 },
  ]);
  ticks.expect(2);
  expect(ticks.states).toHaveLength(4);
});

test("samples have a bound", () => {
  const ticks = new Ticks();
  for (let at = 1; at <= 9000; at += 1) {
    const tick = {
      bytes: at,
      files: 0,
      left: null,
      limit: null,
      good: [],
      mended: [],
      damaged: [],
      phase: "working" as const,
      isResting: false,
    };
    ticks.hear({ ...tick, elapsedMs: at });
  }
  expect(ticks.samples.length).toBeLessThanOrEqual(2000);
  expect(ticks.samples.at(-1)?.s).toBe(9);
});
