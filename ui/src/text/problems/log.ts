import type { Explanations } from "./explanation";

/** What problems mean: the audit log and what it was compared with. */
export const logProblems: Explanations = {
  "SR-LOG-STORAGE": {
    meaning: "The log could not be read or written. Nothing runs without its log.",
    remedy: "Check the disk, then open the vault again.",
  },
  "SR-LOG-STOPPED": {
    meaning: "A write to the log failed, so everything was stopped.",
    remedy: "Check the disk, then open the vault again.",
  },
  "SR-LOG-NOT-A-LOG": {
    meaning: "The file in the log's place is something else.",
    remedy: "Put back the log folder that belongs to this vault.",
  },
  "SR-LOG-FOREIGN": {
    meaning: "The log belongs to another vault.",
    remedy: "Put back the log folder that belongs to this vault.",
  },
  "SR-LOG-EXISTS": {
    meaning: "There is a log in this place already. It was not touched.",
    remedy: "Open the vault instead of making it.",
  },
  "SR-LOG-DAMAGED": {
    meaning:
      "An entry of the log is not as it was written. Somebody changed it, or the disk failed.",
    remedy:
      "Change nothing. Keep a copy of the vault and let an auditor compare it with the " +
      "minutes.",
  },
  "SR-LOG-TAIL": {
    meaning: "More lies behind the log's last signature than an interrupted write leaves.",
    remedy:
      "Change nothing. Keep a copy of the vault and let an auditor compare it with the " +
      "minutes.",
  },
  "SR-LOG-NO-CHECKPOINT": {
    meaning: "The log has no signature, so its past cannot be vouched for.",
    remedy: "Compare the log with a checkpoint from the minutes or from a backup.",
  },
  "SR-LOG-CHECKPOINT": {
    meaning: "The log's signature cannot be read, so its past cannot be vouched for.",
    remedy: "Compare the log with a checkpoint from the minutes or from a backup.",
  },
  "SR-LOG-SIGNATURE": {
    meaning: "The log is signed by another key than its own.",
    remedy: "Compare the log with a checkpoint from the minutes or from a backup.",
  },
  "SR-LOG-COSIGNATURE": {
    meaning: "A note that says who cosigned the log is not what these people signed.",
    remedy:
      "Keep the note, compare it with the copy that the holder took along, and call the " +
      "auditor.",
  },
  "SR-LOG-POLICY": {
    meaning: "The file that says who must have cosigned the log cannot be used.",
    remedy: "Write it with at_least, of and days, as the list of commands shows.",
  },
  "SR-LOG-EVENT": {
    meaning: "The program tried to write something that the log does not take. It did not go on.",
    remedy: "Report this as a fault of the program. The operation was not recorded.",
  },
  "SR-LOG-INTENT": {
    meaning: "The program tried to end something that it had not begun.",
    remedy: "Report this as a fault of the program. The operation was not recorded.",
  },
  "SR-LOG-ACT": {
    meaning: "The program tried to write changes in the wrong order.",
    remedy: "Report this as a fault of the program. The operation was not recorded.",
  },
  "SR-LOG-CONSISTENT": {
    meaning: "Everything that the log was compared with agrees, up to its last entry.",
    remedy: "Nothing is to be done.",
  },
  "SR-LOG-FRESHNESS": {
    meaning:
      "Everything agrees, but the newest entries were compared with nothing outside of this " +
      "machine.",
    remedy: "Compare the log's head with the next minutes, a token or a witness.",
  },
  "SR-LOG-ROLLBACK": {
    meaning: "A paper, token or witness knows more entries than the log has. Its end was cut off.",
    remedy: "Change nothing. Keep a copy of the vault and call the auditor.",
  },
  "SR-LOG-FORK": {
    meaning: "A paper, token or witness knows another log of the same length. Two histories exist.",
    remedy: "Change nothing. Keep a copy of the vault and call the auditor.",
  },
  "SR-LOG-REWRITE": {
    meaning:
      "A paper, token or witness knows another past than the log tells. Its past was changed.",
    remedy: "Change nothing. Keep a copy of the vault and call the auditor.",
  },
  "SR-LOG-ENVIRONMENT": {
    meaning: "The log holds an entry of another environment.",
    remedy: "Change nothing. Keep a copy and call the auditor.",
  },
  "SR-LOG-TORN": {
    meaning: "The last write to the log was interrupted. No finished entry is concerned.",
    remedy: "Open the vault once for writing. It is then put in order and noted.",
  },
  "SR-LOG-UNMATCHED": {
    meaning: "Something was begun, and the log does not say how it ended.",
    remedy: "Find out what became of it. Resume it or account for it.",
  },
  "SR-TRANSCRIPT-MALFORMED": {
    meaning: "This file is no transcript of a ceremony.",
    remedy: "Ask for the file again, as the vault's program wrote it.",
  },
  "SR-TRANSCRIPT-FIELD": {
    meaning: "A field of the transcript was changed.",
    remedy: "Keep this file as evidence, and ask for another copy from the vault.",
  },
  "SR-TRANSCRIPT-DIGESTS": {
    meaning: "The list of digests in the transcript is not the one that the log names.",
    remedy: "Keep this file as evidence, and ask for another copy from the vault.",
  },
  "SR-TRANSCRIPT-ENTRY": {
    meaning: "The entry of the log that the transcript carries ends no ceremony.",
    remedy: "Keep this file as evidence, and ask for another copy from the vault.",
  },
  "SR-TRANSCRIPT-PROOF": {
    meaning: "The log whose head the transcript carries does not have this entry.",
    remedy: "Keep this file as evidence, and ask for another copy from the vault.",
  },
  "SR-TRANSCRIPT-HEAD": {
    meaning: "The head of the log in the transcript is not signed by the log's key.",
    remedy: "Keep this file as evidence, and ask for another copy from the vault.",
  },
  "SR-TRANSCRIPT-UNEXPECTED": {
    meaning: "The transcript has another key, head or script than the one it was compared with.",
    remedy: "Find out which of the two is the right one before you believe either.",
  },
  "SR-TRANSCRIPT-SCRIPT": {
    meaning: "The script in the transcript was changed.",
    remedy: "Keep this file as evidence, and ask for another copy from the vault.",
  },
  "SR-TRANSCRIPT-RUN": {
    meaning: "What the transcript tells cannot have happened in this order.",
    remedy: "Keep this file as evidence, and ask for another copy from the vault.",
  },
  "SR-TRANSCRIPT-NOWHERE": {
    meaning:
      "A text that was to be withheld stands nowhere in the transcript. Nothing was written.",
    remedy: "Compare its spelling with the minutes.",
  },
  "SR-TRANSCRIPT-NONE": {
    meaning: "This vault has no transcript of the ceremony.",
    remedy: "Ceremonies have one once they are over, and since this version of the program.",
  },
  "SR-TRANSCRIPT-COPY": {
    meaning: "The transcript in the vault's folder is not the one on the record.",
    remedy: "Put the folder of documents back from a backup.",
  },
};
