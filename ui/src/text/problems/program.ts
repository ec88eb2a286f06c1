import type { Explanations } from "./explanation";

/** What problems mean: the command line and the window. */
export const programProblems: Explanations = {
  "SR-CLI-ANSWERS": {
    meaning: "Answers and PINs from a file are for drills only.",
    remedy: "Name the people without PINs. They will be asked.",
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
  "SR-CLI-RECIPIENT-FILE": {
    meaning: "The recipient could not be read, so nothing was sealed.",
    remedy: "Give the text age1pq1… itself, or a file that holds it.",
  },
  "SR-CLI-SHARE-FILE": {
    meaning: "The file with a share could not be read.",
    remedy: "Check the path and that you may read it.",
  },
  "SR-SHELL-CEREMONY-OVER": {
    meaning: "The ceremony came to its end before this was said. Nothing was done with it.",
    remedy: "Look at how it ended, then begin a new one if one is needed.",
  },
  "SR-SHELL-CEREMONY-UNDER-WAY": {
    meaning: "There is room for one ceremony at a time, and one has not come to its end.",
    remedy: "Go to the ceremony. Bring it to its end, or give it up.",
  },
  "SR-SHELL-DATA-FOLDER": {
    meaning: "The program has no place in which to keep a vault. Nothing was made.",
    remedy: "Check that your home folder exists, is yours and has room.",
  },
  "SR-SHELL-NO-CEREMONY": {
    meaning: "No ceremony was begun since the program was started.",
    remedy: "Begin one from the page of ceremonies.",
  },
  "SR-SHELL-NO-MEDIUM": {
    meaning: "The folder was chosen before the program was started again, or never.",
    remedy: "Choose it again.",
  },
  "SR-SHELL-SETTINGS": {
    meaning: "The page looks as you chose, but only until the program ends.",
    remedy: "Check that your data folder can be written and has room.",
  },
};
