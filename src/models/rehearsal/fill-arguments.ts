import type { FunctionDefinition } from "../../contract/objects.ts";
import type { Conversation } from "./conversation.ts";
import { type Fitted, fitSchema, type Leaves } from "./fit-schema.ts";
import { numberFits, numbersIn, smallestNumber } from "./numbers.ts";
import { firstText, named, namedText, numbersOf, plainText } from "./outputs.ts";
import { namedChoice, quotedParts } from "./question.ts";
import type { JsonSchema } from "./schema.ts";

/**
 * How far to go for a value: only what clearly belongs there (`ready`), anything that is there at all
 * (`last resort`), something made up (`forced`, for a call that `tool_choice` demands).
 */
export type Effort = "ready" | "last resort" | "forced";

const flagOf = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

const longest = (schema: JsonSchema): number =>
  typeof schema["maxLength"] === "number" ? schema["maxLength"] : Infinity;

/**
 * Fills a function's needed arguments from this run's outputs and from the question.
 * @param waits whether texts wait for the output of a function that needs no arguments.
 */
export function fillArguments(
  definition: FunctionDefinition,
  conversation: Conversation,
  waits: boolean,
  effort: Effort,
): Fitted {
  const { texts, steps } = conversation;
  const outputs = steps.flat();
  const latest = steps.toReversed();
  const quoted = texts.map(quotedParts).find((parts) => parts.length > 0) ?? [];
  const numbers = [...outputs.flatMap(numbersOf), ...texts.flatMap(numbersIn)];

  const fromQuestion = (): string | undefined => {
    // More quotes than one go to the texts one by one; a single one is meant for all of them.
    const part = quoted.length > 1 ? quoted.shift() : quoted[0];
    return part ?? texts.toReversed().join("\n");
  };
  const anything = (): string | undefined =>
    latest
      .flat()
      .map(firstText)
      .find((text) => text !== undefined) ??
    latest
      .flat()
      .map(plainText)
      .find((text) => text !== undefined);
  const findText = (name: string): string | undefined => {
    if (outputs.length === 0) return waits ? undefined : fromQuestion();
    const ready = namedText(outputs, name) ?? latest[0]?.map(plainText).find((text) => text !== undefined);
    return ready ?? (effort === "ready" ? undefined : anything());
  };

  const leaves: Leaves = {
    settles: effort !== "ready",
    text(schema, name) {
      const text = findText(name) ?? (effort === "forced" ? fromQuestion() : undefined);
      return text?.slice(0, longest(schema)).toWellFormed();
    },
    number(schema, name, integer) {
      const fits = (value: number) => numberFits(value, schema, integer);
      const own = named(outputs, name, (value) => numberIn(value, fits));
      const taken = own === undefined ? numbers.findIndex(fits) : numbers.indexOf(own);
      const [next] = taken < 0 ? [] : numbers.splice(taken, 1);
      return own ?? next ?? (effort === "forced" ? smallestNumber(schema, integer) : undefined);
    },
    flag: (schema, name) => named(outputs, name, flagOf) ?? flagOf(schema["default"]) ?? false,
    choice: (values) => namedChoice(texts, values) ?? values[0],
  };
  return fitSchema({ ...definition.parameters, type: "object" }, definition.name, leaves);
}

function numberIn(value: unknown, fits: (value: number) => boolean): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && fits(number) ? number : undefined;
}

/** Whether a function can be called without knowing anything. */
export function needsNothing(definition: FunctionDefinition): boolean {
  let asked = false;
  const ask = <Value>(value: Value) => {
    asked = true;
    return value;
  };
  const fitted = fitSchema({ ...definition.parameters, type: "object" }, definition.name, {
    settles: true,
    text: () => ask(""),
    number: () => ask(0),
    flag: () => ask(false),
    choice: (values) => ask(values[0]),
  });
  return fitted.found && !asked;
}
