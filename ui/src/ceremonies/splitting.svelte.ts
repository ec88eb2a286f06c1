/** What is filled in before a key is split: the quorum, and where sheets go. */

import type { commands, Folder } from "../ipc/call";
import { genesis as text } from "../text/genesis";
import { Draft } from "./draft.svelte";
import type { Say } from "./officials.svelte";
import { Quorum } from "./quorum.svelte";

/** What such a form needs of the program. */
export type Choosing = Pick<typeof commands, "chooseFolder">;

/** The form of a ceremony that hands out shares. */
export abstract class Splitting extends Draft {
  readonly quorum = new Quorum();
  sheets: Folder | undefined = $state.raw();
  /** Sheets of a drill open nothing real. */
  readonly isDrill: boolean;
  readonly #choosing: Choosing;

  constructor(isDrill: boolean, choosing: Choosing) {
    super();
    this.isDrill = isDrill;
    this.#choosing = choosing;
  }

  /** Lets the person choose the folder that sheets go to. */
  async choose(): Promise<void> {
    const chosen = await this.asked(() => this.#choosing.chooseFolder(text.sheetsTitle));
    this.sheets = chosen?.answer ?? this.sheets;
  }

  protected override judge(say: Say): void {
    this.officials.judge(this.quorum.names, say);
    this.quorum.judge(say);
    say("sheets", this.quorum.needsSheets && !this.sheets && text.wrong.sheets);
  }

  /** The number of the folder for sheets, where any goes to paper. */
  protected get folder(): number | null {
    return this.quorum.needsSheets ? (this.sheets?.id ?? null) : null;
  }
}
