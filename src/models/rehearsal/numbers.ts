import type { JsonSchema } from "./schema.ts";
import { readable } from "./words.ts";

/** Not inside a name ("v2.0", "A17"); thousands may have commas ("1,500"). */
const number =
  /(?<![\p{Script=Latin}\d_]|\d\.)(?:(?<![\p{L}\p{N}])[-−])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?/gu;

/** The numbers that stand in a text, in order. */
export function numbersIn(text: string): number[] {
  const found = readable(text).match(number) ?? [];
  return found.map((digits) => Number(digits.replaceAll(",", "").replace("−", "-"))).filter(Number.isFinite);
}

const bound = (schema: JsonSchema, key: string): number | undefined => {
  const value = schema[key];
  return typeof value === "number" ? value : undefined;
};

/** Whether a number keeps to the schema's bounds and steps. */
export function numberFits(value: number, schema: JsonSchema, integer: boolean): boolean {
  const step = bound(schema, "multipleOf");
  return (
    (!integer || Number.isSafeInteger(value)) &&
    value >= (bound(schema, "minimum") ?? -Infinity) &&
    value <= (bound(schema, "maximum") ?? Infinity) &&
    value > (bound(schema, "exclusiveMinimum") ?? -Infinity) &&
    value < (bound(schema, "exclusiveMaximum") ?? Infinity) &&
    (step === undefined || step <= 0 || Number.isInteger(value / step))
  );
}

/** The plainest number that fits: zero, else one at an edge of what is allowed; undefined where there is none. */
export function smallestNumber(schema: JsonSchema, integer: boolean): number | undefined {
  const step = bound(schema, "multipleOf") ?? 1;
  const above = bound(schema, "exclusiveMinimum");
  const below = bound(schema, "exclusiveMaximum");
  const least = bound(schema, "minimum") ?? above ?? -Infinity;
  const most = bound(schema, "maximum") ?? below ?? Infinity;
  const onStep = Math.ceil(least / step) * step;
  const candidates = [
    0,
    least,
    onStep,
    onStep + step,
    Math.floor(most / step) * step,
    most,
    (least + most) / 2,
  ];
  if (below !== undefined) candidates.push((Math.ceil(below / step) - 1) * step, below - 1);
  return candidates.find((value) => Number.isFinite(value) && numberFits(value, schema, integer));
}
