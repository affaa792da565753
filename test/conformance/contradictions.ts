/**
 * Where the OpenAPI file contradicts itself, its own examples or what the original service was seen to send. Each is
 * read as said here; one that no answer needs any more fails the suite.
 */
import { isNode, type Node } from "./specification.ts";

export interface Contradiction {
  readonly reason: string;
  /** Whether it is found in this schema, whose place is the keys that lead to it, joined by slashes. */
  applies(schema: Node, place: string): boolean;
  /** The schema as it must be read. */
  read(schema: Node): Node;
}

const orNull = (schema: Node): Node => ({ anyOf: [schema, { type: "null" }] });

/** The schema with one more value among those that it names. */
const allowing =
  (value: string) =>
  (schema: Node): Node => {
    const named = schema["enum"];
    return { ...schema, enum: [...(Array.isArray(named) ? named : []), value] };
  };

const isNullable = (schema: unknown) => isNode(schema) && schema["nullable"] === true;

export const contradictions: readonly Contradiction[] = [
  {
    reason:
      "`nullable` is a word of OpenAPI 3.0 that 3.1, which the file names, does not have: it means `or null`.",
    applies: isNullable,
    read: orNull,
  },
  {
    reason: "`nullable` beside a reference in `allOf` means that the reference may be null, too.",
    applies: ({ allOf }) => Array.isArray(allOf) && allOf.some(isNullable),
    read: ({ allOf }) => {
      const parts = Array.isArray(allOf) ? allOf.filter(isNode) : [];
      return orNull({ allOf: parts.filter((part) => !isNullable(part)) });
    },
  },
  {
    reason: "An empty list has null for its first and last id, as the original service answered.",
    applies: ({ type }, place) =>
      type === "string" && /List\w+Response\/properties\/(first|last)_id$/.test(place),
    read: orNull,
  },
  {
    reason:
      "Requests set reasoning_effort on assistants and runs, whose objects have no place for it: what was set could " +
      "not be read back.",
    applies: (_, place) => /\/(AssistantObject|RunObject)$/.test(place),
    read: (schema) => ({
      ...schema,
      properties: {
        ...Object(schema["properties"]),
        reasoning_effort: { $ref: "#/components/schemas/ReasoningEffort" },
      },
    }),
  },
  {
    reason:
      "A run has the tools of its assistant, which may have 128; only those that a run names itself are 20.",
    applies: (_, place) => place.endsWith("/RunObject/properties/tools"),
    read: ({ maxItems: _, ...schema }) => schema,
  },
  {
    reason:
      "A run whose answer was cut off by a content filter is incomplete for that reason, as the original service " +
      "answered and as the file itself lets messages say.",
    applies: (_, place) => place.endsWith("/RunObject/properties/incomplete_details/properties/reason"),
    read: allowing("content_filter"),
  },
  {
    reason: "Files can be uploaded for evals, but the file object has no such purpose.",
    applies: (_, place) => place.endsWith("/OpenAIFile/properties/purpose"),
    read: allowing("evals"),
  },
];
