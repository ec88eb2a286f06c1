import { expect, test } from "vitest";

import { ProgramReading, reportOf } from "./reading.svelte";

test("a setting that cannot be kept is said, and no longer once it is kept", async () => {
  const refusal = { code: "SR-SHELL-SETTINGS", problem: "p", remedy: "r" };
  const reading = new ProgramReading({
    about: () => Promise.reject(refusal as unknown as Error),
    dataFolder: () => Promise.resolve("/data"),
  });
  await reading.attempt(() => Promise.reject(refusal as unknown as Error));
  expect(reading.refusal).toEqual(refusal);
  await reading.attempt(() => Promise.resolve());
  expect(reading.refusal).toBeUndefined();
});

test("a report names the program and every measure", () => {
  const report = reportOf({
    name: "Strongroom",
    version: "0.1.0",
    build: "abc",
    hardening: {
      landlock: "in-force",
      seccomp: "refused",
      sandbox: "in-force",
      core_dumps: "in-force",
      dumpable: "left-out",
    },
  });
  expect(report.split("\n")).toHaveLength(7);
  expect(report).toContain("seccomp: refused");
});
