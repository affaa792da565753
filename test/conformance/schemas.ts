/** The file's schemas, read as JSON Schema and strictly: what a schema does not name may not be there. */
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { Contradiction } from "./contradictions.ts";
import { isNode, type Node } from "./specification.ts";

/** Seconds; what lies outside is no time of ours, milliseconds for example. */
const EARLIEST = Date.UTC(2020) / 1000;
const LATEST = Date.UTC(2100) / 1000;

const DOCUMENT = "file:///specification";

export class Schemas {
  readonly #ajv: Ajv2020;

  constructor(document: Node, contradictions: readonly Contradiction[]) {
    // Not strict about the schemas: they are somebody else's, and OpenAPI has keywords of its own.
    this.#ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
    formats.default(this.#ajv);
    const unixtime = (seconds: number) => seconds > EARLIEST && seconds < LATEST;
    this.#ajv.addFormat("unixtime", { type: "number", validate: unixtime });
    this.#ajv.addSchema({ ...readNode(document, "", contradictions), $id: DOCUMENT });
  }

  /** What is wrong with a value by the schema at a place of the file, in words; null where nothing is. */
  errorsOf(place: string, value: unknown): string | null {
    const validate = this.#ajv.getSchema(DOCUMENT + place);
    if (!validate) throw new TypeError(`The OpenAPI file has no schema at ${place}.`);
    if (validate(value) === true) return null;
    return (validate.errors ?? []).map(describe).join("; ");
  }
}

/** A part of the file as it is to be read, from the inside out. */
function readNode(node: Node, place: string, contradictions: readonly Contradiction[]): Node {
  const inner = (value: unknown, key: string | number): unknown => {
    const path = `${place}/${key}`;
    if (Array.isArray(value)) return value.map((part, index) => inner(part, `${key}/${index}`));
    return isNode(value) ? readNode(value, path, contradictions) : value;
  };
  // The validator would heed `nullable`, which JSON Schema does not know: whether to is said with the contradictions.
  const keywords = Object.entries(node).filter(([key, value]) => key !== "nullable" || value !== true);
  const entries = keywords.map(([key, value]) => [key, inner(value, key)]);
  const read = contradictions
    .filter((contradiction) => contradiction.applies(node, place))
    .reduce<Node>((schema, contradiction) => contradiction.read(schema), Object.fromEntries(entries));
  return closed(read);
}

function closed(schema: Node): Node {
  const isOpen = isNode(schema["properties"]) && schema["additionalProperties"] === undefined;
  return isOpen ? { ...schema, additionalProperties: false } : schema;
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || "the whole"} ${message} ${JSON.stringify(params)}`;
}
