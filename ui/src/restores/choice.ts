/** What is chosen of an archive: patterns, and what they say about an entry of the list. */

/** Something inside an archive that a pattern may choose. */
export interface Choosable {
  /** The pattern that chooses it; null if its name cannot be written down. */
  readonly pattern: string | null;
}

/** How much of an entry the patterns choose that were made from the list. */
export function choiceOf(
  patterns: readonly string[],
  { pattern }: Choosable,
): "all" | "some" | "none" {
  if (pattern === null) return "none";
  // A slash in a pattern that was made from the list only ever parts folders.
  if (patterns.some((chosen) => chosen === pattern || isInside(pattern, chosen))) return "all";
  return patterns.some((chosen) => isInside(chosen, pattern)) ? "some" : "none";
}

/** The patterns with an entry that was not chosen: what lies in it needs no pattern of its own. */
export function withEntry(patterns: readonly string[], { pattern }: Choosable): string[] {
  if (pattern === null) return [...patterns];
  return [...patterns.filter((chosen) => !isInside(chosen, pattern)), pattern];
}

function isInside(pattern: string, folder: string): boolean {
  return pattern.startsWith(`${folder}/`);
}
