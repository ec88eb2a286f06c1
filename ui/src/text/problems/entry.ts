import type { Explanations } from "./explanation";

const FAULT = "Report this code as a fault of the program.";
const SAME_RELEASE = "Install both programs from the same release.";

/** What problems mean: the window in which secrets are typed and shown. */
export const entryProblems: Explanations = {
  "SR-ENTRY-START": {
    meaning: "The window for secrets did not open. Nothing was asked for, and nothing was shown.",
    remedy: "Install strongroom-entry beside the program, then try again.",
  },
  "SR-ENTRY-NO-DISPLAY": {
    meaning: "There is no screen on which the window for secrets could open.",
    remedy: "Work in a graphical session on this machine, or use the command line on a terminal.",
  },
  "SR-ENTRY-REFUSED": {
    meaning: "The window for secrets did not understand what it was asked to do.",
    remedy: SAME_RELEASE,
  },
  "SR-ENTRY-UNPROTECTED": {
    meaning: "The window could not shield what would be typed in it, so it asked for nothing.",
    remedy: "Use a machine with a newer kernel, or the command line on a terminal.",
  },
  "SR-ENTRY-OVERDUE": {
    meaning: "The window for secrets waited too long and was closed. What was typed is wiped.",
    remedy: "Try again when the person is ready.",
  },
  "SR-ENTRY-RECALLED": {
    meaning: "The question was called back, because the ceremony was given up. Nothing was taken.",
    remedy: "Nothing needs to be done.",
  },
  "SR-ENTRY-GONE": {
    meaning: "The window for secrets went away without an answer. What was typed is wiped.",
    remedy: "Try again. If it happens twice, report this code.",
  },
  "SR-ENTRY-PIPE": {
    meaning: "The connection to the window for secrets broke. What was typed is wiped.",
    remedy: "Try again. If it happens twice, install both programs from the same release.",
  },
  "SR-ENTRY-NAME": {
    meaning: "The window for secrets is of another release than the program that asks.",
    remedy: SAME_RELEASE,
  },
  "SR-ENTRY-OUTCOME": {
    meaning: "The window for secrets gave an answer that is none. It was thrown away.",
    remedy: SAME_RELEASE,
  },
  "SR-ENTRY-LENGTH": {
    meaning: "A message between the program and the window for secrets is too long.",
    remedy: FAULT,
  },
  "SR-ENTRY-RECORD": {
    meaning: "A message between the program and the window for secrets cannot be read.",
    remedy: FAULT,
  },
  "SR-ENTRY-LINE": {
    meaning: "A text that the window should show has signs that it never shows.",
    remedy: "Use plain letters in names. If the name is plain, report this code.",
  },
  "SR-ENTRY-RANGE": {
    meaning: "The program asked for an impossible number of characters.",
    remedy: FAULT,
  },
  "SR-ENTRY-TRIES": {
    meaning: "The token has no try left, or the program counted wrongly. No PIN was asked for.",
    remedy: "Check the token. If it has tries left, report this code.",
  },
  "SR-ENTRY-PLACES": {
    meaning: "The program asked for words at places that no share has.",
    remedy: FAULT,
  },
  "SR-ENTRY-SHARE": {
    meaning: "The program asked the window to show a share and gave none, or the reverse.",
    remedy: FAULT,
  },
  "SR-ENTRY-IDLE-TIME": {
    meaning: "The program asked the window to wait for an impossible time.",
    remedy: FAULT,
  },
};
