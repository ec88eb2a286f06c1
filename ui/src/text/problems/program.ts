import type { Explanations } from "./explanation";

/** What problems mean: the command line. */
export const programProblems: Explanations = {
  "SR-CLI-ANSWERS": {
    meaning: "Answers and PINs from a file are for drills only.",
    remedy: "Name the people without PINs. They will be asked.",
  },
  "SR-CLI-CEREMONY-OVER": {
    meaning: "The ceremony is over. Nothing can be done in it any more.",
    remedy: "Begin a new ceremony.",
  },
  "SR-CLI-IO": {
    meaning: "A file, a folder or the terminal could not be used.",
    remedy: "Check the file, folder or terminal that the command was given.",
  },
  "SR-CLI-NO-ARCHIVE": {
    meaning: "It was not said which archive is restored, or where to.",
    remedy: "Name the archive and the folder.",
  },
  "SR-CLI-NO-ROSTER": {
    meaning: "It was not said who takes part.",
    remedy: "Name the people in a file.",
  },
  "SR-CLI-NO-SHARES": {
    meaning: "No share was given, so nothing was opened.",
    remedy: "Give each share as a file, or type the words on a terminal.",
  },
  "SR-CLI-NO-SUCH-KEY": {
    meaning: "This vault has no such key.",
    remedy: "Look at the list of keys. A first key is made by a ceremony.",
  },
  "SR-CLI-NOT-CONFIRMED": {
    meaning: "Somebody did not confirm a step, so it was not done.",
    remedy: "Begin again when everybody is ready.",
  },
  "SR-CLI-RECIPIENT-FILE": {
    meaning: "The recipient could not be read, so nothing was sealed.",
    remedy: "Give the text age1pq1… itself, or a file that holds it.",
  },
  "SR-CLI-SHARE-FILE": {
    meaning: "The file with a share could not be read.",
    remedy: "Check the path and that you may read it.",
  },
  "SR-CLI-SHEETS-ON-DISK": {
    meaning: "A sheet with a real share would have been written to a disk, where it could stay.",
    remedy: "Choose a folder in memory, and print from there.",
  },
  "SR-CLI-UNANSWERED": {
    meaning: "The file with the answers for a drill leaves something open.",
    remedy: "Compare the file with the example that comes with the program.",
  },
};
