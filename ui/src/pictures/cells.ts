/** Drawing the cells of a segment map. Each state differs in shape as well as in colour. */

import { stateOf, type Layout, type SegmentState } from "./segments";

/** The colours of the states and of the ground behind them. */
export type Inks = Record<SegmentState | "ground", string>;

/** Draws all cells; the canvas takes the size that they need. */
export function drawCells(
  canvas: HTMLCanvasElement,
  cells: Uint8Array,
  layout: Layout,
  inks: Inks,
): void {
  const ratio = window.devicePixelRatio || 1;
  const { cellPx, columns, rows } = layout;
  const [width, height] = [columns * cellPx, rows * cellPx];
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  for (let cell = 0; cell < cells.length; cell += 1) {
    const x = (cell % columns) * cellPx;
    const y = Math.floor(cell / columns) * cellPx;
    SHAPES[stateOf(cells[cell])](context, x, y, cellPx, inks);
  }
}

type Shape = (
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  px: number,
  inks: Inks,
) => void;

/** Good is pale and even, so that the eye finds what is not. */
const SHAPES: Record<SegmentState, Shape> = {
  unread(context, x, y, px, inks) {
    context.fillStyle = inks.unread;
    const dot = Math.max(1.5, px / 6);
    context.fillRect(x + (px - 1 - dot) / 2, y + (px - 1 - dot) / 2, dot, dot);
  },
  good(context, x, y, px, inks) {
    context.globalAlpha = 0.4;
    context.fillStyle = inks.good;
    context.fillRect(x, y, px - 1, px - 1);
    context.globalAlpha = 1;
  },
  repaired(context, x, y, px, inks) {
    context.fillStyle = inks.repaired;
    context.fillRect(x, y, px - 1, px - 1);
    context.fillStyle = inks.ground;
    context.fillRect(x + px * 0.2, y + px * 0.4, px * 0.5, Math.max(1, px * 0.15));
  },
  damaged(context, x, y, px, inks) {
    context.fillStyle = inks.damaged;
    context.fillRect(x, y, px, px);
    context.strokeStyle = inks.ground;
    context.lineWidth = Math.max(1, px / 9);
    context.beginPath();
    context.moveTo(x + px * 0.22, y + px * 0.22);
    context.lineTo(x + px * 0.78, y + px * 0.78);
    context.moveTo(x + px * 0.78, y + px * 0.22);
    context.lineTo(x + px * 0.22, y + px * 0.78);
    context.stroke();
  },
  missing(context, x, y, px, inks) {
    context.strokeStyle = inks.missing;
    context.lineWidth = 1.5;
    context.strokeRect(x + 0.75, y + 0.75, px - 2.5, px - 2.5);
  },
};
