import type { Explanations } from "./explanation";

/** What problems mean: archives, volumes and media. */
export const archivesProblems: Explanations = {
  "SR-ARCHIVE-IO": {
    meaning:
      "The drive or the medium did not answer. This says nothing yet about the archive " +
      "itself.",
    remedy: "Check the medium and its reader. Try another copy of the archive.",
  },
  "SR-ARCHIVE-NOT-AN-ARCHIVE": {
    meaning: "What was chosen is no volume of an archive, or both its ends are damaged.",
    remedy: "Choose a volume, or the folder that holds the set.",
  },
  "SR-ARCHIVE-NOT-SEALED": {
    meaning: "The last part of the archive is not here, and it holds the list of everything else.",
    remedy: "Bring all volumes of the set together. The last one carries the index.",
  },
  "SR-ARCHIVE-CROWDED": {
    meaning:
      "Far more beginnings of frames lie on these media than an archive leaves there: somebody " +
      "made them up.",
    remedy:
      "Bring the volume with the index, another copy of it, or the sidecar: then nothing is " +
      "searched. Keep these media as evidence.",
  },
  "SR-ARCHIVE-NO-BLOCKS": {
    meaning:
      "The first and the last block of every volume are destroyed. What lies between them is " +
      "of an archive and can still be found.",
    remedy:
      "Bring another copy of a volume. If there is none, the command line brings back what is " +
      "left: restore with --without-index.",
  },
  "SR-ENGINE-SEVERAL-ARCHIVES": {
    meaning: "Volumes of different archives lie together, and nobody said which one is meant.",
    remedy: "Choose one of its volumes, or put each archive into a folder of its own.",
  },
  "SR-ENGINE-NO-SUCH-ARCHIVE": {
    meaning: "No volume that is here is of the archive that was named.",
    remedy: "Look at the media again: each file says where it belongs.",
  },
  "SR-ARCHIVE-MIXED": {
    meaning: "Volumes of two archives lie in one place. They were not read together.",
    remedy: "Keep one archive in a folder, or choose one of its volumes.",
  },
  "SR-ARCHIVE-UNKNOWN-VERSION": {
    meaning: "The archive was written by a newer program, in a form that this one does not know.",
    remedy: "Use the version of Strongroom that wrote the archive.",
  },
  "SR-ARCHIVE-ENCODING": {
    meaning: "A small but important part of the archive is damaged.",
    remedy: "Verify the archive to see how far the damage goes. Use another copy of it.",
  },
  "SR-ARCHIVE-FIELD": {
    meaning: "A part of the archive says something that cannot be. It is not trusted.",
    remedy: "Verify the archive to see how far the damage goes. Use another copy of it.",
  },
  "SR-ARCHIVE-DAMAGED": {
    meaning: "One part of the archive cannot be read as it was written. The rest may be whole.",
    remedy: "Verify the archive to see how far the damage goes. Use another copy of it.",
  },
  "SR-ARCHIVE-MISSING-VOLUME": {
    meaning: "One volume of the set is not here. What lies on it cannot be restored without it.",
    remedy: "Bring all volumes of the set together.",
  },
  "SR-ARCHIVE-UNRECORDED": {
    meaning: "The place that says where this part lies is lost, so the part cannot be found.",
    remedy: "Verify the archive to see how far the damage goes. Use another copy of it.",
  },
  "SR-ARCHIVE-AUTHENTICATION": {
    meaning:
      "Somebody changed this part of the archive, or another key was used. It is not " +
      "restored.",
    remedy: "Use another copy of the archive. Keep this one as evidence.",
  },
  "SR-ARCHIVE-DECOMPRESSION": {
    meaning: "This part is not what the archive says it is. It is not restored.",
    remedy: "Use another copy of the archive. Keep this one as evidence.",
  },
  "SR-ARCHIVE-PATH": {
    meaning:
      "The archive holds a name that could write outside of the target. No honest program " +
      "makes one.",
    remedy: "Do not restore from this archive before somebody has examined it.",
  },
  "SR-ARCHIVE-KEYS": {
    meaning: "The key that was opened is not the key of this archive.",
    remedy: "Bring the shares of the master key that the archive names.",
  },
  "SR-UNLOCK-NO-CAPSULE": {
    meaning: "The capsule holds the way in, and no readable copy of it is on these media.",
    remedy: "Bring another copy of the archive, or the capsule file of the vault.",
  },
  "SR-STATION-EXISTS": {
    meaning: "A file with this name is there already. A station's key is never overwritten.",
    remedy: "Name another file.",
  },
  "SR-STATION-FILE": {
    meaning: "The file with the station's key could not be used.",
    remedy: "Check the path, and that you may use it.",
  },
  "SR-STATION-MALFORMED": {
    meaning: "The file is no station's key: such a key has exactly 32 bytes.",
    remedy: "Name the file that the command station new made.",
  },
  "SR-STATION-OPEN": {
    meaning: "Others may read the station's key, and whoever read it can sign as this station.",
    remedy: "Let only its owner read the file. If others had access, make a new key.",
  },
};
