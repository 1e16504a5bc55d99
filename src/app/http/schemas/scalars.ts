import { z } from 'zod';

export const count = z.int().min(0).meta({ maximum: undefined });
export const probability = z.number().min(0).max(1);
export const offsetUnit = z.enum(['utf16', 'codepoint', 'utf8']);
export const sha256 = z.string().describe('SHA-256 of the weights, hexadecimal');
export const milliseconds = z.number().min(0).describe('Milliseconds spent on tagging');
/** The end of a span, in whatever the start counts in. */
export const spanEnd = count.describe('Exclusive');
/** "name" or "name@version". */
export const modelSpec = z.string().min(1).max(100);
