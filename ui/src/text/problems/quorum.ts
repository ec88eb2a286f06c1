import type { Explanations } from "./explanation";

/** What problems mean: shares, splits and quorums. */
export const quorumProblems: Explanations = {
  "SR-QUORUM-NONE": {
    meaning: "The shares that are here do not open the key. The seed was not made.",
    remedy: "Look at each share's own line, then ask more holders to come.",
  },
  "SR-QUORUM-TOO-FEW": {
    meaning: "Everything so far is right. One group needs more of its holders.",
    remedy: "Ask more holders of the group to come.",
  },
  "SR-QUORUM-TOO-FEW-GROUPS": {
    meaning: "Everything so far is right. Another group must agree as well.",
    remedy: "Ask holders of another group to come.",
  },
  "SR-QUORUM-DUPLICATE": {
    meaning: "One share counts once, however often it is entered.",
    remedy: "Ask for the share of another holder.",
  },
  "SR-QUORUM-FOREIGN-KEY": {
    meaning: "The share is real, but it belongs to another master key.",
    remedy: "Ask the holder for the sheet or token of the key that is needed.",
  },
  "SR-QUORUM-OTHER-ENVIRONMENT": {
    meaning: "The share belongs to another environment. A drill's share never opens production.",
    remedy: "Ask the holder for the sheet or token of the environment that is needed.",
  },
  "SR-QUORUM-RETIRED-SPLIT": {
    meaning: "The share comes from an older split. It was replaced and opens nothing any more.",
    remedy: "Ask the holder for the sheet or token of the split that counts.",
  },
  "SR-QUORUM-OTHER-SPLIT": {
    meaning:
      "The share comes from another split than the rest. Shares of two splits do not combine.",
    remedy: "Ask the holder for the sheet or token of the split that counts.",
  },
  "SR-QUORUM-SIZE": {
    meaning: "The words are a share of something else, not of a master key.",
    remedy: "Ask the holder for the sheet or token of the split that counts.",
  },
  "SR-QUORUM-OTHER-WORDS": {
    meaning:
      "The words and the lines above them do not belong together. Somebody mixed two sheets.",
    remedy: "Go on without this share. Keep the sheet as evidence, and report it.",
  },
  "SR-QUORUM-ALTERED": {
    meaning: "This is not the share that was handed out. It was changed since.",
    remedy: "Go on without this share. Keep the sheet as evidence, and report it.",
  },
  "SR-QUORUM-WRONG-SHARE": {
    meaning: "This share is false. The others open the key without it.",
    remedy: "Go on without this share. Keep the sheet as evidence, and report it.",
  },
  "SR-QUORUM-OTHER-RECORD": {
    meaning: "What stands around the words is not what the vault knows of this share.",
    remedy: "Enter the words alone; they are enough. Report the difference.",
  },
  "SR-QUORUM-DISAGREE": {
    meaning:
      "At least one share is false, and with so few it cannot be said which. Nothing was " +
      "opened.",
    remedy: "Bring one more share of each group, so that the false one is found.",
  },
  "SR-QUORUM-OTHER-RESULT": {
    meaning: "The shares fit together, but they open another key than the one that is needed.",
    remedy: "Bring the shares of the key that is needed.",
  },
  "SR-QUORUM-WORD-COUNT": {
    meaning: "A share is 33 words. Some are not there, or there are too many.",
    remedy: "Enter all 33 words of the sheet, in their order.",
  },
  "SR-QUORUM-UNKNOWN-WORD": {
    meaning: "One word is not among the words that a share can have. It was misread or mistyped.",
    remedy: "Compare the word with the sheet, letter by letter.",
  },
  "SR-QUORUM-CHECKSUM": {
    meaning:
      "All words are known, but together they are no share. One is another, or two changed " +
      "places.",
    remedy: "Compare every word with the sheet.",
  },
  "SR-QUORUM-MALFORMED": {
    meaning: "The words fit together, but Strongroom did not make them.",
    remedy: "Use the sheet of this split.",
  },
  "SR-QUORUM-EXPONENT": {
    meaning:
      "The words ask for far more work than any share of Strongroom. They come from " +
      "elsewhere.",
    remedy: "Use the sheet of this split.",
  },
  "SR-QUORUM-SET-EMPTY": {
    meaning: "No share was given.",
    remedy: "Bring as many shares of one split as its thresholds say.",
  },
  "SR-QUORUM-SET-MIXED": {
    meaning: "The shares come from different splits. They do not combine.",
    remedy: "Bring as many shares of one split as its thresholds say.",
  },
  "SR-QUORUM-SET-DUPLICATE": {
    meaning: "One share is there twice. It counts once.",
    remedy: "Bring as many shares of one split as its thresholds say.",
  },
  "SR-QUORUM-SET-MEMBERS": {
    meaning: "One group brought more or fewer shares than it combines.",
    remedy: "Bring as many shares of one split as its thresholds say.",
  },
  "SR-QUORUM-SET-GROUPS": {
    meaning: "More or fewer groups are here than combine.",
    remedy: "Bring as many shares of one split as its thresholds say.",
  },
  "SR-QUORUM-SET-DIGEST": {
    meaning: "The shares contradict each other, so at least one is false. Nothing was opened.",
    remedy: "Bring one more share of each group, so that the false one is found.",
  },
  "SR-QUORUM-SET-PARAMETERS": {
    meaning: "A key cannot be split this way. Nothing was split.",
    remedy: "Choose 1 to 16 groups of 1 to 16 members, and thresholds within these counts.",
  },
  "SR-QUORUM-POLICY-GROUPS": {
    meaning: "The number of groups that must agree does not fit the number of groups.",
    remedy: "Change the threshold, or the number of groups.",
  },
  "SR-QUORUM-POLICY-MEMBERS": {
    meaning: "The number of holders who must agree does not fit the number of holders.",
    remedy: "Change the threshold, or the number of holders.",
  },
  "SR-QUORUM-POLICY-NAME": {
    meaning: "The name would mislead on a sheet, or would not fit there.",
    remedy: "Write the name as it shall stand on the sheet.",
  },
  "SR-QUORUM-POLICY-SAME-GROUP": {
    meaning: "Two groups have one name. In the room nobody could tell them apart.",
    remedy: "Give each group a name of its own.",
  },
  "SR-QUORUM-POLICY-SAME-HOLDER": {
    meaning: "One person would hold two shares. Fewer people than planned could open the key.",
    remedy: "Name another person, or tell two people of one name apart in writing.",
  },
  "SR-QUORUM-RANDOMNESS": {
    meaning: "The machine's randomness repeats itself. A key made here could be guessed.",
    remedy: "Stop the ceremony. This machine must not make keys.",
  },
  "SR-QUORUM-FACTS": {
    meaning: "The key in memory is not the one that was announced. Nothing was split.",
    remedy: "Start the ceremony again from the seed.",
  },
  "SR-QUORUM-PROOF": {
    meaning: "The new shares do not prove themselves. None was handed out.",
    remedy: "Stop the ceremony and use another machine: its memory or processor may be faulty.",
  },
  "SR-QUORUM-RECORD": {
    meaning:
      "What is known about this share cannot be read. The words themselves are not concerned.",
    remedy: "Enter the words alone; they are enough.",
  },
  "SR-QUORUM-ENCODING": {
    meaning:
      "What is known about this share cannot be read. The words themselves are not concerned.",
    remedy: "Enter the words alone; they are enough.",
  },
  "SR-QUORUM-DESCRIPTION": {
    meaning: "What the vault knows about the split is damaged. The shares are not concerned.",
    remedy: "Use another copy of the registry.",
  },
  "SR-QUORUM-TEXT-TOO-LONG": {
    meaning: "The file is larger than any share file. It is something else.",
    remedy: "Compare the file with the sheet, or leave only the line with the words.",
  },
  "SR-QUORUM-TEXT-LINE": {
    meaning: "One line of the file is none that a share file has.",
    remedy: "Compare the file with the sheet, or leave only the line with the words.",
  },
  "SR-QUORUM-TEXT-REPEATED": {
    meaning: "One line is in the file twice, so it is not certain which one counts.",
    remedy: "Compare the file with the sheet, or leave only the line with the words.",
  },
  "SR-QUORUM-TEXT-MISSING": {
    meaning: "One line of the file is not there.",
    remedy: "Compare the file with the sheet, or leave only the line with the words.",
  },
  "SR-QUORUM-TEXT-VALUE": {
    meaning: "One line of the file says something that cannot be.",
    remedy: "Compare the file with the sheet, or leave only the line with the words.",
  },
  "SR-QUORUM-TEXT-RECORD": {
    meaning: "The lines of the file do not describe a share.",
    remedy: "Compare the file with the sheet, or leave only the line with the words.",
  },
  "SR-THRESHOLD-MALFORMED": {
    meaning: "This file is no lock and no split of an archive, or it was damaged.",
    remedy: "Take another copy of the file; one lies with each copy of the archive.",
  },
  "SR-THRESHOLD-UNKNOWN": {
    meaning: "This file contradicts itself, or a newer program made it.",
    remedy: "Use the newest version of this program.",
  },
  "SR-THRESHOLD-TOO-LONG": {
    meaning: "This file is longer than any of its kind.",
    remedy: "Take another copy of the file; one lies with each copy of the archive.",
  },
  "SR-THRESHOLD-ONE-TOKEN": {
    meaning: "In threshold mode each holder has exactly one token.",
    remedy: "Name one token for each holder.",
  },
  "SR-THRESHOLD-SAME-TOKEN": {
    meaning: "One token stands for two holders, who would speak with one voice.",
    remedy: "Give each holder a token of their own.",
  },
  "SR-THRESHOLD-NOT-ENROLLED": {
    meaning: "The lock names a token with which this holder was not enrolled.",
    remedy: "Do not seal to it. Make a lock of the tokens that the holders have now.",
  },
  "SR-THRESHOLD-NOT-SIGNED": {
    meaning: "A signature in the lock is not this holder's signature of this lock.",
    remedy: "Do not seal to it. Ask the holder whether they signed this lock.",
  },
  "SR-THRESHOLD-NO-SHARE": {
    meaning: "Nobody of that name holds a share of this archive.",
    remedy: "Ask one of the holders that the archive's split names.",
  },
  "SR-THRESHOLD-FOREIGN-ENVELOPE": {
    meaning: "An envelope in this file belongs to another share or another archive.",
    remedy: "Take another copy of the file; one lies with each copy of the archive.",
  },
};
