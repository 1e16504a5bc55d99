/** CRC-32 of the parts, one after another, as gzip and PNG compute it (RFC 1952, section 8); 0 to 2^32 - 1. */
export function crc32(parts: readonly Uint8Array[]): number {
  let crc = -1;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ part[i]) & 255];
  }
  return ~crc >>> 0;
}

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});
