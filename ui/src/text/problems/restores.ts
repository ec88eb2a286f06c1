import type { Explanations } from "./explanation";

/** What problems mean: plans, approvals, restores and sealing. */
export const restoresProblems: Explanations = {
  "SR-ENGINE-FILE": {
    meaning: "A file or folder could not be used, so the program could not go on with it.",
    remedy: "Check that it exists, that you may use it, and that its disk has room.",
  },
  "SR-ENGINE-NAMELESS": {
    meaning: "What was chosen has no name of its own, so nothing could be called by it.",
    remedy: "Choose the folder itself, by its full path.",
  },
  "SR-ENGINE-NAME-TWICE": {
    meaning: "Two of the things to seal have one name. In the archive they would hide each other.",
    remedy: "Seal them one after the other, or rename one.",
  },
  "SR-ENGINE-CONFLICT": {
    meaning: "The target holds things of the same names. Nothing was overwritten.",
    remedy: "Choose an empty folder, or say what shall happen to what is there.",
  },
  "SR-ENGINE-IN-THE-WAY": {
    meaning: "A thing in the target stands where a folder must be. Nothing was written below it.",
    remedy: "Move it away, or choose an empty folder.",
  },
  "SR-ENGINE-SELECTION": {
    meaning: "The program cannot tell which files are meant. Nothing was chosen.",
    remedy: "Write the pattern with *, ?, ** and [a-z].",
  },
  "SR-ENGINE-LISTS-TOO-LARGE": {
    meaning: "What is in this archive is listed in more memory than may be used for it.",
    remedy: "Copy the volumes onto one disk, or connect them all at once.",
  },
  "SR-ENGINE-UNSOUND": {
    meaning: "Somebody changed what describes the archive, so nothing was written by it.",
    remedy: "Keep these media as they are, and bring another copy.",
  },
  "SR-ENGINE-ROOT-BESIDE": {
    meaning:
      "What describes the archive is left in a sidecar alone, and nothing on the volumes says " +
      "that it is the right one. Nothing was written onto the media.",
    remedy:
      "Mend into a new copy and keep these media as they are, or bring another copy of the last " +
      "volume.",
  },
  "SR-ENGINE-APART": {
    meaning:
      "A folder was chosen as a whole, and what is left of it cannot be written as patterns.",
    remedy: "Choose what you want of it one by one.",
  },
  "SR-ENGINE-NO-SUCH-ENTRY": {
    meaning: "The archive holds no file of that name. Nothing is lost; it was never in there.",
    remedy: "Look at the contents to see what is inside.",
  },
  "SR-ENGINE-DAMAGED-ENTRY": {
    meaning: "This file has lost parts. It is never given out as if it were whole.",
    remedy: "Restore it: what can be saved comes back, with a map of what is lost.",
  },
  "SR-ENGINE-NAMES-MAP": {
    meaning:
      "The map of translated names does not fit what is in this folder. Nothing was renamed.",
    remedy: "Move away what is in the way, or choose the right map.",
  },
  "SR-ENGINE-TARGET-IS-ARCHIVE": {
    meaning: "The archive itself lies in this folder. Nothing is ever written among its volumes.",
    remedy: "Choose another folder to restore into.",
  },
  "SR-ENGINE-STALE-PLAN": {
    meaning:
      "The archive is not as it was when the plan was made. The approvals do not fit it any " +
      "more.",
    remedy: "Make the plan again, and have it approved again.",
  },
  "SR-ENGINE-OTHER-PLAN": {
    meaning: "What was about to run is not what people approved. It did not run.",
    remedy: "Show the plan to everybody again, and have exactly it approved.",
  },
  "SR-ENGINE-EXPIRED": {
    meaning: "Approvals hold for a limited time, and that time is over. Nothing was restored.",
    remedy: "Make the plan again, and have it approved again.",
  },
  "SR-ENGINE-NO-ROOM": {
    meaning: "The target is too small for what would be restored. Nothing was written.",
    remedy: "Choose another target, make room, or restore fewer files.",
  },
  "SR-ENGINE-NO-INODES": {
    meaning: "The target can take fewer files than would be restored. Nothing was written.",
    remedy: "Choose a target on another disk, or restore fewer files.",
  },
  "SR-ENGINE-NAMES": {
    meaning: "The target cannot hold some of the names, and they were to stay as they are.",
    remedy: "Let names be translated, or choose a target on a Linux file system.",
  },
  "SR-ENGINE-IN-USE": {
    meaning: "The same archive is being restored into that folder at this moment.",
    remedy: "Wait for it to end, or choose another folder.",
  },
  "SR-ENGINE-CANCELLED": {
    meaning: "Somebody asked to stop. What already has its final name is whole.",
    remedy: "Try again, or ask for it again later: it goes on where it was.",
  },
  "SR-APPROVAL-OTHER-VAULT": {
    meaning:
      "This vault has no holders for the key of the archive. The people here cannot approve " +
      "it.",
    remedy: "Open the vault whose key it is. The archive's page shows the fingerprint.",
  },
  "SR-APPROVAL-NO-SHARE": {
    meaning: "This person holds no share of the key, and so cannot bring one.",
    remedy: "Ask a holder of this key's split. The key's page lists them.",
  },
  "SR-APPROVAL-SHARE": {
    meaning:
      "What this person brought is not the share that was handed out. It was not combined with " +
      "any other.",
    remedy: "Compare the check words of the sheet with the minutes, and type it again.",
  },
  "SR-APPROVAL-RETIRED": {
    meaning: "The token was retired. What is sealed to it counts no more, although it still opens.",
    remedy: "Use another token of this person, or the sheet. Hand the retired one in.",
  },
  "SR-APPROVAL-NOT-ENROLLED": {
    meaning: "The token is not one that was enrolled for this person.",
    remedy: "Use the token that was enrolled. If it is lost, the share must be made anew.",
  },
  "SR-APPROVAL-SIGNATURE": {
    meaning: "The approval was not signed by the token that this person was given.",
    remedy: "Stop. Find out whose token it is before anybody approves again.",
  },
  "SR-ENGINE-HIDDEN-TEXT": {
    meaning: "A text of the plan holds a character that hides or turns what is read.",
    remedy: "Write it again in plain text: people approve what they can read.",
  },
  "SR-ENGINE-TARGET-LINK": {
    meaning: "Something was put into the way of the target after the plan was made.",
    remedy: "Find out who did it. Then make the plan again and have it approved again.",
  },
  "SR-ENGINE-NOT-EMPTY": {
    meaning: "The folder to restore into is not empty.",
    remedy: "Choose an empty folder, or say what to do with what is there.",
  },
  "SR-ENGINE-NOTHING-SELECTED": {
    meaning: "A pattern fits nothing in the archive, so something would be missing.",
    remedy: "Compare the pattern with the list of what is inside.",
  },
};
