/** Draws the hills on a canvas, as sharp as the screen is. */
import type { Market } from "../exchange/contract.ts";
import { drawn, trimmed } from "../trade/amounts.ts";
import { priceOf, quantityOf, scaleOf } from "../trade/scale.ts";
import {
  type DepthFrame,
  type HillSide,
  type Hills,
  type Pointed,
  priceMarks,
  stairsOf,
  xOf,
  yOf,
} from "./depth-geometry.ts";

export interface DepthLook {
  readonly font: string;
  readonly line: string;
  readonly ink: string;
  readonly faint: string;
  readonly bids: { readonly edge: string; readonly fill: string };
  readonly asks: { readonly edge: string; readonly fill: string };
}

export interface DepthScene {
  readonly hills: Hills;
  readonly market: Market;
  readonly frame: DepthFrame;
  readonly look: DepthLook;
  readonly pointed: Pointed | null;
}

/** Below the hills, for prices. */
export const AXIS_PX = 22;
const PRICE_LABEL_EVERY_PX = 110;
const ROWS = 4;
const DOT_PX = 3.5;

export function drawDepth(canvas: HTMLCanvasElement, scene: DepthScene): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = devicePixelRatio;
  const { widthPx, heightPx } = scene.frame;
  const [width, height] = [Math.round(widthPx * ratio), Math.round((heightPx + AXIS_PX) * ratio)];
  // Setting a size clears the canvas and its memory: only where it is another.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx + AXIS_PX);
  context.font = scene.look.font;
  drawGrid(context, scene);
  for (const side of ["bids", "asks"] as const) drawHill(context, side, scene);
  drawMiddle(context, scene);
  drawLabels(context, scene);
  if (scene.pointed !== null) drawPointer(context, scene.pointed, scene);
}

function drawHill(context: CanvasRenderingContext2D, side: HillSide, { hills, frame, look }: DepthScene): void {
  const corners = stairsOf(side, hills, frame);
  if (corners.length === 0) return;
  const [startX = 0] = corners;
  const endX = corners.at(-2) ?? startX;
  context.beginPath();
  for (let at = 0; at < corners.length; at += 2) context.lineTo(corners[at] ?? 0, corners[at + 1] ?? 0);
  context.strokeStyle = look[side].edge;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.stroke();
  context.lineTo(endX, frame.heightPx);
  context.lineTo(startX, frame.heightPx);
  context.closePath();
  context.fillStyle = look[side].fill;
  context.fill();
}

function drawGrid(context: CanvasRenderingContext2D, { frame, look }: DepthScene): void {
  context.strokeStyle = look.line;
  context.lineWidth = 1;
  context.beginPath();
  for (let row = 0; row < ROWS; row += 1) {
    const y = Math.round((frame.heightPx * row) / ROWS) + 0.5;
    context.moveTo(0, y);
    context.lineTo(frame.widthPx, y);
  }
  context.moveTo(0, Math.round(frame.heightPx) + 0.5);
  context.lineTo(frame.widthPx, Math.round(frame.heightPx) + 0.5);
  context.stroke();
}

function drawMiddle(context: CanvasRenderingContext2D, { frame, look }: DepthScene): void {
  const x = Math.round(frame.widthPx / 2) + 0.5;
  context.strokeStyle = look.faint;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, frame.heightPx);
  context.stroke();
  context.setLineDash([]);
}

/** Quantities at both edges, round prices along the bottom. */
function drawLabels(context: CanvasRenderingContext2D, { hills, frame, look, market }: DepthScene): void {
  context.fillStyle = look.faint;
  context.textBaseline = "bottom";
  for (let row = 1; row < ROWS; row += 1) {
    const text = quantityLabel((frame.topLots * (ROWS - row)) / ROWS, market);
    const y = (frame.heightPx * row) / ROWS - 2;
    context.textAlign = "left";
    context.fillText(text, 6, y);
    context.textAlign = "right";
    context.fillText(text, frame.widthPx - 6, y);
  }
  context.textBaseline = "middle";
  context.textAlign = "center";
  const count = Math.max(2, Math.floor(frame.widthPx / PRICE_LABEL_EVERY_PX));
  for (const ticks of priceMarks(hills, frame, count)) {
    const text = drawn(priceOf(scaleOf(market), ticks), market.pricePlaces);
    const half = context.measureText(text).width / 2;
    const x = xOf(ticks, hills, frame);
    // Not cut off at an edge.
    if (x > half && x < frame.widthPx - half) context.fillText(text, x, frame.heightPx + AXIS_PX / 2 + 1);
  }
}

function drawPointer(context: CanvasRenderingContext2D, pointed: Pointed, { hills, frame, look }: DepthScene): void {
  const [x, y] = [xOf(pointed.ticks, hills, frame), yOf(pointed.lots, frame)];
  context.strokeStyle = look[pointed.side].edge;
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, frame.heightPx);
  context.moveTo(0, y);
  context.lineTo(frame.widthPx, y);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = look[pointed.side].edge;
  context.beginPath();
  context.arc(x, y, DOT_PX, 0, 2 * Math.PI);
  context.fill();
}

const THOUSAND = 1_000;

/** Round numbers of a scale: short. */
function quantityLabel(lots: number, market: Market): string {
  const whole = Math.round(lots);
  const quantity = Number(quantityOf(scaleOf(market), BigInt(whole)));
  if (quantity >= THOUSAND ** 2) return `${trimmed((quantity / THOUSAND ** 2).toFixed(2))}M`;
  if (quantity >= 10 * THOUSAND) return `${trimmed((quantity / THOUSAND).toFixed(2))}K`;
  return trimmed(quantityOf(scaleOf(market), BigInt(whole)));
}
