/** Where a ceremony takes place, and who leads and certifies it, while that is written. */

import type * as ipc from "../ipc/call";
import { genesis as text } from "../text/genesis";

/** Says what is wrong with a field, as a sentence that says how to put it right. */
export type Say = (field: string, sentence: string | false) => void;

/** The place and the two who belong to every ceremony. */
export class Officials {
  place = $state("");
  administrator = $state("");
  witness = $state("");

  /** Says what is wrong; `holders` are those who have or get a share. */
  judge(holders: readonly string[], say: Say): void {
    const isEmpty = (value: string) => value.trim() === "";
    say("place", isEmpty(this.place) && text.wrong.place);
    say("administrator", isEmpty(this.administrator) && text.wrong.name);
    say("witness", isEmpty(this.witness) && text.wrong.name);
    if (isEmpty(this.witness)) return;
    const witness = this.witness.trim();
    say("witness", witness === this.administrator.trim() && text.wrong.witnessActs);
    say("witness", holders.includes(witness) && text.wrong.witnessHolds);
  }

  /** As the program takes them. */
  order(): ipc.Officials {
    return {
      place: this.place.trim(),
      administrator: this.administrator.trim(),
      witness: this.witness.trim(),
    };
  }
}
