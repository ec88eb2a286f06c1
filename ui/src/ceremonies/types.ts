/** A ceremony as its screens show it; the names are those of the script language. */

/** Where a step stands. */
export type StepMark = "done" | "current" | "next" | "exception";

/** A step of the script, one for each person it is repeated for. */
export interface ScriptStep {
  /** Unique in the run: the step's name, and for whom. */
  readonly key: string;
  readonly title: string;
  /** For whom, if the step is repeated. */
  readonly subject?: string | undefined;
  readonly timeMinutes: number;
  readonly mark: StepMark;
  /** When it was done, RFC 3339. */
  readonly doneAt?: string | undefined;
  /** Who confirmed it. */
  readonly confirmedBy?: readonly string[] | undefined;
}

/** An act: steps that belong together. */
export interface ScriptAct {
  readonly title: string;
  readonly steps: readonly ScriptStep[];
}

/** Somebody in the room. */
export interface Person {
  readonly name: string;
  /** The role's name, for people. */
  readonly role: string;
  readonly isHere: boolean;
  /** The label of the person's token, if there is one. */
  readonly token?: string | undefined;
  readonly isTokenIn?: boolean | undefined;
}

/** Whether an object exists. */
export type ObjectState = "notYet" | "here" | "gone";

/** What an object is; the words of the script language. */
export type ObjectKind = "fact" | "key" | "shares" | "envelopes" | "sheets" | "document" | "data";

/** Something that is made, held or destroyed. */
export interface RoomObject {
  readonly id: string;
  /** Its name, for people. */
  readonly name: string;
  readonly kind: ObjectKind;
  /** Whether it must be gone before the ceremony can be closed. */
  readonly secret: boolean;
  readonly state: ObjectState;
  /** Where it is: "in memory", "bag TE-004417". */
  readonly place?: string | undefined;
}
