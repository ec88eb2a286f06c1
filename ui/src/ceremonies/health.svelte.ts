/** What is filled in before shares are proved: who is here with what, and who is not and why. */

import { commands, type Key } from "../ipc/call";
import { custody as text } from "../text/custody";
import { Draft } from "./draft.svelte";
import type { Say } from "./officials.svelte";

/** States in which the shares of a key open what lies under it. */
const OPENS: readonly string[] = ["active", "deactivated", "compromised"];

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
  /** Keys whose shares open something; nothing until they were read. */
  keys: readonly Key[] = $state.raw([]);
  /** The one whose shares are proved. */
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
    const opens = ({ state, split }: Key) => split !== null && OPENS.includes(state);
    this.keys = (read?.answer ?? []).filter(opens);
    const first = this.keys.find(({ state }) => state === "active") ?? this.keys[0];
    if (first) this.choose(first.name);
  }

  /** Takes another key, and with it its holders. */
  choose(name: string): void {
    this.key = this.keys.find((key) => key.name === name);
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

  /** Whether there are no shares that open anything. */
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
