import type { Explanations } from "./explanation";

/** What problems mean: media on the record and their checks. */
export const mediaProblems: Explanations = {
  "SR-MEDIA-UNKNOWN": {
    meaning: "The volumes were recognised, but no medium on the record carries them.",
    remedy: "Write a name on the medium and put it on the record.",
  },
  "SR-MEDIA-AMBIGUOUS": {
    meaning: "Several media carry these volumes, and their content cannot tell them apart.",
    remedy: "Read the name that is written on the medium, and choose it.",
  },
  "SR-MEDIA-NOT-KEPT": {
    meaning: "No medium of this name is kept, or it was given up.",
    remedy: "Look at the list of media for its name.",
  },
  "SR-MEDIA-NAME-TAKEN": {
    meaning: "Another medium has this name. Two media with one name could not be told apart.",
    remedy: "Write another name on the medium.",
  },
  "SR-MEDIA-NAME": {
    meaning: "This text is empty, too long, or holds something that nobody can see.",
    remedy: "A name has 1 to 100 characters, a place up to 200, all of them visible.",
  },
  "SR-MEDIA-OTHER-CONTENT": {
    meaning: "Something else is connected than what this medium carries on the record.",
    remedy: "Read the name on the medium, and put in the right one.",
  },
  "SR-MEDIA-REPLACED": {
    meaning: "The volume on this medium is not the one that was first seen on it.",
    remedy: "Keep the medium as it is, use another copy, and find out who wrote it and when.",
  },
  "SR-MEDIA-GONE": {
    meaning: "The medium was taken out while it was read. Nothing was written down as damaged.",
    remedy: "Put it back in and check it again.",
  },
  "SR-SHELL-MEDIUM-KIND": {
    meaning: "The program does not know this kind of medium.",
    remedy: "Choose what the medium is from the list.",
  },
};
