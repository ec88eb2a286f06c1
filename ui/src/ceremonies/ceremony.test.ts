import { expect, test } from "vitest";

import type { Decided, Phase, Refusal, Reply, Update, View } from "../ipc/call";
import { Ceremony, type Program } from "./ceremony.svelte";
import { emptyView } from "./fixture";

/** A program whose ceremony does what the test says. */
function staged(refusal?: Refusal) {
  let refused: Refusal | undefined;
  const replies: Reply[] = [];
  const heard: ((update: Update) => void)[] = [];
  const asked: string[] = [];
  const program: Program = {
    watchCeremony: async () => {
      if (refusal) throw refusal;
      return null;
    },
    reply: async (reply) => {
      if (refused) throw refused;
      replies.push(reply);
      return null;
    },
    openProjector: async () => {
      asked.push("projector");
      return null;
    },
    archives: async () => {
      asked.push("archives");
      return [];
    },
    lookAt: () => Promise.reject(new Error("nothing is on the desk")),
    documents: async () => {
      asked.push("documents");
      return [
        { kind: "minutes", path: "new.pdf", created: "2026-11-24T15:00:00Z", digest: "" },
        { kind: "minutes", path: "old.pdf", created: "2025-01-01T00:00:00Z", digest: "" },
      ];
    },
  };
  const listening = (hear: (update: never) => void) => {
    heard.push(hear as (update: Update) => void);
    return {} as never;
  };
  const ceremony = new Ceremony(program, listening);
  const show = (phase: Phase, step = "check-in/Ada", more: Partial<View> = {}) =>
    heard.at(-1)?.({ is: "view", view: viewOf(phase, step, more) });
  const refuse = (why: Refusal | undefined) => (refused = why);
  return { ceremony, replies, heard, asked, show, refuse };
}

function viewOf(phase: Phase, step: string, more: Partial<View>): View {
  const line = { title: "", subject: null, timeMinutes: 1 };
  const acts: View["acts"] = [
    {
      title: "Opening",
      steps: [
        { ...line, key: "opening/", mark: "done", doneAt: "2026-11-24T14:30:00Z" },
        { ...line, key: step, mark: "current", doneAt: null },
      ],
    },
  ];
  return emptyView({ script: "genesis", title: "Genesis", phase, acts, ...more });
}

const done: Decided = { is: "done" };

test("no ceremony is no problem", async () => {
  const { ceremony } = staged({ code: "SR-SHELL-NO-CEREMONY", problem: "", remedy: "" });
  await ceremony.follow();
  expect(ceremony.view).toBeUndefined();
  expect(ceremony.refusal).toBeUndefined();
  expect(ceremony.isUnderWay).toBe(false);
});

test("a second click never confirms the next step", async () => {
  const { ceremony, replies, show } = staged();
  await ceremony.follow();
  show("deciding");
  await Promise.all([ceremony.decide(done), ceremony.decide(done)]);
  await ceremony.decide(done);
  expect(replies).toHaveLength(1);
  show("working");
  await ceremony.decide(done);
  expect(replies).toHaveLength(1);
  show("deciding", "check-in/Bruno");
  await ceremony.decide(done);
  expect(replies).toHaveLength(2);
});

test("a token that comes or goes does not unlock the decision", async () => {
  const { ceremony, replies, show } = staged();
  await ceremony.follow();
  show("deciding");
  await ceremony.decide(done);
  await ceremony.token("Ada", false);
  show("deciding");
  await ceremony.decide(done);
  expect(replies.map((reply) => reply.is)).toEqual(["decide", "token"]);
});

test("nothing is decided while a secret is typed", async () => {
  const { ceremony, replies, show } = staged();
  await ceremony.follow();
  for (const phase of ["working", "token", "entering", "touch", "closed", "givenUp"] as const) {
    show(phase);
    await ceremony.decide({ is: "rest", secrets: "none", heads: 1 });
    await ceremony.again(true);
  }
  expect(replies).toEqual([]);
});

test("a failed step is tried again once, and again if it fails again", async () => {
  const { ceremony, replies, show } = staged();
  await ceremony.follow();
  show("failed");
  await ceremony.again(true);
  await ceremony.again(true);
  expect(replies).toEqual([{ is: "again", again: true }]);
  show("failed");
  await ceremony.again(false);
  expect(replies).toHaveLength(2);
});

test("a failed proof without which the ceremony goes on leaves people the way out", async () => {
  const { ceremony, replies, show } = staged();
  await ceremony.follow();
  show("failed");
  expect(ceremony.canLeave).toBe(false);
  show("failed", "prove-token/Ada", { goesOnWithout: true });
  expect(ceremony.canLeave).toBe(true);
  await ceremony.giveUp("enough for today");
  expect(replies).toEqual([
    { is: "decide", decision: { is: "giveUp", reason: "enough for today" } },
  ]);
});

test("a window that looks on twice counts nothing twice", async () => {
  const { ceremony, heard } = staged();
  await ceremony.follow();
  await ceremony.follow();
  const tick = {
    bytes: 9,
    files: 1,
    elapsedMs: 100,
    left: null,
    limit: null,
    good: [0],
    mended: [],
    damaged: [1],
    phase: "working" as const,
    isResting: false,
  };
  for (const hear of heard) hear({ is: "run", tick });
  expect(ceremony.ticks.samples).toHaveLength(1);
  expect([...ceremony.ticks.states]).toEqual([1, 3]);
});

test("at the end the papers of this ceremony are looked for, and no older ones", async () => {
  const { ceremony, show } = staged();
  await ceremony.follow();
  show("closed");
  await new Promise((resolve) => setTimeout(resolve));
  expect(ceremony.documents.map(({ path }) => path)).toEqual(["new.pdf"]);
  expect(ceremony.isUnderWay).toBe(false);
});

test("nobody has to wait for a token, a secret or a touch to give a ceremony up", async () => {
  const { ceremony, replies, show } = staged();
  await ceremony.follow();
  for (const phase of ["token", "entering", "touch"] as const) {
    show(phase, "enrol/Ada");
    await ceremony.decide(done);
    expect(replies).toEqual([]);
    await ceremony.giveUp("the token is at home");
    const decision = { is: "giveUp", reason: "the token is at home" };
    expect(replies.splice(0)).toEqual([{ is: "decide", decision }]);
    show("working", "enrol/Ada", { isLeaving: true });
    expect(ceremony.canLeave).toBe(false);
  }
  show("working", "enrol/Ada");
  await ceremony.giveUp("the program works");
  expect(replies).toEqual([]);
});

test("a reply that is not taken says why, and can be given again", async () => {
  const over = { code: "SR-SHELL-CEREMONY-OVER", problem: "the ceremony is over", remedy: "" };
  const { ceremony, replies, show, refuse } = staged();
  await ceremony.follow();
  show("resting");
  refuse(over);
  await ceremony.decide(done);
  expect(ceremony.refusal).toEqual(over);
  refuse(undefined);
  await ceremony.decide(done);
  expect(ceremony.refusal).toBeUndefined();
  expect(replies).toHaveLength(1);
});
