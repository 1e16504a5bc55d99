import { adam } from './adam.js';
import { momentum } from './momentum.js';
import type { Optimizer, OptimizerInput, OptimizerName } from './optimizer.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

export function createOptimizer(name: OptimizerName, input: OptimizerInput): Optimizer {
  switch (name) {
    case 'sgd':
      return sgd(input);
    case 'momentum':
      return momentum(input);
    case 'rmsprop':
      return rmsprop(input);
    case 'adam':
      return adam(input, false);
    case 'adamw':
      return adam(input, true);
  }
}
