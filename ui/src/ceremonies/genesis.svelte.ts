/** What is filled in before a genesis: the room, the quorum, where sheets go. */

import { commands, refusalOf, type Folder, type GenesisOrder, type Refusal } from "../ipc/call";
import { genesis as text } from "../text/genesis";

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

/** What this controller needs of the program; tests give their own. */
export type Program = Pick<typeof commands, "beginGenesis" | "chooseFolder">;

/** The form of a genesis. */
export class GenesisDraft {
  place = $state("");
  administrator = $state("");
  witness = $state("");
  dice = $state(false);
  groupThreshold: number | null = $state(1);
  groups: GroupDraft[] = $state([]);
  sheets: Folder | undefined = $state.raw();
  /** Whether somebody tried to begin: from then on what is wrong is said. */
  wasTried = $state(false);
  refusal: Refusal | undefined = $state.raw();
  /** Tokens are virtual so far, and only a drill may have those. */
  readonly hasTokens: boolean;
  readonly #commands: Program;

  constructor(hasTokens: boolean, program: Program = commands) {
    this.hasTokens = hasTokens;
    this.#commands = program;
    this.groups = [this.#group(text.custodians, 2, 3)];
  }

  /** Adds a group of officers, of whom one must agree too. */
  addGroup(): void {
    this.groups.push(this.#group(this.groups.length === 1 ? text.officers : "", 1, 2));
    this.groupThreshold = this.groups.length;
  }

  /** Takes a group out. */
  removeGroup(place: number): void {
    this.groups.splice(place, 1);
    this.groupThreshold = Math.min(this.groupThreshold ?? 1, this.groups.length);
  }

  /** Adds a holder to a group. */
  addHolder(group: GroupDraft): void {
    group.holders.push(this.#holder());
  }

  /** Takes a holder out of a group. */
  removeHolder(group: GroupDraft, place: number): void {
    group.holders.splice(place, 1);
  }

  /** Whether any share goes to paper. */
  get needsSheets(): boolean {
    return this.groups.some(({ holders }) => holders.some(({ carrier }) => carrier !== "token"));
  }

  /** What is wrong, by the name of the field, each as a sentence that says how to put it right. */
  get wrong(): Readonly<Record<string, string>> {
    const wrong: Record<string, string> = {};
    const say = (field: string, sentence: string | false) => {
      if (sentence) wrong[field] = sentence;
    };
    const isEmpty = (value: string) => value.trim() === "";
    say("place", isEmpty(this.place) && text.wrong.place);
    say("administrator", isEmpty(this.administrator) && text.wrong.name);
    say("witness", isEmpty(this.witness) && text.wrong.name);
    const names = this.groups.flatMap(({ holders }) => holders.map(({ name }) => name.trim()));
    if (!isEmpty(this.witness)) {
      const witness = this.witness.trim();
      say("witness", witness === this.administrator.trim() && text.wrong.witnessActs);
      say("witness", names.includes(witness) && text.wrong.witnessHolds);
    }
    this.groups.forEach((group, place) => this.#judge(group, place, names, say));
    const needed = this.groupThreshold ?? 0;
    const isCount = needed >= 1 && needed <= this.groups.length;
    say("groupThreshold", !isCount && text.wrong.threshold(this.groups.length));
    say("sheets", this.needsSheets && !this.sheets && text.wrong.sheets);
    return wrong;
  }

  /** Lets the person choose the folder that sheets go to. */
  async choose(): Promise<void> {
    try {
      this.sheets = (await this.#commands.chooseFolder(text.sheetsTitle)) ?? this.sheets;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  /** Begins the ceremony, if nothing is wrong; tells whether it began. */
  async begin(): Promise<boolean> {
    this.wasTried = true;
    this.refusal = undefined;
    if (Object.keys(this.wrong).length > 0) return false;
    try {
      await this.#commands.beginGenesis(this.#order());
      return true;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return false;
    }
  }

  #judge(
    group: GroupDraft,
    place: number,
    names: readonly string[],
    say: (field: string, sentence: string | false) => void,
  ): void {
    const title = group.name.trim();
    const isTwice = this.groups.filter(({ name }) => name.trim() === title).length > 1;
    say(`group ${place}`, isTwice && text.wrong.groupTwice);
    say(`group ${place}`, title === "" && text.wrong.group);
    const [threshold, count] = [group.threshold ?? 0, group.holders.length];
    say(`threshold ${place}`, (threshold < 1 || threshold > count) && text.wrong.threshold(count));
    group.holders.forEach((holder, at) => {
      const name = holder.name.trim();
      const isAgain = names.filter((other) => other === name).length > 1;
      say(`holder ${place} ${at}`, isAgain && text.wrong.holderTwice);
      say(`holder ${place} ${at}`, name === "" && text.wrong.name);
    });
  }

  #order(): GenesisOrder {
    return {
      place: this.place.trim(),
      administrator: this.administrator.trim(),
      witness: this.witness.trim(),
      dice: this.dice,
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
      sheets: this.needsSheets ? (this.sheets?.id ?? null) : null,
    };
  }

  #group(name: string, threshold: number, count: number): GroupDraft {
    return { name, threshold, holders: Array.from({ length: count }, () => this.#holder()) };
  }

  #holder(): HolderDraft {
    return { name: "", carrier: this.hasTokens ? "token" : "sheet" };
  }
}
