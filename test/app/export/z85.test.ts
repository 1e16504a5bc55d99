import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeZ85, encodeZ85 } from '#app/export/z85.js';

describe('Z85', () => {
  test('is that of its specification', () => {
    // rfc.zeromq.org/spec/32, test case
    const bytes = new Uint8Array([0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]);
    expect(encodeZ85(bytes)).toBe('HelloWorld');
    expect(decodeZ85('HelloWorld', 8)).toEqual(bytes);
  });

  test('gives back any bytes of any length, and needs no escape in quotes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = encodeZ85(bytes);
        expect(text).toMatch(/^[^'"`\\\s]*$/);
        expect([...decodeZ85(text, bytes.length)]).toEqual([...bytes]);
      }),
    );
  });
});
