/** The command line that does what the page cannot. */

/** Restores the archive in `folder` with sheets alone, without a vault; in parts kept whole. */
export function commandFor(folder: string): string[] {
  return ["strongroom restore", quoted(folder), "--to FOLDER"];
}

/** A word of a shell, whatever stands in it. */
export function quoted(word: string): string {
  return /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
