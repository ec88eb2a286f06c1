/** Reading the master keys of the vault that the window shows. */

import { commands, refusalOf, type Key, type Refusal } from "../ipc/call";

/** The master keys as their page shows them. */
export class KeysReading {
  /** The newest first; nothing until they were read. */
  keys: readonly Key[] | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  readonly #read: () => Promise<Key[]>;

  constructor(read: () => Promise<Key[]> = () => commands.keys()) {
    this.#read = read;
  }

  /** Reads them. */
  async start(): Promise<void> {
    try {
      this.keys = await this.#read();
      this.refusal = undefined;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }
}
