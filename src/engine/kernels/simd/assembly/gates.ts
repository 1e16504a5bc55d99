import { oneMinus, sigmoid4, sigmoidSlope, tanh4, tanhSlope } from './functions';
import { madd, put, wholeEnd } from './vector';

/*
 * One timestep of the gated cells, row by row; H elements a gate, gates side by side. See kernels.ts for the formulas.
 */

export function lstmForward(
  hidden: usize,
  cell: usize,
  cellTanh: usize,
  gates: usize,
  cellBefore: usize,
  rows: usize,
  h: usize,
): void {
  const gateStep = h << 2;
  for (; rows > 0; rows--) {
    for (const end = wholeEnd(hidden, h); hidden < end; hidden += 16) {
      lstmForward4(hidden, cell, cellTanh, gates, cellBefore, gateStep, 4);
      cell += 16;
      cellTanh += 16;
      gates += 16;
      cellBefore += 16;
    }
    if (h & 3) {
      lstmForward4(hidden, cell, cellTanh, gates, cellBefore, gateStep, h & 3);
      const rest = (h & 3) << 2;
      hidden += rest;
      cell += rest;
      cellTanh += rest;
      gates += rest;
      cellBefore += rest;
    }
    gates += gateStep * 3;
  }
}

@inline
function lstmForward4(
  hidden: usize,
  cell: usize,
  cellTanh: usize,
  gates: usize,
  cellBefore: usize,
  gateStep: usize,
  count: usize,
): void {
  const atF = gates + gateStep;
  const atG = atF + gateStep;
  const atO = atG + gateStep;
  const i = sigmoid4(v128.load(gates));
  const f = sigmoid4(v128.load(atF));
  const g = tanh4(v128.load(atG));
  const o = sigmoid4(v128.load(atO));
  const c = madd(f, v128.load(cellBefore), f32x4.mul(i, g));
  const t = tanh4(c);
  put(gates, i, count);
  put(atF, f, count);
  put(atG, g, count);
  put(atO, o, count);
  put(cell, c, count);
  put(cellTanh, t, count);
  put(hidden, f32x4.mul(o, t), count);
}

export function lstmBackward(
  gates: usize,
  dCell: usize,
  dHidden: usize,
  cellTanh: usize,
  cellBefore: usize,
  rows: usize,
  h: usize,
): void {
  const gateStep = h << 2;
  for (; rows > 0; rows--) {
    for (const end = wholeEnd(dCell, h); dCell < end; dCell += 16) {
      lstmBackward4(gates, dCell, dHidden, cellTanh, cellBefore, gateStep, 4);
      gates += 16;
      dHidden += 16;
      cellTanh += 16;
      cellBefore += 16;
    }
    if (h & 3) {
      lstmBackward4(gates, dCell, dHidden, cellTanh, cellBefore, gateStep, h & 3);
      const rest = (h & 3) << 2;
      gates += rest;
      dCell += rest;
      dHidden += rest;
      cellTanh += rest;
      cellBefore += rest;
    }
    gates += gateStep * 3;
  }
}

@inline
function lstmBackward4(
  gates: usize,
  dCell: usize,
  dHidden: usize,
  cellTanh: usize,
  cellBefore: usize,
  gateStep: usize,
  count: usize,
): void {
  const atF = gates + gateStep;
  const atG = atF + gateStep;
  const atO = atG + gateStep;
  const i = v128.load(gates);
  const f = v128.load(atF);
  const g = v128.load(atG);
  const o = v128.load(atO);
  const t = v128.load(cellTanh);
  const dH = v128.load(dHidden);
  const dC = madd(f32x4.mul(dH, o), tanhSlope(t), v128.load(dCell));
  put(gates, f32x4.mul(f32x4.mul(dC, g), sigmoidSlope(i)), count);
  put(atF, f32x4.mul(f32x4.mul(dC, v128.load(cellBefore)), sigmoidSlope(f)), count);
  put(atG, f32x4.mul(f32x4.mul(dC, i), tanhSlope(g)), count);
  put(atO, f32x4.mul(f32x4.mul(dH, t), sigmoidSlope(o)), count);
  put(dCell, f32x4.mul(dC, f), count);
}

