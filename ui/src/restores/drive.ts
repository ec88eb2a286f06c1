/** One drive: from what the program tells of it to the list of volumes that people see. */

import type { DriveShown, VolumeNeeded } from "../ipc/call";
import type { Volume, VolumeState } from "./types";

/** What is known of the set besides the drive. */
export interface SetKnown {
  readonly label: string;
  /** How many volumes there are. */
  readonly volumes: number;
  /** Those that the restore reads, once that is known; the last one was read when it was opened. */
  readonly needed?: readonly VolumeNeeded[] | undefined;
}

/** The volumes in their order, each where it stands. */
export function volumesOf(drive: DriveShown, { label, volumes, needed }: SetKnown): Volume[] {
  const bytes = new Map(needed?.map((volume) => [volume.volume, volume.bytes]));
  return Array.from({ length: volumes }, (_, place) => {
    const number = place + 1;
    const isNeeded = !needed || bytes.has(number);
    return { number, label, bytes: bytes.get(number), state: stateOf(drive, number, isNeeded) };
  });
}

function stateOf(drive: DriveShown, number: number, isNeeded: boolean): VolumeState {
  if (drive.wanted?.volume === number) return "next";
  if (drive.without.includes(number)) return "lost";
  if (drive.inside === number) return "here";
  if (drive.read.includes(number)) return "read";
  return isNeeded ? "wanted" : "unwanted";
}
