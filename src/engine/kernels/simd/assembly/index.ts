/* The module's exports; simd-kernels.ts calls them. */
export {
  addScaled,
  copy,
  dropoutMask,
  fill,
  multiply,
  relu,
  reluBackward,
  scale,
  tanh,
  tanhBackward,
} from './elements';
export { gruBackward, gruForward, lstmBackward, lstmForward } from './gates';
export { logSoftmax, softmax, softmaxCrossEntropy } from './losses';
export { matmul, matmulTransposedA, matmulTransposedB, scratchBytes, useScratch } from './matmul';
export { layerNormBackward, layerNormForward } from './normalization';
export { adamUpdate, momentumUpdate, moveAverage, rmspropUpdate, sgdUpdate, sumOfSquares } from './optimizers';
export { peakOperations, registerLoop } from './peak';
export { addColumnSums, fillRows, gatherAddRows, gatherRows, putRows, scatterAddRows, takeRows, transpose } from './rows';
// Called by nobody: a function with one caller is inlined unless it is exported, and the loop it would then be inside of
// makes V8 unroll this one beyond its registers.
export { tile1x32 } from './tiles';
