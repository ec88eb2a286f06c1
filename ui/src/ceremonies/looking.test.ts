import { expect, test } from "vitest";

import type { PreviewShown } from "../ipc/call";
import { addressOf, Looking } from "./looking.svelte";

const text = (text: string): PreviewShown => ({
  size: text.length,
  content: { is: "text", text, isAll: true },
});

test("a picture is an address of its own, and nothing is fetched", () => {
  const picture = { is: "image", kind: "image/png", base64: "AAAA", width: 1, height: 1 } as const;
  expect(addressOf(picture)).toBe("data:image/png;base64,AAAA");
});

test("the answer about an older file is not shown", async () => {
  const answers = new Map<string, (seen: PreviewShown) => void>();
  const looking = new Looking((path) => new Promise((answer) => answers.set(path, answer)));
  const older = looking.look("a");
  const newer = looking.look("b");
  answers.get("b")?.(text("new"));
  answers.get("a")?.(text("old"));
  await Promise.all([older, newer]);
  expect(looking.seen).toEqual(text("new"));
  expect(looking.isWaiting).toBe(false);
});

test("what is refused is told, and closing forgets everything", async () => {
  const refusal = { code: "SR-ENGINE-NO-SUCH-ENTRY", problem: "", remedy: "" };
  const looking = new Looking(() => Promise.reject(refusal as unknown as Error));
  await looking.look("a");
  expect(looking.refusal).toEqual(refusal);
  looking.close();
  expect([looking.path, looking.seen, looking.refusal]).toEqual(["", undefined, undefined]);
});
