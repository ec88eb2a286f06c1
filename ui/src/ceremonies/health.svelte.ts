/** What is filled in before shares are proved: who is here with what, and who is not and why. */

import { commands, type Key } from "../ipc/call";
import { custody as text } from "../text/custody";
import { Draft } from "./draft.svelte";
import type { Say } from "./officials.svelte";

/** What this form needs of the program; tests give their own. */
export type Program = Pick<typeof commands, "beginHealth" | "keys">;

/** Somebody who has a share. */
export interface ShownDraft {
  readonly name: string;
  readonly group: string;
  /** How many tokens the share lies on. */
  readonly tokens: number;
  readonly hasSheet: boolean;
  isHere: boolean;
  /** How many of the tokens were brought. */
  brought: number | null;
  bringsSheet: boolean;
  /** Why the person is not here. */
  reason: string;
}

/** The form of a health ceremony. */
export class HealthDraft extends Draft {
  /** The key in use; nothing until it was read, or if there is none. */
  key: Key | undefined = $state.raw();
  holders: ShownDraft[] = $state([]);
  readonly #commands: Program;

  constructor(program: Program = commands) {
    super();
    this.#commands = program;
  }

  /** Reads who holds shares, and on what. */
  async start(): Promise<void> {
    const read = await this.asked(() => this.#commands.keys());
    this.key = read?.answer.find(({ state, split }) => state === "active" && split !== null);
    this.holders = (this.key?.split?.groups ?? []).flatMap((group) =>
      group.holders.map(({ name, copies }) => {
        const tokens = copies.filter(({ token }) => token !== null).length;
        const hasSheet = tokens < copies.length;
        return {
          name,
          group: group.name,
          tokens,
          hasSheet,
          isHere: true,
          brought: tokens,
          bringsSheet: hasSheet,
          reason: "",
        };
      }),
    );
  }

  /** Whether no key is in use. */
  get hasNoKey(): boolean {
    return !this.key;
  }

  protected override judge(say: Say): void {
    const names = this.holders.map(({ name }) => name);
    this.officials.judge(names, say);
    say("key", !this.key && text.wrong.key);
    say("holders", !this.holders.some(({ isHere }) => isHere) && text.wrong.nobody);
    this.holders.forEach(({ isHere, reason, brought, tokens, bringsSheet }, place) => {
      const [count, most] = [brought ?? -1, tokens];
      say(`reason ${place}`, !isHere && reason.trim() === "" && text.wrong.reason);
      say(`tokens ${place}`, isHere && (count < 0 || count > most) && text.wrong.tokens(most));
      say(`tokens ${place}`, isHere && count === 0 && !bringsSheet && text.wrong.nothing);
    });
  }

  protected override send(): Promise<unknown> {
    const here = this.holders.filter(({ isHere }) => isHere);
    const absent = this.holders.filter(({ isHere }) => !isHere);
    return this.#commands.beginHealth({
      officials: this.officials.order(),
      key: this.key?.name ?? "",
      here: here.map(({ name, brought, bringsSheet }) => ({
        name,
        tokens: brought ?? 0,
        sheet: bringsSheet,
      })),
      absent: absent.map(({ name, reason }) => ({ name, reason: reason.trim() })),
    });
  }
}
