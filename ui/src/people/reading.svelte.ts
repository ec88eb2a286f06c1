/** Reading the people of the vault that the window shows. */

import { commands, refusalOf, type Known, type Refusal } from "../ipc/call";

/** The people as their page shows them. */
export class PeopleReading {
  /** By name; nothing until they were read. */
  people: readonly Known[] | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  readonly #read: () => Promise<Known[]>;

  constructor(read: () => Promise<Known[]> = () => commands.people()) {
    this.#read = read;
  }

  /** Reads them. */
  async start(): Promise<void> {
    try {
      this.people = await this.#read();
      this.refusal = undefined;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }
}
