import { expect, test } from "vitest";

import type { Archive, Medium } from "../ipc/call";
import { ArchivesReading } from "./reading.svelte";

const refusal = { code: "SR-ENGINE-FILE", problem: "p", remedy: "r" };
const archive = (medium: number | null) => ({ id: "a", medium }) as Archive;

function reading() {
  const looked: number[] = [];
  const archives = new ArchivesReading({
    archives: () => Promise.resolve([archive(1)]),
    documents: () => Promise.resolve([]),
    lookAt: (medium) => {
      looked.push(medium);
      if (medium === 2) return Promise.reject(refusal as unknown as Error);
      return Promise.resolve({ id: medium } as Medium);
    },
  });
  return { archives, looked };
}

test("an archive that is here is looked at; one that is not is left alone", async () => {
  const { archives, looked } = reading();
  await archives.lookAt(archive(1));
  expect(archives.medium?.id).toBe(1);
  await archives.lookAt(archive(null));
  expect(archives.medium).toBeUndefined();
  expect(looked).toEqual([1]);
});

test("a medium that cannot be read says why and shows no old one", async () => {
  const { archives } = reading();
  await archives.lookAt(archive(1));
  await archives.lookAt(archive(2));
  expect(archives.medium).toBeUndefined();
  expect(archives.refusal).toEqual(refusal);
});
