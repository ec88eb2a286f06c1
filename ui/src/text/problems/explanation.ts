/** What a problem means to the person who meets it, and what that person can do. */
export interface Explanation {
  /** What it means, in words that need no glossary beyond the program's own. */
  readonly meaning: string;
  /** What to do now. */
  readonly remedy: string;
}

/** Explanations by code, `SR-AREA-NAME`. */
export type Explanations = Readonly<Record<string, Explanation>>;
