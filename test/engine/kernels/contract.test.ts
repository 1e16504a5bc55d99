import { createReferenceKernels } from '#engine/kernels/reference.js';
import { describeKernelContract } from './contract.js';
import { createKernels } from './simd-modules.js';

describeKernelContract('reference, float64', () => createReferenceKernels('float64'));
describeKernelContract('reference, float32', () => createReferenceKernels('float32'));
describeKernelContract('simd', () => createKernels('simd'));
describeKernelContract('relaxed', () => createKernels('relaxed'));
describeKernelContract('simd, memory not shared', () => createKernels('simd', { shared: false }));
