/**
 * For `JSON.stringify`, which writes null for a number that JSON has none of, and null often means something else.
 * @throws RangeError for what 1e999 is read as, and for what comes of calculating with no number
 */
export function finiteNumbers(_key: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new RangeError(Number.isNaN(value) ? "NaN is no number." : "A number is too large.");
}
