/** Sizes, durations and times as people read them; English, the same on every machine. */

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** A size with three figures: `1.50 GiB`. */
export function sizeText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  // 1023.5 KiB would read 1024 KiB: it is a MiB then.
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  if (unit === 0) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(places)} ${UNITS[unit]}`;
}

/** A count with its thousands apart: `1 234 567`, with spaces that do not break. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

/** The exact size: `1 610 612 736 bytes`. */
export function exactText(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${countText(bytes)} bytes`;
}

/** A rate: `118 MiB/s`. */
export function rateText(bytesPerS: number): string {
  return `${sizeText(Math.round(bytesPerS))}/s`;
}

/** A duration with its two largest units: `1 h 05 min`, `12 min 30 s`, `8 s`. */
export function durationText(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const [h, min] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  if (h > 0) return `${h} h ${two(min)} min`;
  return min > 0 ? `${min} min ${two(s % 60)} s` : `${s} s`;
}

/** How much of a point in time is shown. */
export type Precision = "day" | "minute" | "second";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** A point in time as all papers write it: `Tue 2026-11-24 15:04:05 UTC`. */
export function timeText(at: Date, precision: Precision = "minute"): string {
  const iso = at.toISOString();
  const day = `${WEEKDAYS[at.getUTCDay()]} ${iso.slice(0, 10)}`;
  if (precision === "day") return day;
  return `${day} ${iso.slice(11, precision === "minute" ? 16 : 19)} UTC`;
}

/** A share of a whole in percent, rounded down: 100 is said of what is complete only. */
export function percent(value: number, total: number): number {
  if (total <= 0) return 0;
  return Math.min(100, Math.max(0, Math.floor((value / total) * 100)));
}
