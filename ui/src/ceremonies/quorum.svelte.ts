/** Who shall hold shares, while that is written. */

import type { GroupOrder, SplitShown } from "../ipc/call";
import { genesis as text } from "../text/genesis";
import type { Say } from "./officials.svelte";

/** What a share is put on. */
export type Carrier = "token" | "sheet" | "both";

/** A holder as it is being written. */
export interface HolderDraft {
  name: string;
  carrier: Carrier;
}

/** A group as it is being written. */
export interface GroupDraft {
  name: string;
  threshold: number | null;
  holders: HolderDraft[];
}

/** More than so many groups, or holders in one, no split can have. */
export const MOST = 16;

/** The groups of a split, and how many of them must agree. */
export class Quorum {
  groupThreshold: number | null = $state(1);
  groups: GroupDraft[] = $state([]);

  constructor() {
    this.groups = [group(text.custodians, 2, 3)];
  }

  /** Begins with who holds shares now. */
  startFrom(split: SplitShown): void {
    this.groupThreshold = split.groupThreshold;
    this.groups = split.groups.map(({ name, threshold, holders }) => ({
      name,
      threshold,
      holders: holders.map(({ name, copies }) => {
        const [hasToken, hasSheet] = [
          copies.some(({ token }) => token !== null),
          copies.some(({ token }) => token === null),
        ];
        return { name, carrier: hasToken ? (hasSheet ? "both" : "token") : "sheet" };
      }),
    }));
  }

  /** Adds a group of officers, of whom one must agree too. */
  addGroup(): void {
    this.groups.push(group(this.groups.length === 1 ? text.officers : "", 1, 2));
    this.groupThreshold = this.groups.length;
  }

  /** Takes a group out. */
  removeGroup(place: number): void {
    this.groups.splice(place, 1);
    this.groupThreshold = Math.min(this.groupThreshold ?? 1, this.groups.length);
  }

  /** Adds a holder to a group. */
  addHolder(group: GroupDraft): void {
    group.holders.push(holder());
  }

  /** Takes a holder out of a group. */
  removeHolder(group: GroupDraft, place: number): void {
    group.holders.splice(place, 1);
  }

  /** Everybody who shall hold a share. */
  get names(): string[] {
    return this.groups.flatMap(({ holders }) => holders.map(({ name }) => name.trim()));
  }

  /** Whether any share goes to paper. */
  get needsSheets(): boolean {
    return this.groups.some(({ holders }) => holders.some(({ carrier }) => carrier !== "token"));
  }

  /** Says what is wrong. */
  judge(say: Say): void {
    this.groups.forEach((group, place) => this.#judge(group, place, say));
    const needed = this.groupThreshold ?? 0;
    const isCount = needed >= 1 && needed <= this.groups.length;
    say("groupThreshold", !isCount && text.wrong.threshold(this.groups.length));
  }

  /** As the program takes it. */
  order(): { groupThreshold: number; groups: GroupOrder[] } {
    return {
      groupThreshold: this.groupThreshold ?? 1,
      groups: this.groups.map((group) => ({
        name: group.name.trim(),
        threshold: group.threshold ?? 1,
        holders: group.holders.map(({ name, carrier }) => ({
          name: name.trim(),
          token: carrier !== "sheet",
          sheet: carrier !== "token",
        })),
      })),
    };
  }

  #judge(group: GroupDraft, place: number, say: Say): void {
    const title = group.name.trim();
    const isTwice = this.groups.filter(({ name }) => name.trim() === title).length > 1;
    say(`group ${place}`, isTwice && text.wrong.groupTwice);
    say(`group ${place}`, title === "" && text.wrong.group);
    const [threshold, count] = [group.threshold ?? 0, group.holders.length];
    say(`threshold ${place}`, (threshold < 1 || threshold > count) && text.wrong.threshold(count));
    const { names } = this;
    group.holders.forEach((holder, at) => {
      const name = holder.name.trim();
      const isAgain = names.filter((other) => other === name).length > 1;
      say(`holder ${place} ${at}`, isAgain && text.wrong.holderTwice);
      say(`holder ${place} ${at}`, name === "" && text.wrong.name);
    });
  }
}

function group(name: string, threshold: number, count: number): GroupDraft {
  return { name, threshold, holders: Array.from({ length: count }, holder) };
}

function holder(): HolderDraft {
  return { name: "", carrier: "token" };
}
