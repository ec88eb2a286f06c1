import type { Explanations } from "./explanation";

/** What problems mean: master keys, capsules and age files. */
export const keysProblems: Explanations = {
  "SR-KEYS-RECIPIENT": {
    meaning: "The text does not name a master key, so nothing can be sealed to it.",
    remedy: "Copy the recipient again from its file. Compare its fingerprint, not its letters.",
  },
  "SR-KEYS-IDENTITY": {
    meaning: "What was typed is not the secret half of a master key. Nothing was opened.",
    remedy: "Type the identity again: capital letters, 77 characters.",
  },
  "SR-KEYS-CAPSULE-FACTS": {
    meaning:
      "This copy of the capsule says two things that cannot both be true. It is not trusted.",
    remedy:
      "Use another copy: one at each end of every volume, one in the capsule file, one in the " +
      "vault.",
  },
  "SR-KEYS-CAPSULE-ENCODING": {
    meaning: "This copy of the capsule is damaged. Other copies may be whole.",
    remedy:
      "Use another copy: one at each end of every volume, one in the capsule file, one in the " +
      "vault.",
  },
  "SR-KEYS-CAPSULE-ALTERED": {
    meaning: "This copy of the capsule was changed after it was made. It opens nothing.",
    remedy: "Use another copy, keep this one as evidence, and report it.",
  },
  "SR-KEYS-UNKNOWN-SUITE": {
    meaning: "The archive was sealed by a newer program, in a way that this one does not know.",
    remedy: "Use the version of Strongroom that wrote the archive.",
  },
  "SR-KEYS-OTHER-KEY": {
    meaning: "The shares are right, but they open another master key than the one of this archive.",
    remedy: "Bring the shares of the master key that the archive names.",
  },
  "SR-KEYS-NEEDS-QUORUM": {
    meaning: "What gives a key more, or cannot be taken back, is not one person's to decide.",
    remedy: "Hold a ceremony: rotation makes a key that takes its place.",
  },
  "SR-KEYS-TRANSITION": {
    meaning: "A master key cannot go from its present state to this one. Its state is unchanged.",
    remedy: "Look at the key's history and choose a state that it can go to.",
  },
  "SR-AGE-HEADER": {
    meaning: "The file is not one that age wrote, or it is in its text form.",
    remedy: "Give the binary file as age wrote it, without armor.",
  },
  "SR-AGE-HEADER-ALTERED": {
    meaning:
      "The beginning of the file was changed after it was written. Its content is not " +
      "trusted.",
    remedy: "Use another copy of the file, and keep this one as evidence.",
  },
  "SR-AGE-IO": {
    meaning: "The file could not be read, or not be written to its end.",
    remedy: "Look at the medium and its free space, then try again.",
  },
  "SR-AGE-OTHER-KEY": {
    meaning: "The file was sealed to another master key. The shares in this room do not open it.",
    remedy: "Bring the shares of the master key that it was sealed to.",
  },
  "SR-AGE-PAYLOAD": {
    meaning:
      "Part of the file is damaged, or its end is not there. Nothing after that place is " +
      "trusted.",
    remedy: "Use another copy of the file.",
  },
};
