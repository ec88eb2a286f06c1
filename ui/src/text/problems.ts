import { archivesProblems } from "./problems/archives";
import { ceremoniesProblems } from "./problems/ceremonies";
import { entryProblems } from "./problems/entry";
import type { Explanation, Explanations } from "./problems/explanation";
import { keysProblems } from "./problems/keys";
import { logProblems } from "./problems/log";
import { mediaProblems } from "./problems/media";
import { programProblems } from "./problems/program";
import { quorumProblems } from "./problems/quorum";
import { restoresProblems } from "./problems/restores";
import { tokensProblems } from "./problems/tokens";
import { vaultProblems } from "./problems/vault";

/**
 * Every problem that the program can name, explained by its code.
 * A test compares the codes with those in the Rust sources.
 */
export const problems: Explanations = {
  ...keysProblems,
  ...archivesProblems,
  ...mediaProblems,
  ...restoresProblems,
  ...quorumProblems,
  ...tokensProblems,
  ...ceremoniesProblems,
  ...vaultProblems,
  ...entryProblems,
  ...logProblems,
  ...programProblems,
};

const UNKNOWN: Explanation = {
  meaning: "The program stopped because of something that has no explanation here yet.",
  remedy: "Do not go on before somebody has looked at it. Report the code and the details.",
};

/**
 * What a code means. The program's own remedy, where it came with the error, knows the facts and
 * is better than the one here.
 */
export function explain(code: string, remedy?: string): Explanation {
  const known = problems[code] ?? UNKNOWN;
  return remedy ? { ...known, remedy } : known;
}
