import type { Explanations } from "./explanation";

/** What problems mean: ceremonies, their scripts and their papers. */
export const ceremoniesProblems: Explanations = {
  "SR-CEREMONY-ROSTER": {
    meaning: "Not enough people, or too many, are named for a role. The ceremony has not begun.",
    remedy: "Name as many people for the role as the script wants.",
  },
  "SR-CEREMONY-EXCLUSIVE-ROLES": {
    meaning: "One person has two roles that must watch each other.",
    remedy: "Give one of the two roles to somebody else.",
  },
  "SR-CEREMONY-HOLDER": {
    meaning: "Somebody shall hold a share but has no role, or nothing to hold it on.",
    remedy: "Name the holder with a role, and a token or a sheet.",
  },
  "SR-CEREMONY-NOBODY-ELSE": {
    meaning: "A step needs a second pair of eyes, and nobody else has the role for it.",
    remedy: "Name somebody else for the role that confirms.",
  },
  "SR-CEREMONY-UNMET": {
    meaning: "Something that this step needs is not there yet. Nothing was done.",
    remedy: "Do the step that makes it first, or record an exception.",
  },
  "SR-CEREMONY-NOT-TWO": {
    meaning: "Two different people of the room answer for what was decided, and these are not two.",
    remedy: "Name one who decides, and another one who countersigns.",
  },
  "SR-CEREMONY-NOT-SEALED": {
    meaning: "The ceremony cannot rest now: something secret is in this machine's memory.",
    remedy: "Go on until it is split, sealed and proved, or give the ceremony up.",
  },
  "SR-CEREMONY-NOT-ASKED": {
    meaning: "In this step nobody is asked to agree, so nobody can disagree.",
    remedy: "Note an exception instead, or give the ceremony up.",
  },
  "SR-CEREMONY-NOT-RUNNING": {
    meaning: "The ceremony rests or is over. Nothing can be done in it now.",
    remedy: "Resume it if it is paused; else begin a new ceremony.",
  },
  "SR-CEREMONY-UNACCOUNTED": {
    meaning: "A secret object is still on the table or in memory. Nobody may leave it behind.",
    remedy: "Seal it, hand it over or destroy it, and record that.",
  },
  "SR-CEREMONY-UNPROVED": {
    meaning:
      "A share was handed out and not read back. A key whose shares nobody tried is not put to " +
      "use.",
    remedy: "Prove the share on its token and on its sheet first.",
  },
  "SR-CEREMONY-JOURNAL": {
    meaning: "The record of this ceremony is not the one that was written. Somebody changed it.",
    remedy: "Keep the vault as evidence. Give the ceremony up and begin a new one.",
  },
  "SR-CEREMONY-JOURNAL-ENCODING": {
    meaning: "The record of this ceremony cannot be read.",
    remedy: "Keep the vault as evidence. Give the ceremony up and begin a new one.",
  },
  "SR-CEREMONY-SCRIPT-MALFORMED": {
    meaning: "The script has a mistake in its writing. No ceremony can follow it.",
    remedy: "Correct the script at the place named, then check it again.",
  },
  "SR-CEREMONY-SCRIPT-VERSION": {
    meaning: "The script was written for another version of the program.",
    remedy: "Use the version of Strongroom that the script was written for.",
  },
  "SR-CEREMONY-SCRIPT-UNKNOWN": {
    meaning: "There is no script of that name.",
    remedy: "Look at the list of scripts.",
  },
  "SR-CEREMONY-SCRIPT-UNSOUND": {
    meaning: "The script contradicts itself, so no ceremony can follow it to its end.",
    remedy: "Check the script, correct it, and have it approved again.",
  },
  "SR-CEREMONY-ANSWERS": {
    meaning: "The file with the answers for a drill has a mistake in its writing.",
    remedy: "Compare the file with the example that comes with the program.",
  },
  "SR-GENESIS-ANOTHER-KEY": {
    meaning: "The shares that were brought give a key, and it is not the one that was named.",
    remedy: "Compare the check words on the sheets with the minutes of the genesis.",
  },
  "SR-GENESIS-NOTHING-MADE": {
    meaning: "This step uses something that an earlier step makes, and it is not there.",
    remedy: "Follow the script from its start. The ceremony can be resumed or given up.",
  },
  "SR-GENESIS-NO-ENTROPY": {
    meaning: "A key needs randomness of the machine first, and none was collected.",
    remedy: "Follow the script from its start. The ceremony can be resumed or given up.",
  },
  "SR-GENESIS-NO-SUCH-HOLDER": {
    meaning: "The person is not among those who hold a share of this split.",
    remedy: "Compare the name with the roster of the ceremony.",
  },
  "SR-GENESIS-NOT-PROVED": {
    meaning:
      "The share that came back is not the one that was handed out. The split does not count " +
      "yet.",
    remedy: "Read the sheet again with the holder. If it stays so, make the split anew.",
  },
  "SR-GENESIS-UNATTESTED": {
    meaning: "The token proves nothing of its keys, and nobody wrote down why it is admitted.",
    remedy: "Use a token that attests its keys, or say in the roster why this one is admitted.",
  },
  "SR-GENESIS-DICE": {
    meaning: "The dice cannot be used, so they add nothing to the key yet.",
    remedy: "Roll six-sided dice and type every result, at least 50.",
  },
  "SR-CHECK-STEP-TWICE": {
    meaning: "Two steps have one name. The record could not tell them apart.",
    remedy: "Give each step of the script a name of its own.",
  },
  "SR-CHECK-UNKNOWN-OBJECT": {
    meaning: "A step speaks of an object that the script does not list.",
    remedy: "Add the object to the script, or correct its name in the step.",
  },
  "SR-CHECK-UNKNOWN-ROLE": {
    meaning: "A step is for a role that nobody has.",
    remedy: "Add the role to the script, or correct its name in the step.",
  },
  "SR-CHECK-OWN-CONFIRMATION": {
    meaning: "The same role would act and confirm. Nobody would watch.",
    remedy: "Let another role confirm the step.",
  },
  "SR-CHECK-SAME-PERSON": {
    meaning: "One person could both act and confirm. This is a hint, not a fault.",
    remedy: "Let the two roles exclude each other, or let another role confirm.",
  },
  "SR-CHECK-ROLE-COUNT": {
    meaning: "The script wants more people for a role than it allows.",
    remedy: "Correct the fewest and the most people of the role.",
  },
  "SR-CHECK-IDLE-ROLE": {
    meaning: "No step uses a role of the script. This is a hint, not a fault.",
    remedy: "Take the role out, or give it something to do.",
  },
  "SR-CHECK-UNMET": {
    meaning: "A step needs something that nothing before it makes. The ceremony would stop there.",
    remedy: "Put the step that makes it before this one.",
  },
  "SR-CHECK-ENDS-NOTHING": {
    meaning: "A step ends something that is not there at that time.",
    remedy: "Correct the step, or put it after the one that makes the object.",
  },
  "SR-CHECK-UNACCOUNTED": {
    meaning: "A secret object would still be there when the ceremony ends.",
    remedy: "Add a step that ends it.",
  },
  "SR-CHECK-FINAL": {
    meaning: "Something that must be there at the end is made by no step.",
    remedy: "Add a step that makes it, or take it from what must be there.",
  },
  "SR-CHECK-NEVER-MADE": {
    meaning: "No step makes an object of the script. This is a hint, not a fault.",
    remedy: "Take the object out, or add the step that makes it.",
  },
  "SR-CHECK-SECRET-IDLE": {
    meaning: "A secret object is accounted for by no step.",
    remedy: "Add a step that uses or ends it.",
  },
  "SR-CHECK-UNPROVED": {
    meaning: "Shares are handed out and no step reads them back before the key is put to use.",
    remedy: "Add a step that proves them on the medium they were put on.",
  },
  "SR-CONDUCT-NOWHERE-TO-GO": {
    meaning: "A holder has neither a token nor a sheet. The ceremony has not begun.",
    remedy: "Give the holder a token, or a sheet and a folder that sheets go to.",
  },
  "SR-CONDUCT-OVER": {
    meaning: "The ceremony came to its end before. Nothing can be done in it any more.",
    remedy: "Begin a new ceremony.",
  },
  "SR-CONDUCT-FAILED": {
    meaning: "A step failed for a reason that the program cannot name.",
    remedy: "Give the ceremony up and report the details. Nothing half-made is effective.",
  },
  "SR-ROOM-NOT-CONFIRMED": {
    meaning: "Somebody did not agree that a step was done, so the ceremony ended there.",
    remedy: "Begin again when everybody is ready.",
  },
  "SR-ROOM-UNANSWERED": {
    meaning: "The ceremony asks something that was not said when it was begun.",
    remedy: "Begin again and fill in what is named.",
  },
  "SR-ROOM-GIVEN-UP": {
    meaning: "The people in the room ended the ceremony. Nothing of it is effective.",
    remedy: "Destroy what the minutes call void, and begin again.",
  },
  "SR-ROOM-GONE": {
    meaning: "The window or the terminal went away in the middle. Nothing half-made is effective.",
    remedy: "Begin again.",
  },
  "SR-ROOM-CANCELLED": {
    meaning: "The window for secrets was closed before anything was typed.",
    remedy: "Try the step again, or give the ceremony up.",
  },
  "SR-SHEETS-ON-DISK": {
    meaning: "A sheet with a real share would have been written to a disk, where it could stay.",
    remedy: "Choose a folder in memory, such as one below /dev/shm, and print from there.",
  },
  "SR-SHEETS-FILE": {
    meaning: "A sheet could not be written to its folder, or read from it.",
    remedy: "Check the folder that the sheets go to, then try the step again.",
  },
  "SR-DRILL-FILE": {
    meaning: "A file of the drill could not be used. Nothing real is concerned.",
    remedy: "Check the data folder and its disk, or begin the drill anew.",
  },
  "SR-DRILL-NOT-YET": {
    meaning: "The drill has stages, and an earlier one is not done.",
    remedy: "Go through the stages in their order.",
  },
  "SR-PAPER-FONT": {
    meaning: "The program is damaged: one of its fonts cannot be read. Nothing was printed.",
    remedy: "Install the program again and check its digest.",
  },
  "SR-PAPER-WORD-COUNT": {
    meaning: "The share has not as many words as a sheet carries. No sheet was made.",
    remedy: "Print no sheet. Check the share against its record first.",
  },
  "SR-PAPER-WORD": {
    meaning: "The share has a word that no share can have. No sheet was made.",
    remedy: "Print no sheet. Check the share against its record first.",
  },
  "SR-PAPER-CODE-TOO-LONG": {
    meaning: "The names are too long for the code on the sheet.",
    remedy: "Shorten the names, or report this.",
  },
  "SR-PAPER-NO-CODE": {
    meaning: "No code of a sheet was found in the picture.",
    remedy:
      "Scan the whole first page, straight and in focus; or type the words, which need no code.",
  },
  "SR-PAPER-PICTURE": {
    meaning: "The file is no picture that can be read, or it is far larger than a page.",
    remedy: "Scan the sheet to a PNG file, in grey, at 200 to 300 dots an inch.",
  },
  "SR-PAPER-NOT-A-CODE": {
    meaning: "The code that was scanned belongs to another kind of paper.",
    remedy: "Scan the code on the right sheet again.",
  },
  "SR-PAPER-FORMAT": {
    meaning: "The document could not be written. Only the document failed.",
    remedy: "Report this with the code and the kind of document.",
  },
  "SR-CEREMONY-NAME": {
    meaning: "A name cannot be used as it was written: it hides a character, or is empty.",
    remedy: "Type the name again, with plain letters and single spaces.",
  },
  "SR-CEREMONY-NAMES-ALIKE": {
    meaning:
      "Two people have names that look the same. They may be one person under two spellings.",
    remedy: "Write each person in one way everywhere. Tell two people apart by another name.",
  },
  "SR-CONDUCT-EFFECTIVE": {
    meaning: "The ceremony stopped after its key was made effective. Archives can be sealed to it.",
    remedy: "Destroy no share. Write down what was not agreed, and decide whether the key is used.",
  },
  "SR-SHEETS-OPEN-TO-OTHERS": {
    meaning: "Somebody else could read the folder that the sheets go to.",
    remedy: "Choose a folder in memory that only you can open.",
  },
};
