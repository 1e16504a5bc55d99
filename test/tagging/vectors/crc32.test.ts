import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '#tagging/vectors/crc32.js';
import { zlibCrc32 } from './helpers.js';

test('the check value of the standard', () => {
  expect(crc32([new TextEncoder().encode('123456789')])).toBe(0xcbf43926);
  expect(crc32([])).toBe(0);
});

test('is that of zlib, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
      expect(crc32([bytes.subarray(0, at), bytes.subarray(at)])).toBe(zlibCrc32(bytes));
    }),
  );
});
