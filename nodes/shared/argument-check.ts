/** Whether the arguments that a model wrote fit the function it calls, and what to tell it where they do not. */
import { withDefaults } from "./argument-defaults.ts";
import { withoutFormats } from "./schema-keywords.ts";

/** The arguments for the flow, with defaults; or a sentence for the model that says what is wrong with them. */
export type CheckedArguments = { fitting: unknown } | { misfit: string };

/** @param given the arguments as parsed; the text that the model wrote where it is no JSON */
export type ArgumentCheck = (given: unknown) => CheckedArguments;

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: object;
  message: string;
}

/** A model mends a few mistakes at a time, and pays for each word. */
const MAX_PROBLEMS = 4;
const MAX_SENTENCE = 500;
const MAX_QUOTED = 160;

/**
 * The check for a function's arguments. Nothing is converted: "1" is no number.
 * Loads the schema library. Rejects where that cannot compile the schema.
 * @param parameters a schema in which `schemaProblem` finds nothing
 */
export async function argumentCheck(
  name: string,
  parameters: Record<string, unknown>,
): Promise<ArgumentCheck> {
  const { Compile } = await import("typebox/compile");
  const schema = withoutFormats(parameters);
  if (typeof schema !== "object" || schema === null) throw new TypeError("A schema is an object.");
  const validator = Compile(schema);
  return (given) => {
    const notJson = typeof given === "string" ? syntaxError(given) : null;
    if (notJson !== null) return { misfit: sentence(name, `are not JSON: ${notJson}`) };
    try {
      const filled = withDefaults(parameters, given);
      // A default may stand in for what is required, and need not fit itself: it is the author's.
      if (validator.Check(given) || validator.Check(filled)) return { fitting: filled };
      return { misfit: sentence(name, `do not fit: ${problems(validator.Errors(given))}`) };
    } catch (error) {
      // Arguments can be nested more deeply than the stack is.
      return { misfit: sentence(name, `cannot be checked: ${reasonOf(error)}`) };
    }
  };
}

/** What the model is told about a function whose schema is of no use. */
export const undeclared = (name: string) =>
  `The function ${name} cannot be called here: its parameters are not declared correctly.`;

const sentence = (name: string, what: string) => cut(`The arguments of ${name} ${what}`, MAX_SENTENCE);

function syntaxError(written: string): string | null {
  try {
    JSON.parse(written);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** They only repeat what errors further below say. */
const SUMMARIES = ["additionalProperties", "allOf", "anyOf", "oneOf", "if", "propertyNames"];

function problems(errors: SchemaError[]): string {
  const telling = errors.filter(({ keyword }) => !SUMMARIES.includes(keyword));
  const told = (telling.length > 0 ? telling : errors).map((error) => ({
    argument: argumentName(error.instancePath),
    expected: expectation(error),
  }));
  // Alternatives complain of one argument each in its own way.
  const byArgument = Map.groupBy(told, ({ argument }) => argument);
  const phrases = [...byArgument].map(
    ([argument, all]) => `${argument} ${[...new Set(all.map(({ expected }) => expected))].join(" or ")}`,
  );
  return `${phrases.slice(0, MAX_PROBLEMS).join("; ")}.`;
}

function expectation({ keyword, params, message }: SchemaError): string {
  const values = Object.values(params).flat();
  const quoted = () => cut(values.map((value) => JSON.stringify(value)).join(", "), MAX_QUOTED);
  switch (keyword) {
    case "boolean":
      return "is not allowed";
    case "const":
      return `must be ${quoted()}`;
    case "enum":
      return `must be one of ${quoted()}`;
    case "required":
      return `must have ${quoted()}`;
    case "type":
      return `must be of type ${values.join(" or ")}`;
    default:
      return cut(message, MAX_QUOTED);
  }
}

/** `/legs/0/from~1to` as `legs[0].from/to`. */
function argumentName(instancePath: string): string {
  const steps = instancePath.split("/").slice(1);
  const named = steps.map((step) =>
    /^\d+$/.test(step) ? `[${step}]` : `.${step.replaceAll("~1", "/").replaceAll("~0", "~")}`,
  );
  return named.length === 0 ? "the object" : cut(named.join("").replace(/^\./, ""), MAX_QUOTED);
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text
    .slice(0, length - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, "")}…`;
}
