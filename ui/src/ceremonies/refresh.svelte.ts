/** What is filled in before a key in use is split anew: who brings a share, and who gets one. */

import { commands, type Key } from "../ipc/call";
import { custody as text } from "../text/custody";
import type { Say } from "./officials.svelte";
import { type Choosing, Splitting } from "./splitting.svelte";

/** What this form needs of the program; tests give their own. */
export type Program = Choosing & Pick<typeof commands, "beginRefresh" | "keys">;

/** Somebody who has a share now. */
export interface BearerDraft {
  readonly name: string;
  readonly group: string;
  readonly hasToken: boolean;
  readonly hasSheet: boolean;
  /** Whether the person comes and brings it. */
  comes: boolean;
  /** Whether it is brought on its sheet. */
  onSheet: boolean;
}

/** The form of a refresh. */
export class RefreshDraft extends Splitting {
  /** The key in use; nothing until it was read, or if there is none. */
  key: Key | undefined = $state.raw();
  bearers: BearerDraft[] = $state([]);
  readonly #commands: Program;

  constructor(isDrill: boolean, program: Program = commands) {
    super(isDrill, program);
    this.#commands = program;
  }

  /** Reads who holds shares now; the form begins with it. */
  async start(): Promise<void> {
    const read = await this.asked(() => this.#commands.keys());
    this.key = read?.answer.find(({ state, split }) => state === "active" && split !== null);
    const split = this.key?.split;
    if (!split) return;
    this.quorum.startFrom(split);
    this.bearers = split.groups.flatMap((group) =>
      group.holders.map(({ name, copies }) => {
        const hasToken = copies.some(({ token }) => token !== null);
        const hasSheet = copies.some(({ token }) => token === null);
        const comes = copies.length > 0;
        return { name, group: group.name, hasToken, hasSheet, comes, onSheet: !hasToken };
      }),
    );
  }

  /** For each group: how many of its holders come, and how many must. */
  get coming(): { name: string; comes: number; needed: number }[] {
    const groups = this.key?.split?.groups ?? [];
    return groups.map(({ name, threshold }) => ({
      name,
      comes: this.#coming.filter(({ group }) => group === name).length,
      needed: threshold,
    }));
  }

  /** Whoever comes and has something to bring. */
  get #coming(): BearerDraft[] {
    return this.bearers.filter(({ comes, hasToken, hasSheet }) => comes && (hasToken || hasSheet));
  }

  /** Whether no key is in use. */
  get hasNoKey(): boolean {
    return !this.key;
  }

  protected override judge(say: Say): void {
    super.judge(say);
    say("key", !this.key && text.wrong.key);
    const met = this.coming.filter(({ comes, needed }) => comes >= needed).length;
    say("bearers", met < (this.key?.split?.groupThreshold ?? 0) && text.wrong.bearers);
    const witness = this.officials.witness.trim();
    const comes = this.#coming.some(({ name }) => name === witness);
    say("witness", comes && text.wrong.witnessBrings);
  }

  protected override send(): Promise<unknown> {
    return this.#commands.beginRefresh({
      officials: this.officials.order(),
      key: this.key?.name ?? "",
      bearers: this.#coming.map(({ name, onSheet }) => ({ name, sheet: onSheet })),
      ...this.quorum.order(),
      sheets: this.folder,
    });
  }
}
