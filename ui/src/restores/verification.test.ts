import { expect, test } from "vitest";

import type { Health, JobEvent, Medium, Tick } from "../ipc/call";
import { countStates } from "../pictures/segments";
import { Verification } from "./verification.svelte";

const medium = { id: 7, segments: 6 } as Medium;

/** A program with one job, which says what the test lets it say. */
function program() {
  const asked: string[] = [];
  let hear: (event: JobEvent<Health>) => void = () => undefined;
  const verification = new Verification({
    verify: (id, listener) => {
      asked.push(`verify ${id}`);
      hear = listener;
      return Promise.resolve(3);
    },
    rest: (job, rests) => Promise.resolve(asked.push(`rest ${job} ${rests}`)),
    stop: (job) => Promise.resolve(asked.push(`stop ${job}`)),
  });
  return { asked, verification, say: (event: JobEvent<Health>) => hear(event) };
}

function tick(given: Partial<Tick>): JobEvent<Health> {
  const nothing = {
    bytes: 0,
    files: 0,
    elapsedMs: 1,
    left: null,
    limit: null,
    good: [],
    mended: [],
    damaged: [],
    phase: "working" as const,
    isResting: false,
  };
  return { is: "tick", tick: { ...nothing, ...given } };
}

function done(given: Partial<Health>): JobEvent<Health> {
  const intact = { damaged: [], missingVolumes: [], bytes: 9, notes: [] };
  return { is: "done", result: { verdict: "intact", ...intact, ...given } };
}

function failed(code: string): JobEvent<Health> {
  return { is: "failed", refusal: { code, problem: "p", remedy: "r" } };
}

test("what is read is counted, and what is damaged is told apart", async () => {
  const { verification, say } = program();
  await verification.start(medium);
  say(tick({ good: [0, 1], damaged: [4] }));
  expect(verification.read).toBe(3);
  expect(countStates(verification.states)).toMatchObject({ good: 2, damaged: 1, unread: 3 });
  say(tick({ good: [2, 3, 5] }));
  say(done({ verdict: "damaged" }));
  expect(verification.phase).toBe("done");
  expect(verification.health?.verdict).toBe("damaged");
  expect(verification.read).toBe(6);
});

test("what the parity mends is told apart from what is lost", async () => {
  const { verification, say } = program();
  await verification.start(medium);
  say(tick({ good: [0, 1, 2, 3], damaged: [4, 5] }));
  say(tick({ mended: [4] }));
  expect(countStates(verification.states)).toMatchObject({ good: 4, repaired: 1, damaged: 1 });
});

test("segments on a volume that is not here are missing, not unread", async () => {
  const { verification, say } = program();
  await verification.start(medium);
  say(tick({ good: [0, 1, 2] }));
  say(done({ verdict: "incomplete", missingVolumes: [2] }));
  expect(countStates(verification.states)).toMatchObject({ good: 3, missing: 3, unread: 0 });
});

test("it rests when the job says so, and goes on", async () => {
  const { asked, verification, say } = program();
  await verification.start(medium);
  await verification.rest(true);
  expect(verification.phase).toBe("running");
  say(tick({ isResting: true }));
  expect(verification.phase).toBe("resting");
  await verification.rest(false);
  say(tick({}));
  expect(verification.phase).toBe("running");
  expect(asked).toEqual(["verify 7", "rest 3 true", "rest 3 false"]);
});

test("stopping is no failure, and keeps what was read", async () => {
  const { asked, verification, say } = program();
  await verification.start(medium);
  say(tick({ good: [0] }));
  await verification.stop();
  say(tick({ good: [1] }));
  expect(verification.phase).toBe("stopping");
  say(failed("SR-ENGINE-CANCELLED"));
  expect(verification.phase).toBe("stopped");
  expect(verification.refusal).toBeUndefined();
  expect(verification.read).toBe(2);
  expect(asked).toContain("stop 3");
});

test("a job that fails says why, also while it is asked to stop", async () => {
  const { verification, say } = program();
  await verification.start(medium);
  await verification.stop();
  say(failed("SR-ENGINE-FILE"));
  expect(verification.phase).toBe("failed");
  expect(verification.refusal?.code).toBe("SR-ENGINE-FILE");
});

test("a medium that is not on the desk is a failure, not a crash", async () => {
  const refusal = { code: "SR-SHELL-NO-MEDIUM", problem: "p", remedy: "r" };
  const nothing = () => Promise.resolve();
  const verify = () => Promise.reject(refusal as unknown as Error);
  const verification = new Verification({ verify, rest: nothing, stop: nothing });
  await verification.start(medium);
  expect(verification.phase).toBe("failed");
  expect(verification.refusal).toEqual(refusal);
});

test("one medium is verified once at a time, and anew afterwards", async () => {
  const { asked, verification, say } = program();
  await verification.start(medium);
  await verification.start(medium);
  expect(asked).toEqual(["verify 7"]);
  say(tick({ damaged: [0] }));
  say(done({}));
  await verification.start(medium);
  expect(asked).toEqual(["verify 7", "verify 7"]);
  expect(verification.health).toBeUndefined();
  expect(verification.read).toBe(0);
});
