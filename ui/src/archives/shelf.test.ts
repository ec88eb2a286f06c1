import { expect, test } from "vitest";

import type { JobEvent, KeptMedium, Tick } from "../ipc/call";
import { Shelf, type CheckOrder, type NewMedium } from "./shelf.svelte";

const medium = (name: string, archive: string) => ({ name, archive }) as KeptMedium;
const order = { name: null, percent: 5, person: "Ada" };
const refusal = (code: string) => ({ code, problem: "p", remedy: "r" });

function desk() {
  const asked: CheckOrder[] = [];
  const added: [number, number | null, NewMedium][] = [];
  const stopped: number[] = [];
  let folder: number | undefined = 7;
  let hear: (event: JobEvent<KeptMedium>) => void = () => undefined;
  let reads = 0;
  const shelf = new Shelf({
    media: () => {
      reads += 1;
      return Promise.resolve([medium("BR-1", "a"), medium("BR-2", "b")]);
    },
    chooseFolder: () =>
      Promise.resolve(folder === undefined ? null : { id: folder, folder: "/media/disc" }),
    add: (of, index, given) => {
      added.push([of, index, given]);
      if (given.name === "BR-1") {
        return Promise.reject(refusal("SR-MEDIA-NAME-TAKEN") as unknown as Error);
      }
      return Promise.resolve([medium(given.name, "a")]);
    },
    check: (given, listener) => {
      asked.push(given);
      hear = listener;
      return Promise.resolve(3);
    },
    stop: (job) => Promise.resolve(stopped.push(job)),
  });
  const choose = (id: number | undefined) => (folder = id);
  const say = (event: JobEvent<KeptMedium>) => {
    hear(event);
  };
  return { shelf, asked, added, stopped, choose, say, reads: () => reads };
}

test("the media of an archive are its own, in the order in which they were read", async () => {
  const { shelf } = desk();
  expect(shelf.of("a")).toEqual([]);
  await shelf.start();
  expect(shelf.of("a").map(({ name }) => name)).toEqual(["BR-1"]);
  expect(shelf.of("c")).toEqual([]);
});

test("a check runs on the folder that was chosen, with the index from elsewhere", async () => {
  const { shelf, asked, choose, say, reads } = desk();
  choose(9);
  await shelf.chooseIndex("index");
  choose(7);
  await shelf.check(order, "medium");
  expect(asked).toEqual([{ ...order, folder: 7, index: 9 }]);
  expect(shelf.isUnderWay).toBe(true);
  say({ is: "tick", tick: { bytes: 5 } as Tick });
  expect(shelf.tick?.bytes).toBe(5);
  say({ is: "done", result: medium("BR-1", "a") });
  expect(shelf.phase).toBe("done");
  expect(shelf.checked?.name).toBe("BR-1");
  expect(reads()).toBe(1);
});

test("whoever changes their mind at the folder has begun nothing", async () => {
  const { shelf, asked, added, choose } = desk();
  choose(undefined);
  await shelf.check(order, "medium");
  expect(await shelf.add({ name: "BR-9", kind: "usb", place: "" }, "medium")).toBe(false);
  expect([asked, added, shelf.phase]).toEqual([[], [], "ready"]);
});

test("a check that was stopped has stopped, and one that failed says why", async () => {
  const { shelf, stopped, say } = desk();
  await shelf.check(order, "medium");
  await shelf.stop();
  expect(stopped).toEqual([3]);
  say({ is: "failed", refusal: refusal("SR-ENGINE-CANCELLED") });
  expect(shelf.phase).toBe("stopped");
  expect(shelf.refusal).toBeUndefined();
  await shelf.check(order, "medium");
  say({ is: "failed", refusal: refusal("SR-MEDIA-GONE") });
  expect(shelf.phase).toBe("failed");
  expect(shelf.refusal?.code).toBe("SR-MEDIA-GONE");
});

test("a medium that is added is on the list, and one that is refused says why", async () => {
  const { shelf, added } = desk();
  expect(await shelf.add({ name: "BR-3", kind: "usb", place: "Safe" }, "medium")).toBe(true);
  expect(added[0]).toEqual([7, null, { name: "BR-3", kind: "usb", place: "Safe" }]);
  expect(shelf.of("a").map(({ name }) => name)).toEqual(["BR-3"]);
  expect(await shelf.add({ name: "BR-1", kind: "usb", place: "" }, "medium")).toBe(false);
  expect(shelf.refusal?.code).toBe("SR-MEDIA-NAME-TAKEN");
});
