import type { ResponseFormat } from "../../contract/objects.ts";
import { ModelError } from "../model.ts";
import { fitSchema, type Leaves } from "./fit-schema.ts";
import { smallestNumber } from "./numbers.ts";
import type { JsonSchema } from "./schema.ts";

/** The plainest text of each format that JSON Schema names. */
const formats: Record<string, string> = {
  "date-time": "1970-01-01T00:00:00Z",
  date: "1970-01-01",
  time: "00:00:00Z",
  duration: "PT0S",
  email: "a@example.com",
  hostname: "example.com",
  ipv4: "0.0.0.0",
  ipv6: "::",
  uri: "https://example.com",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** The longest text that is made up only to be long enough. */
const longestFilling = 10_000;

const length = (schema: JsonSchema, key: string, otherwise: number): number => {
  const value = schema[key];
  return typeof value === "number" ? value : otherwise;
};

/** Leaves of the smallest JSON: nothing, except in the first text field that takes any text. */
function smallest(answer: string): Leaves {
  let quoted = false;
  return {
    settles: true,
    text(schema) {
      const { format, pattern } = schema;
      if (typeof format === "string" && Object.hasOwn(formats, format)) return formats[format];
      const fill = length(schema, "minLength", 0);
      if (fill > longestFilling) return undefined;
      const text = quoted || pattern !== undefined ? "" : answer;
      quoted ||= pattern === undefined;
      return text
        .slice(0, length(schema, "maxLength", Infinity))
        .toWellFormed()
        .padEnd(fill, "-");
    },
    number: (schema, _name, integer) => smallestNumber(schema, integer),
    flag: () => false,
    choice: (values) => values[0],
  };
}

/**
 * An answer in the form that is asked for: the smallest JSON that fits, with the answer in its first text
 * field; the answer itself where no form is asked for. A text's `pattern` is not followed.
 * @throws ModelError `invalid_prompt` where nothing fits the schema.
 */
export function formatAnswer(answer: string, format: ResponseFormat): string {
  if (format === "auto" || format.type === "text") return answer;
  const { name, schema = {} } = format.type === "json_schema" ? format.json_schema : { name: "" };
  if (Object.keys(schema).length === 0) return JSON.stringify({ answer });
  const fitted = fitSchema(schema, name, smallest(answer));
  if (fitted.found) return JSON.stringify(fitted.value);
  const where = fitted.missing === name ? "" : ` at '${fitted.missing}'`;
  throw new ModelError(
    "invalid_prompt",
    `The rehearsal model finds no JSON that fits the schema '${name}'${where}.`,
  );
}
