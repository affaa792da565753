/** The contract's OpenAPI file as a judge needs it: where in it the schema of a request, an answer or an event stands. */
import { readFileSync } from "node:fs";

/** An object of the file, whatever it holds. */
export type Node = { readonly [key: string]: unknown };

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the file says of one method and path. */
export interface SpecifiedOperation {
  readonly id: string;
  readonly queryNames: readonly string[];
  /** Where the schema of a body stands, be it JSON or a form; null where the operation takes none. */
  readonly request: string | null;
  /** Where the schema of the answer with status 200 stands. */
  readonly answer: string;
  /** Whether it answers with bytes: the file writes them as one string, though not of JSON. */
  readonly answersWithBytes: boolean;
}

/** Every error has this shape; the file shows it for status 429 alone. */
export const ERROR_RESPONSE = "#/components/schemas/ErrorResponse";

/** Where the events of a stream are told apart by their name, each in a branch of its own. */
const EVENT_FAMILIES = ["ThreadStreamEvent", "RunStreamEvent", "RunStepStreamEvent", "MessageStreamEvent"];
const SINGLE_EVENTS = ["ErrorEvent", "DoneEvent"];

export class Specification {
  readonly document: Node;
  /** Where the schema of each event stands, by the event's name. */
  readonly events: ReadonlyMap<string, string>;

  constructor(document: unknown) {
    if (!isNode(document)) throw new TypeError("The OpenAPI file holds no object.");
    this.document = document;
    this.events = eventPlaces(document);
  }

  /** The operation that a request addresses, its path relative to the base URL; null where the file has none. */
  operation(method: string, path: string): SpecifiedOperation | null {
    const paths = at(this.document, "paths");
    const asked = path.split("/");
    const templates = Object.keys(paths).filter((template) => fits(template.split("/"), asked));
    // A word stands for itself before it stands for a parameter, as in /threads/runs.
    const [template] = templates.sort((left, right) => left.split("{").length - right.split("{").length);
    const operation = template === undefined ? undefined : at(paths, template)[method.toLowerCase()];
    if (template === undefined || !isNode(operation)) return null;
    const place = ["paths", template, method.toLowerCase()];
    const [mediaType] = isNode(operation["requestBody"])
      ? Object.keys(at(operation, "requestBody", "content"))
      : [];
    const answer = ["responses", "200", "content", "application/json", "schema"];
    return {
      id: String(operation["operationId"]),
      queryNames: namesInQuery(operation),
      request:
        mediaType === undefined ? null : pointer(...place, "requestBody", "content", mediaType, "schema"),
      answer: pointer(...place, ...answer),
      answersWithBytes: at(operation, ...answer)["type"] === "string",
    };
  }
}

/** The file that the environment variable names; null where it names none. */
export function readSpecification(path: string | undefined): Specification | null {
  if (path === undefined || path === "") return null;
  return new Specification(JSON.parse(readFileSync(path, "utf8")));
}

/** A JSON pointer as a fragment of an address. */
export function pointer(...segments: string[]): string {
  const escaped = segments.map((segment) => segment.replaceAll("~", "~0").replaceAll("/", "~1"));
  return `#/${escaped.map(encodeURIComponent).join("/")}`;
}

function at(node: Node, ...path: string[]): Node {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  const next = node[key];
  if (!isNode(next)) throw new TypeError(`The OpenAPI file has no ${key} where it should.`);
  return at(next, ...rest);
}

function fits(template: readonly string[], asked: readonly string[]): boolean {
  if (template.length !== asked.length) return false;
  return template.every((segment, index) => segment.startsWith("{") || segment === asked[index]);
}

function namesInQuery({ parameters }: Node): string[] {
  const nodes = Array.isArray(parameters) ? parameters.filter(isNode) : [];
  return nodes.filter((parameter) => parameter["in"] === "query").map(({ name }) => String(name));
}

function eventPlaces(document: Node): Map<string, string> {
  const schemas = at(document, "components", "schemas");
  const places = new Map<string, string>();
  const add = (schema: unknown, place: string) => {
    if (!isNode(schema)) return;
    const { enum: names } = at(schema, "properties", "event");
    for (const name of Array.isArray(names) ? names : []) places.set(String(name), place);
  };
  for (const family of EVENT_FAMILIES) {
    const { oneOf } = at(schemas, family);
    for (const [index, branch] of (Array.isArray(oneOf) ? oneOf : []).entries()) {
      add(branch, pointer("components", "schemas", family, "oneOf", String(index)));
    }
  }
  for (const name of SINGLE_EVENTS) add(schemas[name], pointer("components", "schemas", name));
  return places;
}
