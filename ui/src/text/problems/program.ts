import type { Explanations } from "./explanation";

/** What problems mean: the command line and the window. */
export const programProblems: Explanations = {
  "SR-SHELL-PROJECTOR": {
    meaning: "The second window could not be opened. The ceremony goes on.",
    remedy: "Show the ceremony large in this window instead.",
  },
  "SR-CLI-ANSWERS": {
    meaning: "Answers and PINs from a file are for drills only.",
    remedy: "Name the people without PINs. They will be asked.",
  },
  "SR-CLI-SEALED-UNRECORDED": {
    meaning: "The archive is whole, but the vault could not write down that it was sealed.",
    remedy: "Keep the archive, do not seal it again, and put the vault in order.",
  },
  "SR-CLI-ENROL-MODULE": {
    meaning: "A PKCS#11 token attests nothing, so it is not enrolled by itself, only in a genesis.",
    remedy: "Leave out --pkcs11, or hold a genesis whose roster names the token and says why.",
  },
  "SR-CLI-NOTHING-TO-COPY": {
    meaning: "Every share of this person lies on this token already, or there is none.",
    remedy: "Look at the list of shares.",
  },
  "SR-CLI-IO": {
    meaning: "A file, a folder or the terminal could not be used.",
    remedy: "Check the file, folder or terminal that the command was given.",
  },
  "SR-CLI-NO-ARCHIVE": {
    meaning: "It was not said which archive is restored, or where to.",
    remedy: "Name the archive and the folder.",
  },
  "SR-CLI-OTHER-SPLIT": {
    meaning: "The file beside the archive holds the shares of another archive.",
    remedy: "Take the one that lies with another copy of this archive.",
  },
  "SR-CLI-PICTURE-FILE": {
    meaning: "The file with the picture could not be read, or is longer than any scan of a page.",
    remedy: "Scan the sheet's first page to a PNG file, in grey.",
  },
  "SR-CLI-LOCK-FILE": {
    meaning: "The file with the lock could not be read, or is longer than any lock.",
    remedy: "Take another copy of it; it is no secret.",
  },
  "SR-CLI-LOCK-HOLDER": {
    meaning: "A lock needs a token of everybody who shall open, and one of them has none in use.",
    remedy: "Enrol a token for that person first.",
  },
  "SR-CLI-LOCK-NAME": {
    meaning: "The name for the archives of a lock is missing, of another environment, or a key's.",
    remedy: "Write the vault's environment and a number that no master key has.",
  },
  "SR-CLI-SPLIT-FILE": {
    meaning: "The file that lies beside an archive of a lock could not be read.",
    remedy: "Take the one that lies with another copy of the archive.",
  },
  "SR-CLI-NO-REASON": {
    meaning: "A key was to be taken out of use, and nobody said who says so, or why.",
    remedy: "Name the person with --by and write a few words with --reason.",
  },
  "SR-CLI-NO-ROSTER": {
    meaning: "It was not said who takes part.",
    remedy: "Name the people in a file.",
  },
  "SR-CLI-NO-SHARES": {
    meaning: "No share was given, so nothing was opened.",
    remedy: "Give each share as a file, or type the words on a terminal.",
  },
  "SR-CLI-WHICH-TOKEN": {
    meaning: "It was not said which token is meant, and there is not exactly one.",
    remedy: "Insert one token, or name it by its serial number.",
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
  "SR-SHELL-NO-CONTENTS": {
    meaning: "The list of what is inside was opened before another vault or archive was shown.",
    remedy: "Open the archive again from the page of restores.",
  },
  "SR-SHELL-NOT-OPEN": {
    meaning:
      "Single files can be seen only while the quorum has the archive open and nothing runs.",
    remedy: "Look into files after the capsule was opened, before the restore begins.",
  },
  "SR-SHELL-NO-DRIVE": {
    meaning: "The volumes of this archive are not read through one drive, or no longer.",
    remedy: "Choose the drive again from the page of restores.",
  },
  "SR-SHELL-KEY": {
    meaning: "What was chosen is not the name of a key.",
    remedy: "Choose the key from the list.",
  },
  "SR-SHELL-OWNER": {
    meaning: "A line of the table does not say who somebody of the archive is here.",
    remedy: "Write OLD=NEW; make the user here first, or give its number.",
  },
  "SR-SHELL-NO-MEDIUM": {
    meaning: "The folder was chosen before the program was started again, or never.",
    remedy: "Choose it again.",
  },
  "SR-SHELL-SETTINGS": {
    meaning: "The page looks as you chose, but only until the program ends.",
    remedy: "Check that your data folder can be written and has room.",
  },
  "SR-CLI-ANCHOR-FILE": {
    meaning: "The file is no head of a log, as minutes or an archive carry it.",
    remedy: "Name a file that holds a signed head of this vault's log.",
  },
  "SR-CLI-ANSWERS-FILE": {
    meaning: "The file that names the people could not be read.",
    remedy: "Check its path and that you may read it.",
  },
  "SR-CLI-FILE": {
    meaning: "A file could not be read, or is longer than such a file can be.",
    remedy: "Check its path and what it holds.",
  },
  "SR-CLI-KEY-STATE": {
    meaning: "The key is not in use, so nothing new is sealed to it.",
    remedy: "Take the key that is in use.",
  },
  "SR-CLI-LOG-KEY": {
    meaning: "The head is signed by another log than that of this vault.",
    remedy: "Compare it with the minutes of this vault.",
  },
  "SR-CLI-LOG-HEAD": {
    meaning: "The log has no head that its key signed, so nothing proves what is in it.",
    remedy: "Verify the log and see what is wrong with it.",
  },
  "SR-CLI-POLICY-FILE": {
    meaning: "The file that says who must have cosigned the log could not be read.",
    remedy: "Check its path and that you may read it.",
  },
  "SR-CLI-NO-TOKEN": {
    meaning: "The vault knows no token in use of this person.",
    remedy: "See which tokens are enrolled, and write the name as it stands there.",
  },
  "SR-CLI-NO-HEAD": {
    meaning: "The archive carries no head of a log.",
    remedy: "Compare the log with minutes, or with an archive that carries a head.",
  },
  "SR-CLI-OUTPUT": {
    meaning: "What the program had to say could not be written.",
    remedy: "Check where its output goes, then run it again.",
  },
  "SR-CLI-TRANSCRIPT-FILE": {
    meaning: "The transcript could not be read.",
    remedy: "Check its path and that you may read it.",
  },
  "SR-CLI-WITHHOLD": {
    meaning: "An empty text would withhold every field of the transcript.",
    remedy: "Name what is to be withheld, such as a person or a place.",
  },
  "SR-CLI-OUTPUT-FILE": {
    meaning: "The file could not be written, or is there already.",
    remedy: "Name a file that does not exist, in a folder that does.",
  },
  "SR-CLI-SCRIPT-FILE": {
    meaning: "The script could not be read.",
    remedy: "Check its path and that you may read it.",
  },
  "SR-CLI-REPAIR-UNASKED": {
    meaning: "Mending writes onto the media, and nobody was there to be asked.",
    remedy: "Say --yes, or mend into a new copy with --repair-to.",
  },
  "SR-CLI-REPAIR-REFUSED": {
    meaning: "Nothing was written. The media are as they were.",
    remedy: "Mend into a new copy with --repair-to if that is safer.",
  },
  "SR-CLI-STILL-RUNNING": {
    meaning: "The operation is still running and will write its own end.",
    remedy: "Wait for its end.",
  },
  "SR-CLI-TARGET-NAME": {
    meaning: "The name of the folder cannot be shown as it is.",
    remedy: "Choose a folder with a plain name.",
  },
  "SR-CLI-OWNER": {
    meaning: "An owner was to become somebody whom this machine does not know.",
    remedy: "Write OLD=NEW; make the user here first, or give its number.",
  },
  "SR-CLI-NO-CATALOGUE": {
    meaning: "The list of what is inside is kept in a vault that knows the key, and only if asked.",
    remedy: "Name the vault when sealing, or list the archive with shares.",
  },
  "SR-CLI-EMPTY-INPUT": {
    meaning: "Nothing came in to be sealed. What should have written it may have failed.",
    remedy: "Check the program that writes the stream, then seal again.",
  },
  "SR-CLI-NO-TERMINAL": {
    meaning: "This needs people at a terminal, and there is none.",
    remedy: "Run it in a terminal.",
  },
  "SR-CLI-OTHER-ENVIRONMENT": {
    meaning: "The recipient belongs to another environment than the one that was named.",
    remedy: "Take the recipient of the environment that is meant.",
  },
  "SR-CLI-USAGE": {
    meaning: "The command was not understood.",
    remedy: "Read its help, then type it again.",
  },
};