export function gruForward(
  hidden: usize,
  input: usize,
  recurrent: usize,
  hiddenBefore: usize,
  rows: usize,
  h: usize,
): void {
  const gateStep = h << 2;
  for (; rows > 0; rows--) {
    for (const end = wholeEnd(hidden, h); hidden < end; hidden += 16) {
      gruForward4(hidden, input, recurrent, hiddenBefore, gateStep, 4);
      input += 16;
      recurrent += 16;
      hiddenBefore += 16;
    }
    if (h & 3) {
      gruForward4(hidden, input, recurrent, hiddenBefore, gateStep, h & 3);
      const rest = (h & 3) << 2;
      hidden += rest;
      input += rest;
      recurrent += rest;
      hiddenBefore += rest;
    }
    input += gateStep << 1;
    recurrent += gateStep << 1;
  }
}

@inline
function gruForward4(
  hidden: usize,
  input: usize,
  recurrent: usize,
  hiddenBefore: usize,
  gateStep: usize,
  count: usize,
): void {
  const atZ = input + gateStep;
  const atN = atZ + gateStep;
  const recurrentZ = recurrent + gateStep;
  const recurrentN = recurrentZ + gateStep;
  const r = sigmoid4(f32x4.add(v128.load(input), v128.load(recurrent)));
  const z = sigmoid4(f32x4.add(v128.load(atZ), v128.load(recurrentZ)));
  const n = tanh4(madd(r, v128.load(recurrentN), v128.load(atN)));
  put(input, r, count);
  put(atZ, z, count);
  put(atN, n, count);
  const before = v128.load(hiddenBefore);
  put(hidden, madd(z, before, f32x4.mul(oneMinus(z), n)), count);
}

export function gruBackward(
  dHiddenBefore: usize,
  input: usize,
  recurrent: usize,
  dHidden: usize,
  hiddenBefore: usize,
  rows: usize,
  h: usize,
): void {
  const gateStep = h << 2;
  for (; rows > 0; rows--) {
    for (const end = wholeEnd(dHiddenBefore, h); dHiddenBefore < end; dHiddenBefore += 16) {
      gruBackward4(dHiddenBefore, input, recurrent, dHidden, hiddenBefore, gateStep, 4);
      input += 16;
      recurrent += 16;
      dHidden += 16;
      hiddenBefore += 16;
    }
    if (h & 3) {
      gruBackward4(dHiddenBefore, input, recurrent, dHidden, hiddenBefore, gateStep, h & 3);
      const rest = (h & 3) << 2;
      dHiddenBefore += rest;
      input += rest;
      recurrent += rest;
      dHidden += rest;
      hiddenBefore += rest;
    }
    input += gateStep << 1;
    recurrent += gateStep << 1;
  }
}

@inline
function gruBackward4(
  dHiddenBefore: usize,
  input: usize,
  recurrent: usize,
  dHidden: usize,
  hiddenBefore: usize,
  gateStep: usize,
  count: usize,
): void {
  const atZ = input + gateStep;
  const atN = atZ + gateStep;
  const recurrentZ = recurrent + gateStep;
  const recurrentN = recurrentZ + gateStep;
  const r = v128.load(input);
  const z = v128.load(atZ);
  const n = v128.load(atN);
  const dH = v128.load(dHidden);
  const dN = f32x4.mul(f32x4.mul(dH, oneMinus(z)), tanhSlope(n));
  const dR = f32x4.mul(f32x4.mul(dN, v128.load(recurrentN)), sigmoidSlope(r));
  const dZ = f32x4.mul(f32x4.mul(dH, f32x4.sub(v128.load(hiddenBefore), n)), sigmoidSlope(z));
  put(dHiddenBefore, f32x4.mul(dH, z), count);
  put(input, dR, count);
  put(atZ, dZ, count);
  put(atN, dN, count);
  put(recurrent, dR, count);
  put(recurrentZ, dZ, count);
  put(recurrentN, f32x4.mul(dN, r), count);
}
