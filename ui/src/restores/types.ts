/** A restore as its screens show it; the names are those of the engine's report. */

/** How a restore ended. */
export type RestoreVerdict = "complete" | "damaged" | "incomplete" | "unproved";

/** A range of a file that is lost, in bytes. */
export interface LostRange {
  readonly offset: number;
  readonly length: number;
}

/** A file that lost parts. */
export interface DamagedFile {
  /** Its path in the archive. */
  readonly path: string;
  /** The name it was published under. */
  readonly published: string;
  readonly ranges: readonly LostRange[];
  /** Why, in words. */
  readonly cause: string;
}

/** What a restore did. */
export interface RestoreReport {
  readonly verdict: RestoreVerdict;
  /** Files restored and verified. */
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  readonly bytes: number;
  readonly damaged: readonly DamagedFile[];
  /** What is not there at all, in words. */
  readonly lost: readonly string[];
  readonly skipped: readonly string[];
  readonly renamed: readonly string[];
  /** Files that an earlier run had restored, and that are right. */
  readonly kept: number;
  /** Segments that are damaged on the media and were worked out of the parity. */
  readonly mended: number;
  readonly warnings: readonly string[];
}

/** Where a volume stands. */
export type VolumeState = "here" | "read" | "next" | "wanted" | "unwanted" | "lost";

/** A volume of the archive that is restored. */
export interface Volume {
  /** From 1. */
  readonly number: number;
  /** As it is written on the medium. */
  readonly label: string;
  /** Nothing while the medium was not in, and nobody knows. */
  readonly bytes?: number | undefined;
  readonly state: VolumeState;
}
