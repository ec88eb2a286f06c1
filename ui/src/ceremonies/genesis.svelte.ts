/** What is filled in before a genesis: the room, the quorum, where sheets go. */

import { commands, type Key } from "../ipc/call";
import { custody } from "../text/custody";
import type { Say } from "./officials.svelte";
import { type Choosing, Splitting } from "./splitting.svelte";

/** What this form needs of the program; tests give their own. */
export type Program = Choosing & Pick<typeof commands, "beginGenesis" | "keys">;

/** The form of a genesis, also of one that takes a key's place. */
export class GenesisDraft extends Splitting {
  dice = $state(false);
  /** Whether the new key takes the place of another. */
  readonly replaces: boolean;
  /** Keys that can be replaced, the newest first. */
  keys: readonly Key[] = $state.raw([]);
  /** The one that is. */
  replaced = $state("");
  readonly #commands: Program;

  constructor(isDrill: boolean, replaces: boolean, program: Program = commands) {
    super(isDrill, program);
    this.replaces = replaces;
    this.#commands = program;
  }

  /** Reads which keys there are; the form begins with who holds the newest. */
  async start(): Promise<void> {
    const read = await this.asked(() => this.#commands.keys());
    const isOver = ({ state }: Key) => ["destroyed", "pre-activation"].includes(state);
    this.keys = (read?.answer ?? []).filter((key) => !isOver(key));
    const first = this.keys.find(({ state }) => state === "active") ?? this.keys[0];
    this.replaced = first?.name ?? "";
    if (first?.split) this.quorum.startFrom(first.split);
  }

  /** Whether there is nothing that could be replaced. */
  get hasNoKey(): boolean {
    return this.replaces && this.keys.length === 0;
  }

  protected override judge(say: Say): void {
    super.judge(say);
    say("replaced", this.replaces && this.replaced === "" && custody.wrong.key);
  }

  protected override send(): Promise<unknown> {
    return this.#commands.beginGenesis({
      officials: this.officials.order(),
      dice: this.dice,
      ...this.quorum.order(),
      sheets: this.folder,
      replaces: this.replaces ? this.replaced : null,
    });
  }
}
