/** What the frame shows of the world; the program says it, the frame only draws it. */

/** The environment a vault belongs to. */
export type Environment = "production" | "staging" | "development" | "drill";
/** Whether the machine has a network. */
export type Network = "off" | "on" | "unknown";
/** Whether memory may be written to the disk. */
export type Swap = "off" | "on" | "unknown";

/** State in plain sight, on every screen. */
export interface Facts {
  environment: Environment;
  /** The vault's name, as its people call it. */
  vault: string;
  network: Network;
  swap: Swap;
  /** The head of the log as words, none while it is empty, or that it does not verify. */
  log: { words: string } | "none" | "broken";
  /** Names of the people who are here. */
  people: readonly string[];
  /** Labels of the tokens that are in a reader. */
  tokens: readonly string[];
}
