import { expect, test } from "vitest";

import type { Page, Verified } from "../ipc/call";
import { LogReading } from "./reading.svelte";

const refusal = { code: "SR-VAULT-LOG-KEY", problem: "p", remedy: "r" };
const refuse = () => Promise.reject(refusal as unknown as Error);
const verified = { verdict: "freshnessUnknown", holds: true } as Verified;

const pageOf = (actor: string, total: number): Page => ({
  total,
  entries: [
    {
      sequence: 1,
      time: "2026-11-24T15:04:05Z",
      actor,
      operation: "archive.seal",
      phase: "intent",
      result: null,
      objects: [],
      remark: null,
    },
  ],
});

test("the entries that fit are a list of pages, the first read once", async () => {
  const asked: unknown[] = [];
  const reading = new LogReading({
    page: (...given) => {
      asked.push(given);
      return Promise.resolve(pageOf("Ada", 400));
    },
    verify: refuse,
  });
  await reading.search("seal");
  expect(reading.source?.count).toBe(400);
  const [first] = (await reading.source?.page(0, 128)) ?? [];
  expect(first).toMatchObject({ actor: "Ada", result: undefined, remark: undefined });
  await reading.source?.page(128, 128);
  expect(asked).toEqual([
    ["seal", 0, 128],
    ["seal", 128, 128],
  ]);
});

test("a late answer to an older query does not replace a newer one", async () => {
  const answers = new Map<string, (page: Page) => void>();
  const reading = new LogReading({
    page: (query) => new Promise((resolve) => answers.set(query, resolve)),
    verify: refuse,
  });
  const [old, young] = [reading.search("a"), reading.search("ad")];
  answers.get("ad")?.(pageOf("Ada", 1));
  answers.get("a")?.(pageOf("Ben", 99));
  await Promise.all([old, young]);
  expect(reading.source?.count).toBe(1);
});

test("a log that holds says so; one that does not shows its problem and no verdict", async () => {
  const holds = new LogReading({ page: refuse, verify: () => Promise.resolve(verified) });
  await holds.verify();
  expect(holds.verified).toEqual(verified);
  const broken = new LogReading({ page: refuse, verify: refuse });
  await broken.verify();
  expect(broken.verified).toBeUndefined();
  expect(broken.refusal).toEqual(refusal);
  expect(broken.isVerifying).toBe(false);
});
