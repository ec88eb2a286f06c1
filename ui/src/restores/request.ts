/** A request for a restore while it is written: who, what, why, and whether it can be sent. */

import type {
  Estimate,
  Folder,
  Interrupted,
  OnConflict,
  OnName,
  OwnersBy,
  RestoreOrder,
  SplitShown,
} from "../ipc/call";

/** What is written so far. */
export interface Draft {
  /** Patterns, one per line; nothing means everything. */
  selection: string;
  target: Folder | undefined;
  /** How long all of the archive would take there. */
  estimate: Estimate | undefined;
  conflict: OnConflict;
  names: OnName;
  /** Whether every file is read again when all is written. */
  reread: boolean;
  /** Whether a restore of this archive was interrupted in the target. */
  wasInterrupted: boolean;
  /** Whether this one goes on with it, if so. */
  resume: boolean;
  owners: OwnersBy;
  /** Users and groups of the archive and who they are here: `OLD=NEW`, one per line. */
  users: string;
  groups: string;
  /** Whether rights to act for somebody else come back. */
  privileges: boolean;
  requester: string;
  reason: string;
  place: string;
  administrator: string;
  witness: string;
  approvers: readonly string[];
}

/** A request of which nothing is written yet. */
export function emptyDraft(): Draft {
  return {
    selection: "",
    target: undefined,
    estimate: undefined,
    conflict: "fail",
    names: "auto",
    reread: false,
    wasInterrupted: false,
    resume: true,
    owners: "none",
    users: "",
    groups: "",
    privileges: false,
    requester: "",
    reason: "",
    place: "",
    administrator: "",
    witness: "",
    approvers: [],
  };
}

/** A request that goes on with a restore as it was asked for; the room is written anew. */
export function draftOf(interrupted: Interrupted): Draft {
  return {
    ...emptyDraft(),
    selection: interrupted.selection.join("\n"),
    target: interrupted.target,
    conflict: interrupted.conflict,
    wasInterrupted: true,
    requester: interrupted.requester,
    reason: interrupted.reason,
  };
}

/** The patterns of a selection. */
export function patternsOf(selection: string): string[] {
  return linesOf(selection);
}

/** What stands on the lines of a text, without the spaces around it and without empty lines. */
function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** The people who are named by hand; approvers are chosen from the holders. */
export type Named = "requester" | "administrator" | "witness";

/** Why a person cannot have a role: they have one already that must watch it, or be watched. */
export type Clash = "approves" | "requests" | "administers";

/** Two roles in one hand, by the field in which it is to be put right. */
export function clashesOf(draft: Draft): Partial<Record<Named, Clash>> {
  const approves = (name: string) => draft.approvers.some((approver) => isSame(approver, name));
  const clashes: Partial<Record<Named, Clash>> = {};
  if (approves(draft.requester)) clashes.requester = "approves";
  if (approves(draft.administrator)) clashes.administrator = "approves";
  if (approves(draft.witness)) clashes.witness = "approves";
  else if (isSame(draft.witness, draft.administrator)) clashes.witness = "administers";
  else if (isSame(draft.witness, draft.requester)) clashes.witness = "requests";
  return clashes;
}

/** How far a group of the quorum is. */
export interface GroupStanding {
  readonly name: string;
  readonly needed: number;
  readonly chosen: number;
  readonly isMet: boolean;
}

/** How far the chosen approvers go. */
export interface QuorumStanding {
  readonly groups: readonly GroupStanding[];
  readonly groupsNeeded: number;
  readonly suffices: boolean;
}

/** Whether the chosen approvers could open the key. */
export function standingOf(split: SplitShown, approvers: readonly string[]): QuorumStanding {
  const groups = split.groups.map(({ name, threshold, holders }) => {
    const chosen = holders.filter((holder) => approvers.includes(holder.name)).length;
    return { name, needed: threshold, chosen, isMet: chosen >= threshold };
  });
  const met = groups.filter(({ isMet }) => isMet).length;
  return { groups, groupsNeeded: split.groupThreshold, suffices: met >= split.groupThreshold };
}

/** What a request still lacks. */
export type Lack =
  "target" | "requester" | "reason" | "place" | "administrator" | "witness" | "approvers" | "clash";

/** The first thing that a request still lacks, in the order of the form; nothing if it is whole. */
export function lackOf(draft: Draft, split: SplitShown): Lack | undefined {
  if (!draft.target) return "target";
  const texts = ["requester", "reason", "place", "administrator", "witness"] as const;
  const empty = texts.find((name) => draft[name].trim() === "");
  if (empty) return empty;
  if (!standingOf(split, draft.approvers).suffices) return "approvers";
  return Object.keys(clashesOf(draft)).length > 0 ? "clash" : undefined;
}

/** The request as the program wants it; nothing while the target is not chosen. */
export function orderOf(draft: Draft, medium: number): RestoreOrder | undefined {
  if (!draft.target) return undefined;
  return {
    medium,
    target: draft.target.id,
    selection: patternsOf(draft.selection),
    conflict: draft.conflict,
    names: draft.names,
    reread: draft.reread,
    resume: draft.wasInterrupted && draft.resume,
    owners: {
      by: draft.owners,
      users: linesOf(draft.users),
      groups: linesOf(draft.groups),
    },
    privileges: draft.privileges,
    requester: draft.requester.trim(),
    reason: draft.reason.trim(),
    officials: {
      place: draft.place.trim(),
      administrator: draft.administrator.trim(),
      witness: draft.witness.trim(),
    },
    approvers: [...draft.approvers],
  };
}

/** One person, however the name was typed. */
function isSame(one: string, other: string): boolean {
  const plain = (name: string) => name.trim().replace(/\s+/g, " ").toLowerCase();
  return plain(one) !== "" && plain(one) === plain(other);
}
