import { expect, test } from "vitest";

import type { SplitShown } from "../ipc/call";
import { commandFor, quoted } from "./command";
import { clashesOf, draftOf, emptyDraft, lackOf, orderOf, patternsOf, standingOf } from "./request";

const group = (name: string, threshold: number, ...names: string[]) => ({
  name,
  threshold,
  holders: names.map((name) => ({
    name,
    copies: [{ token: null, remark: null, provedAt: null }],
    provedAt: null,
    due: "",
    isDue: false,
  })),
});

const split: SplitShown = {
  id: "s",
  created: "2026-01-20T10:00:00Z",
  groupThreshold: 2,
  groups: [group("Custodians", 2, "Ada", "Ben", "Cleo"), group("Officers", 1, "Dan", "Eve")],
  margin: { isReachable: true, mayBeLost: 1, groups: [] },
  warnings: [],
};

const whole = () => ({
  ...emptyDraft(),
  target: { id: 9, folder: "/srv/back" },
  requester: "Fay",
  reason: "the ledger is gone",
  place: "Room 4",
  administrator: "Gus",
  witness: "Hal",
  approvers: ["Ada", "Cleo", "Eve"],
});

test("approvers suffice only when enough groups have enough of theirs", () => {
  expect(standingOf(split, ["Ada", "Ben", "Cleo"])).toMatchObject({ suffices: false });
  expect(standingOf(split, ["Ada", "Dan", "Eve"])).toMatchObject({ suffices: false });
  const enough = standingOf(split, ["Ada", "Cleo", "Eve"]);
  expect(enough.suffices).toBe(true);
  expect(enough.groups.map(({ chosen }) => chosen)).toEqual([2, 1]);
});

test("a stranger among the approvers opens nothing", () => {
  expect(standingOf(split, ["Ada", "Mallory", "Eve"]).suffices).toBe(false);
});

test("whoever asks cannot approve, however the name is typed", () => {
  expect(clashesOf({ ...whole(), requester: " ada" })).toEqual({ requester: "approves" });
  expect(clashesOf({ ...whole(), administrator: "EVE" })).toEqual({ administrator: "approves" });
});

test("a witness has no other part; an administrator may ask", () => {
  expect(clashesOf({ ...whole(), witness: "Cleo" })).toEqual({ witness: "approves" });
  expect(clashesOf({ ...whole(), witness: "Gus" })).toEqual({ witness: "administers" });
  expect(clashesOf({ ...whole(), witness: "Fay" })).toEqual({ witness: "requests" });
  expect(clashesOf({ ...whole(), requester: "Gus" })).toEqual({});
});

test("names that are not written yet clash with nothing", () => {
  expect(clashesOf(emptyDraft())).toEqual({});
});

test("a request says what it lacks first, and nothing once it is whole", () => {
  expect(lackOf(emptyDraft(), split)).toBe("target");
  expect(lackOf({ ...whole(), reason: "  " }, split)).toBe("reason");
  expect(lackOf({ ...whole(), approvers: ["Ada"] }, split)).toBe("approvers");
  expect(lackOf({ ...whole(), witness: "Gus" }, split)).toBe("clash");
  expect(lackOf(whole(), split)).toBeUndefined();
});

test("the order carries what was written, without the spaces around it", () => {
  const draft = { ...whole(), selection: "ledger/** \n\n *.pdf", requester: " Fay " };
  expect(orderOf(draft, 4)).toMatchObject({
    medium: 4,
    target: 9,
    selection: ["ledger/**", "*.pdf"],
    requester: "Fay",
    conflict: "fail",
    names: "auto",
    reread: false,
  });
  const careful = { ...whole(), names: "portable", reread: true } as const;
  expect(orderOf(careful, 4)).toMatchObject({ names: "portable", reread: true });
  const owned = { ...whole(), owners: "name", users: " ada=1001 \n\n", privileges: true } as const;
  expect(orderOf(owned, 4)).toMatchObject({
    owners: { by: "name", users: ["ada=1001"], groups: [] },
    privileges: true,
  });
  expect(orderOf(emptyDraft(), 4)).toBeUndefined();
  expect(patternsOf(" \n")).toEqual([]);
});

test("a restore goes on only where one was interrupted, and if somebody wants that", () => {
  expect(orderOf(whole(), 4)?.resume).toBe(false);
  expect(orderOf({ ...whole(), wasInterrupted: true }, 4)?.resume).toBe(true);
  expect(orderOf({ ...whole(), wasInterrupted: true, resume: false }, 4)?.resume).toBe(false);
});

test("what was interrupted is asked for as it was, and the room is written anew", () => {
  const draft = draftOf({
    label: "ledger",
    medium: 4,
    target: { id: 9, folder: "/srv/back" },
    selection: ["a/**", "b"],
    conflict: "keepBoth",
    requester: "Fay",
    reason: "the ledger is gone",
    asked: "2026-11-26T10:00:00Z",
  });
  expect(draft).toMatchObject({ selection: "a/**\nb", requester: "Fay", approvers: [], place: "" });
  const order = orderOf(draft, 4);
  expect(order).toMatchObject({ target: 9, conflict: "keepBoth", resume: true });
});

test("the command line survives whatever the folder is called", () => {
  expect(commandFor("/media/blue-07").join(" ")).toBe(
    "strongroom restore /media/blue-07 --to FOLDER",
  );
  expect(quoted("it's $HOME")).toBe("'it'\\''s $HOME'");
});
