/** Filtering a list that is held in memory, without stopping the page. */

/** Every word of `query` is somewhere in `text`; capitals do not matter. */
export function matches(text: string, query: string): boolean {
  return matcher(query)(text);
}

/** A test for `query` that is prepared once and used for many texts. */
export function matcher(query: string): (text: string) => boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}

/** How many texts are looked at before the page may draw again. */
const SLICE = 20_000;

/**
 * The numbers of the texts that match, in order. Looks at a slice, then lets the page draw.
 * Rejects with the signal's reason if it is aborted: a newer query has come.
 */
export async function filterIndices(
  count: number,
  textAt: (index: number) => string,
  query: string,
  signal?: AbortSignal,
): Promise<Uint32Array> {
  const isMatch = matcher(query);
  const found = new Uint32Array(count);
  let length = 0;
  for (let start = 0; start < count; start += SLICE) {
    const end = Math.min(start + SLICE, count);
    for (let index = start; index < end; index += 1) {
      if (isMatch(textAt(index))) found[length++] = index;
    }
    if (end < count) await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
  }
  return found.slice(0, length);
}
