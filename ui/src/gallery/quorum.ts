/** A quorum of two groups for the exhibits: before, and when it is met. */
export function quorum(isMet: boolean) {
  return [
    {
      name: "Custodians",
      threshold: 2,
      members: [
        { name: "Ines Álvarez", state: "given" },
        { name: "Jonas Berg", state: isMet ? "given" : "here" },
        { name: "Mei Tanaka", state: isMet ? "here" : "bad" },
      ],
    },
    {
      name: "Officers",
      threshold: 1,
      members: [
        { name: "Sam Okafor", state: isMet ? "given" : "away" },
        { name: "Lena Weiss", state: "away" },
      ],
    },
  ] as const;
}
