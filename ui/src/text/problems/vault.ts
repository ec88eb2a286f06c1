import type { Explanations } from "./explanation";

/** What problems mean: the vault, its registry and its documents. */
export const vaultProblems: Explanations = {
  "SR-VAULT-FILE": {
    meaning: "A file of the vault could not be used.",
    remedy: "Check the path, the permissions and the disk.",
  },
  "SR-VAULT-NOT-EMPTY": {
    meaning: "The folder holds other things. A vault is not put among them.",
    remedy: "Choose an empty or a new folder.",
  },
  "SR-VAULT-EXISTS": {
    meaning: "There is a vault in this folder already. It was not touched.",
    remedy: "Open it, or choose another folder.",
  },
  "SR-VAULT-NOT-A-VAULT": {
    meaning: "Nothing of a vault was found in this folder, so nothing was opened.",
    remedy: "Check the path, or make a vault there.",
  },
  "SR-VAULT-UNFINISHED": {
    meaning: "Making this vault was interrupted. It holds nothing yet.",
    remedy: "Make the vault again in the same folder.",
  },
  "SR-VAULT-IN-USE": {
    meaning: "One program at a time may use a vault, and another one does.",
    remedy: "Close the other program and try again.",
  },
  "SR-VAULT-CATALOGUE-CHANGED": {
    meaning: "The list of what is inside an archive was changed. A restore does not depend on it.",
    remedy: "Put the list back from a backup. Until then write patterns by hand.",
  },
  "SR-CATALOGUE-SQL": {
    meaning: "The list of what is inside an archive could not be used.",
    remedy: "Check the disk. Until then write patterns by hand.",
  },
  "SR-CATALOGUE-NOT-A-CATALOGUE": {
    meaning: "The file is not a list of contents that this program knows.",
    remedy: "Put the list back from a backup. Until then write patterns by hand.",
  },
  "SR-CATALOGUE-DAMAGED": {
    meaning: "The list of what is inside an archive contradicts itself.",
    remedy: "Write patterns by hand, and check the vault with fsck.",
  },
  "SR-VAULT-LOG-KEY": {
    meaning: "The log in this folder was not written by this vault. It may have been exchanged.",
    remedy: "Put back the log folder that belongs to this vault.",
  },
  "SR-VAULT-REGISTRY-BEHIND": {
    meaning: "The registry is older than the log. One of both is an old copy.",
    remedy: "Change nothing. Compare with a backup and with the minutes.",
  },
  "SR-VAULT-LOG-BEHIND": {
    meaning: "The log is older than the registry. One of both is an old copy.",
    remedy: "Change nothing. Compare with a backup and with the minutes.",
  },
  "SR-VAULT-REGISTRY-CHANGED": {
    meaning: "Somebody changed the registry with another program.",
    remedy: "Change nothing. Compare vault.sqlite with a backup, and call the auditor.",
  },
  "SR-VAULT-FILE-NAME": {
    meaning: "The name could lead outside of the folder of documents.",
    remedy: "Use a name without slashes that does not begin with a dot.",
  },
  "SR-VAULT-OPERATION": {
    meaning: "The program named something that it does not know itself.",
    remedy: "Report this as a fault of the program.",
  },
  "SR-VAULT-MISSING": {
    meaning: "A part of the vault is not there.",
    remedy: "Put it back from a backup.",
  },
  "SR-VAULT-PERMISSIONS": {
    meaning: "Other people who use this machine may read the vault.",
    remedy: "Take the permissions of group and others away.",
  },
  "SR-VAULT-PARTIAL": {
    meaning: "An interrupted write left a file behind. Nothing uses it.",
    remedy: "Remove the file.",
  },
  "SR-REGISTRY-SQL": {
    meaning: "The registry could not be read or changed. The disk may be failing or full.",
    remedy: "Check the disk, then check the vault.",
  },
  "SR-REGISTRY-NOT-A-REGISTRY": {
    meaning: "The file in the registry's place is something else.",
    remedy: "Put back the vault.sqlite that belongs to this vault.",
  },
  "SR-REGISTRY-NEWER": {
    meaning: "A newer program used this vault. This one could misread it, so it does not try.",
    remedy: "Open the vault with the newer program.",
  },
  "SR-REGISTRY-OLDER": {
    meaning: "An older program used this vault last. It is brought up to date before it is read.",
    remedy: "Open the vault once for work, for example with strongroom media list.",
  },
  "SR-REGISTRY-REFUSED": {
    meaning: "The registry keeps a rule that this change would break. Nothing was changed.",
    remedy: "Do what the rule asks for first.",
  },
  "SR-REGISTRY-MISSING": {
    meaning: "The registry does not know what was named. Nothing was changed.",
    remedy: "Check the name.",
  },
  "SR-REGISTRY-INTERRUPTED": {
    meaning: "A change was interrupted. It will be undone when the vault is opened for writing.",
    remedy: "Open the vault once for writing.",
  },
  "SR-REGISTRY-BUSY": {
    meaning: "Another program is changing the registry.",
    remedy: "Close the other program and try again.",
  },
  "SR-REGISTRY-OUTBOX": {
    meaning: "The last change is in the registry but not yet in the log. Nothing is lost.",
    remedy: "Open the vault again. The log is then brought up to date.",
  },
  "SR-REGISTRY-DAMAGED": {
    meaning: "The registry is damaged in one place.",
    remedy: "Change nothing. Put vault.sqlite back from a backup.",
  },
  "SR-SPLIT-UNPROVED": {
    meaning: "A split counts although not every share was proved. A holder may hold nothing.",
    remedy: "Prove every share before the key is used.",
  },
  "SR-SPLIT-HALF-MADE": {
    meaning: "A split was begun and never finished. Its shares open nothing.",
    remedy: "Void it and split again.",
  },
  "SR-KEY-NO-SPLIT": {
    meaning:
      "A key is in use although nobody holds shares that count. What is sealed to it stays " +
      "closed.",
    remedy: "Stop sealing to it, and make a new key.",
  },
  "SR-DOCUMENT-CHANGED": {
    meaning: "A document is not there, or is not the one that was written.",
    remedy: "Put it back from a backup or from paper.",
  },
  "SR-DOCUMENT-UNKNOWN": {
    meaning: "A file lies among the documents that the vault did not put there.",
    remedy: "Find out where it comes from, and move it elsewhere.",
  },
  "SR-DOCUMENT-UNNAMED": {
    meaning: "A crash came between a document and its name. Nothing of it is lost.",
    remedy: "Leave it. The next ceremony, seal or restore puts it in order.",
  },
  "SR-REGISTRY-SCHEMA": {
    meaning: "The structure of the registry was changed behind the program's back.",
    remedy: "Change nothing. Compare the vault with a backup, and call the auditor.",
  },
  "SR-VAULT-INTENT-CLOSED": {
    meaning: "Somebody closed this operation in the log while it was still running.",
    remedy: "Read the log, and write down what came of the operation.",
  },
  "SR-VAULT-KEY": {
    meaning:
      "A recipient and its fingerprint do not belong together. Somebody changed the registry.",
    remedy: "Change nothing. Compare the vault with a backup, and call the auditor.",
  },
  "SR-VAULT-KEY-STATE": {
    meaning: "The state of the key does not allow this.",
    remedy: "Look at the key's state. Only an active key seals.",
  },
  "SR-VAULT-PART-MISSING": {
    meaning: "A part of the vault is not there or cannot be read.",
    remedy: "Put it back from a backup. Make no new vault in its place.",
  },
};
