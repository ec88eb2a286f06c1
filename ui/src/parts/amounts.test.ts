import { expect, test } from "vitest";

import { countText, durationText, exactText, percent, sizeText, timeText } from "./amounts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1023, "1023 bytes"],
  [1024, "1.00 KiB"],
  [1_048_575, "1.00 MiB"],
  [1_610_612_736, "1.50 GiB"],
  [10 * 1024 ** 3, "10.0 GiB"],
  [118 * 1024 ** 2, "118 MiB"],
  [2 ** 53, "8.00 PiB"],
])("%i bytes read %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test("exact numbers have their thousands apart and do not break", () => {
  expect(countText(1_234_567)).toBe("1\u00a0234\u00a0567");
  expect(exactText(921)).toBe("921 bytes");
});

test("durations have two units", () => {
  expect([8, 750, 3900, -1].map(durationText)).toEqual(["8 s", "12 min 30 s", "1 h 05 min", "0 s"]);
});

test("times read as on paper", () => {
  const at = new Date("2026-11-24T15:04:05Z");
  expect(timeText(at, "second")).toBe("Tue 2026-11-24 15:04:05 UTC");
  expect(timeText(at)).toBe("Tue 2026-11-24 15:04 UTC");
  expect(timeText(at, "day")).toBe("Tue 2026-11-24");
});

test("100 percent is said of what is complete only", () => {
  expect(percent(999_999, 1_000_000)).toBe(99);
  expect(percent(5, 5)).toBe(100);
  expect(percent(7, 5)).toBe(100);
  expect(percent(0, 0)).toBe(0);
});
