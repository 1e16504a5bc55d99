/** Of the angles between rows (V, D) and other rows (V, D); rows of zeros, which have none, do not count. 1 without any. */
export function meanCosine(rows: Float32Array, others: Float32Array, dimension: number): number {
  let sum = 0;
  let count = 0;
  for (let start = 0; start < rows.length; start += dimension) {
    let product = 0;
    let first = 0;
    let second = 0;
    for (let i = start; i < start + dimension; i++) {
      product += rows[i] * others[i];
      first += rows[i] * rows[i];
      second += others[i] * others[i];
    }
    if (first === 0 || second === 0) continue;
    sum += product / Math.sqrt(first * second);
    count++;
  }
  return count === 0 ? 1 : sum / count;
}
