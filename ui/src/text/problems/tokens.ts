import type { Explanations } from "./explanation";

/** What problems mean: tokens, envelopes and attestations. */
export const tokensProblems: Explanations = {
  "SR-TOKEN-WRONG-PIN": {
    meaning: "The token did not accept the PIN. It counts wrong tries and then blocks.",
    remedy: "Type the PIN again, slowly.",
  },
  "SR-TOKEN-WRONG-PUK": {
    meaning: "The token did not accept the PUK. It counts wrong tries and then blocks.",
    remedy: "Type the PUK again, slowly.",
  },
  "SR-TOKEN-PIN-BLOCKED": {
    meaning: "Too many wrong PINs were typed. The share on the token is safe, but out of reach.",
    remedy: "Use your second token, or unblock the PIN with the PUK.",
  },
  "SR-TOKEN-PUK-BLOCKED": {
    meaning: "Too many wrong PUKs were typed. This token does not open its share any more.",
    remedy: "Use your second token. This one must be enrolled anew.",
  },
  "SR-TOKEN-LAST-TRY": {
    meaning: "One more wrong PIN blocks the token.",
    remedy: "Use your second token, or confirm that the last try is used.",
  },
  "SR-TOKEN-DEFAULT-PIN": {
    meaning: "Everybody knows the PIN that tokens leave the factory with. It protects nothing.",
    remedy: "Set a PIN of your own before the token is used.",
  },
  "SR-TOKEN-PIN-UNSUITABLE": {
    meaning: "The token cannot take this PIN or PUK, or it is too easy to guess.",
    remedy: "Choose another one.",
  },
  "SR-TOKEN-REMOVED": {
    meaning: "The token left the reader before the step was finished.",
    remedy: "Insert the token again. The step is repeated.",
  },
  "SR-TOKEN-BUSY": {
    meaning: "Another program on this machine uses the token.",
    remedy: "Close other programs that use tokens, then repeat the step.",
  },
  "SR-TOKEN-RESET": {
    meaning: "Another program on this machine reset the token in the middle of the step.",
    remedy: "Close other programs that use tokens. Look at the tries left, then repeat the step.",
  },
  "SR-TOKEN-NO-SERVICE": {
    meaning: "The part of the system that talks to readers, pcscd, does not run.",
    remedy: "Ask whoever looks after this machine to start it, then repeat the step.",
  },
  "SR-TOKEN-ABSENT": {
    meaning: "The token that this step needs is in no reader.",
    remedy: "Insert the token whose number is named.",
  },
  "SR-TOKENS-NO-READERS": {
    meaning: "Tokens in readers cannot be used in this ceremony.",
    remedy: "Conduct it on the command line, or use sheets.",
  },
  "SR-TOKENS-NO-NEW": {
    meaning: "Every token that is inserted belongs to somebody already, or none is inserted.",
    remedy: "Insert a token that nobody has used, then try again.",
  },
  "SR-TOKENS-SEVERAL-NEW": {
    meaning: "Several new tokens are inserted, and it is not certain which is this person's.",
    remedy: "Leave only the token of this person inserted.",
  },
  "SR-TOKEN-NO-QUANTUM-SEED": {
    meaning: "The token keeps no key for threshold mode, so nothing of that mode is sealed to it.",
    remedy: "Prepare the token for threshold mode, or take another.",
  },
  "SR-TOKENS-NO-MODULE": {
    meaning:
      "The token speaks PKCS#11, and the program of its maker that reaches it was not named.",
    remedy: "Conduct the ceremony on the command line and name the module: --pkcs11 FILE.",
  },
  "SR-TOKENS-LABEL": {
    meaning: "The roster names a PKCS#11 token by its label, and not exactly one token has it.",
    remedy: "Compare the label in the roster with what token list shows.",
  },
  "SR-TOKENS-WRONG-KIND": {
    meaning: "Drills use virtual tokens, and everything else real ones. This is the other kind.",
    remedy: "Take it out, and use a token of the right kind.",
  },
  "SR-TOKEN-MODULE": {
    meaning: "The program of the token's maker, its PKCS#11 module, did not do what it was asked.",
    remedy: "Ask whoever administers the token what this means.",
  },
  "SR-MODULE-PATH": {
    meaning: "A PKCS#11 module is named by the whole path of one file. This is none.",
    remedy: "Name the maker's module by its whole path, from / on.",
  },
  "SR-MODULE-WRITABLE": {
    meaning: "Others can change this module or a folder above it, and so what the program does.",
    remedy: "Let root own the module and the folders above it, and nobody else write them.",
  },
  "SR-MODULE-OWNER": {
    meaning: "This module or a folder above it belongs to somebody else, who could change it.",
    remedy: "Let root own the module and the folders above it, and nobody else write them.",
  },
  "SR-MODULE-LOAD": {
    meaning: "This file is no PKCS#11 module, or one for another machine.",
    remedy: "Compare the path with what the token's maker says.",
  },
  "SR-MODULE-START": {
    meaning: "The module was loaded and does not start. Its own configuration may be missing.",
    remedy: "Set the module up as its maker says, then try again.",
  },
  "SR-TOKEN-TOUCH-TIMEOUT": {
    meaning: "The token waits only some seconds for a touch. Nothing was signed or opened.",
    remedy: "Repeat the step and touch the token when it blinks.",
  },
  "SR-TOKEN-WRONG-TOKEN": {
    meaning: "The token in the reader is not the one that this step needs.",
    remedy: "Take it out and insert the token whose number is named.",
  },
  "SR-TOKEN-WRONG-KEY": {
    meaning: "The token holds another key than when it was enrolled. It was changed since.",
    remedy: "Use another token of the same holder, and report this one.",
  },
  "SR-TOKEN-WRONG-SLOT": {
    meaning: "The key on the token is not of the kind that holds shares.",
    remedy: "Enrol the token before it is used.",
  },
  "SR-TOKEN-SLOT-EMPTY": {
    meaning: "The token holds no key for shares.",
    remedy: "Enrol the token before it is used.",
  },
  "SR-TOKEN-NOT-ATTESTED": {
    meaning: "The token does not say that its key was made on it. The key could exist elsewhere.",
    remedy: "Enrol the token before it is used.",
  },
  "SR-TOKEN-NOT-FACTORY-NEW": {
    meaning: "Somebody used this token before. What was set on it is not known.",
    remedy: "Take a new token, or reset this one.",
  },
  "SR-TOKEN-MANAGEMENT-KEY-UNKNOWN": {
    meaning: "Somebody locked the token's settings with a key that is not known here.",
    remedy: "Reset the token, then enrol it anew.",
  },
  "SR-TOKEN-FIRMWARE-TOO-OLD": {
    meaning: "The token is too old for what is asked of it.",
    remedy: "Take a token with newer firmware.",
  },
  "SR-TOKEN-NO-RESET": {
    meaning: "This program does not know how to erase tokens of this kind.",
    remedy: "Take a new token, or reset this one with its maker's program.",
  },
  "SR-ENROLMENT-USED": {
    meaning: "Somebody used this token before. It could hold keys that somebody else knows.",
    remedy: "Take a new token. One whose origin you know can be erased for good.",
  },
  "SR-ENROLMENT-FORGOTTEN-PUK": {
    meaning: "The enrolment that was interrupted had a PUK drawn and forgotten. Nobody can go on.",
    remedy: "Erase the token for good and begin again. If a PUK was chosen, type that one.",
  },
  "SR-ENROLMENT-NOT-PREPARED": {
    meaning: "No token of this person was prepared and tested. It is admitted only after both.",
    remedy: "Prepare the token and test it first.",
  },
  "SR-CUSTODY-NOT-ENROLLED": {
    meaning: "This token was never enrolled for this person. Nothing was put on it.",
    remedy: "Enrol the token for this person first.",
  },
  "SR-CUSTODY-ANOTHERS-TOKEN": {
    meaning: "The token is somebody else's. A share goes only to tokens of its own holder.",
    remedy: "Take a token that was enrolled for this person.",
  },
  "SR-CUSTODY-RETIRED": {
    meaning: "The token was retired. A retired token never comes back.",
    remedy: "Enrol another token for this person.",
  },
  "SR-CUSTODY-UNKNOWN-TOKEN": {
    meaning: "This vault knows no token with this number.",
    remedy: "Compare the number with the list of enrolled tokens.",
  },
  "SR-CUSTODY-THERE": {
    meaning: "The share lies on this token already.",
    remedy: "Nothing is to be done.",
  },
  "SR-CUSTODY-LAST-COPY": {
    meaning: "The token carries the last copy of a share. Without it the share is lost.",
    remedy: "Put the share on another token first, or say that this one is lost, stolen or broken.",
  },
  "SR-CUSTODY-NO-OTHER-COPY": {
    meaning: "The share lies on nothing else, so nothing is left to copy it from.",
    remedy:
      "Retire the token, and hold a refresh while a quorum is left: it gives everybody a new " +
      "share of the same key.",
  },
  "SR-TOKEN-NO-PIV": {
    meaning: "This card cannot hold shares.",
    remedy: "Insert a token with a PIV application.",
  },
  "SR-TOKEN-REFUSED": {
    meaning: "The token did not do what it was asked to, so the step is not done.",
    remedy: "Take the token out, insert it again and repeat the step.",
  },
  "SR-TOKEN-NONSENSE": {
    meaning: "The token's answer makes no sense. It is not trusted.",
    remedy: "Take the token out, insert it again and repeat the step.",
  },
  "SR-TOKEN-UNREACHABLE": {
    meaning: "The reader or the token does not answer.",
    remedy: "Take the token out, insert it again and repeat the step.",
  },
  "SR-TOKENS-NO-DRILL": {
    meaning: "Virtual tokens protect nothing, so they exist in drills only.",
    remedy: "Use hardware tokens or sheets, or a vault of the drill environment.",
  },
  "SR-TOKENS-FILE": {
    meaning: "A virtual token of this drill cannot be read or kept. No real token is concerned.",
    remedy: "Check the folder tokens/ of the drill vault.",
  },
  "SR-TOKENS-FULL": {
    meaning: "This drill vault has made all the virtual tokens it can.",
    remedy: "Begin a new drill vault.",
  },
  "SR-VIRTUAL-SERIAL": {
    meaning: "Virtual tokens have numbers of their own, so that none looks like a real one.",
    remedy: "Use a number that is reserved for virtual tokens.",
  },
  "SR-VIRTUAL-MALFORMED": {
    meaning: "A virtual token of this drill is damaged. No real token is concerned.",
    remedy: "Make the drill vault anew.",
  },
  "SR-ENVELOPE-MALFORMED": {
    meaning: "The envelope is damaged, so the share in it does not come out.",
    remedy: "Use the envelope for the holder's second token, or the share on paper.",
  },
  "SR-ENVELOPE-ALTERED": {
    meaning:
      "The envelope was changed, or it was made for something else. The share does not come " +
      "out.",
    remedy: "Use the envelope for the holder's second token, or the share on paper.",
  },
  "SR-ENVELOPE-FOREIGN": {
    meaning: "The envelope belongs to something else than what is being opened.",
    remedy: "Choose the envelope that belongs to this key, split and holder.",
  },
  "SR-ENVELOPE-UNKNOWN-SUITE": {
    meaning: "The envelope was made by a newer program.",
    remedy: "Use the newest version of Strongroom.",
  },
  "SR-ENVELOPE-WRONG-LENGTH": {
    meaning: "An envelope holds exactly one share.",
    remedy: "Seal one share at a time.",
  },
  "SR-ENVELOPE-UNFIT-TEXT": {
    meaning: "A name on the envelope is empty, too long, or cannot be printed.",
    remedy: "Correct the name and repeat the step.",
  },
  "SR-ATTESTATION-MALFORMED": {
    meaning: "What the token says about itself cannot be read.",
    remedy: "Take another token, bought from its maker.",
  },
  "SR-ATTESTATION-TOO-LONG": {
    meaning: "What the token says about itself is longer than any maker's statement.",
    remedy: "Take another token, bought from its maker.",
  },
  "SR-ATTESTATION-NOT-ISSUED": {
    meaning: "The token's statement is not signed by the one who should have signed it.",
    remedy: "Take another token, bought from its maker.",
  },
  "SR-ATTESTATION-NOT-AN-AUTHORITY": {
    meaning: "The token's statement is signed by somebody who may not sign it.",
    remedy: "Take another token, bought from its maker.",
  },
  "SR-ATTESTATION-UNKNOWN-ALGORITHM": {
    meaning: "The token's statement is signed in a way that this program does not know.",
    remedy: "Take another token, bought from its maker.",
  },
  "SR-ATTESTATION-UNTRUSTED": {
    meaning: "No known maker of tokens stands behind this token. It could be an imitation.",
    remedy: "Take another token, bought from its maker.",
  },
  "SR-ATTESTATION-DRILL-ONLY": {
    meaning: "This is a virtual token. It protects nothing.",
    remedy: "Use a real token. Virtual ones are for drills.",
  },
  "SR-ATTESTATION-OTHER-KEY": {
    meaning: "The token's statement is about another key than the one it shows.",
    remedy: "Enrol the token again, or take another one.",
  },
  "SR-ATTESTATION-OTHER-TOKEN": {
    meaning: "The statement is about another token than the one in the reader.",
    remedy: "Enrol the token again, or take another one.",
  },
  "SR-ATTESTATION-SILENT": {
    meaning: "The token leaves out something that must be certain.",
    remedy: "Take another token, bought from its maker.",
  },
  "SR-ATTESTATION-FIRMWARE-TOO-OLD": {
    meaning: "The token is too old for what is asked of it.",
    remedy: "Take a token with newer firmware.",
  },
  "SR-ATTESTATION-UNGUARDED": {
    meaning: "The token would use its key without PIN or without touch. Anybody near it could.",
    remedy: "Enrol the token again, or take another one.",
  },
};
