/** What is filled in before tokens are prepared: for whom, and whether one goes on. */

import { commands } from "../ipc/call";
import { custody as text } from "../text/custody";
import { genesis } from "../text/genesis";
import { Draft } from "./draft.svelte";
import type { Say } from "./officials.svelte";

/** What this form needs of the program; tests give their own. */
export type Program = Pick<typeof commands, "beginEnrolment">;

/** What may be done with a token that is not as it left the factory. */
export type Used = "refuse" | "resume" | "reset";

/** The form of an enrolment. */
export class EnrolDraft extends Draft {
  holders: { name: string }[] = $state([{ name: "" }]);
  used: Used = $state("refuse");
  /** The serial number of the token that is erased for good. */
  serial: number | null = $state(null);
  readonly #commands: Program;

  constructor(program: Program = commands) {
    super();
    this.#commands = program;
  }

  /** Adds somebody who gets a token. */
  add(): void {
    this.holders.push({ name: "" });
  }

  /** Takes somebody out. */
  remove(place: number): void {
    this.holders.splice(place, 1);
  }

  protected override judge(say: Say): void {
    const names = this.holders.map(({ name }) => name.trim());
    this.officials.judge(names, say);
    names.forEach((name, place) => {
      const isAgain = names.filter((other) => other === name).length > 1;
      say(`holder ${place}`, isAgain && text.wrong.tokenTwice);
      say(`holder ${place}`, name === "" && genesis.wrong.name);
    });
    const isSerial = this.serial !== null && this.serial > 0;
    say("serial", this.used === "reset" && !isSerial && text.wrong.serial);
  }

  protected override send(): Promise<unknown> {
    return this.#commands.beginEnrolment({
      officials: this.officials.order(),
      holders: this.holders.map(({ name }) => name.trim()),
      reset: this.used === "reset" ? this.serial : null,
      resume: this.used === "resume",
    });
  }
}
