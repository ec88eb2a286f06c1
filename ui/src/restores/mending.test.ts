import { expect, test } from "vitest";

import type { JobEvent, Mended } from "../ipc/call";
import { Mending, type MendingBorder } from "./mending.svelte";

function program(changes: Partial<MendingBorder> = {}) {
  let hear: (event: JobEvent<Mended>) => void = () => undefined;
  const stopped: number[] = [];
  const border: MendingBorder = {
    chooseFolder: () => Promise.resolve({ id: 4, folder: "/copy" }),
    mend: (_medium, _folder, listener) => {
      hear = listener;
      return Promise.resolve(7);
    },
    stop: (job) => Promise.resolve(stopped.push(job)),
    ...changes,
  };
  const say = (event: JobEvent<Mended>) => hear(event);
  return { mending: new Mending(border), say, stopped };
}

test("a copy is made in the folder that was chosen", async () => {
  const { mending, say } = program();
  await mending.start(1, "Choose");
  expect(mending.isUnderWay).toBe(true);
  expect(mending.folder?.folder).toBe("/copy");
  say({ is: "done", result: { places: 2, bytes: 9, beyond: 0 } });
  expect(mending.isUnderWay).toBe(false);
  expect(mending.mended?.places).toBe(2);
});

test("nothing is made where no folder is chosen", async () => {
  const { mending } = program({ chooseFolder: () => Promise.resolve(null) });
  await mending.start(1, "Choose");
  expect(mending.isUnderWay).toBe(false);
  expect(mending.folder).toBeUndefined();
});

test("it can be stopped, and why it failed is told", async () => {
  const { mending, say, stopped } = program();
  await mending.start(1, "Choose");
  await mending.stop();
  expect(stopped).toEqual([7]);
  say({ is: "failed", refusal: { code: "SR-ENGINE-CANCELLED", problem: "p", remedy: "r" } });
  expect(mending.isUnderWay).toBe(false);
  expect(mending.refusal?.code).toBe("SR-ENGINE-CANCELLED");
});
