/** Checks what comes in against the operations table and the schemas. */
import { contractError } from "../contract/errors.ts";
import { finiteNumbers } from "../contract/finite-numbers.ts";
import { beginningOfId, idPrefixes } from "../contract/ids.ts";
import { type AnswerName, type Operation, operations, pathParameters } from "../contract/operations.ts";
import type { RequestName } from "../contract/requests.ts";
import type { ReceivedFile } from "./files/file-disk.ts";
import { outOfBounds } from "./json-bounds.ts";
import type { CheckedParameters } from "./operations/context.ts";
import { schemaChecker } from "./schema-checker.ts";

type Fields = Record<string, unknown>;

/** Characters; far more than any server's ids have. */
const MAX_ID = 256;

const prefixes = new Map<string, string>(Object.entries(idPrefixes));

/**
 * The parameters of an operation, checked and copied; whole numbers in a query or a form may come as strings.
 * @param received the file of a form, which the other parameters came with
 * @throws ContractError naming the parameter that is wrong and what was expected
 */
export function checkParameters<Name extends AnswerName>(
  name: Name,
  given: unknown,
  received?: ReceivedFile,
): CheckedParameters<Name> {
  const fields = wireCopy(given);
  assertParameters(name, fields, received);
  return fields;
}

/** What would arrive if it had been sent: no undefined, no functions, nothing shared with the caller. */
function wireCopy(given: unknown): Fields {
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(given ?? {}, finiteNumbers));
  } catch (error) {
    throw contractError("invalid_json", { reason: error instanceof Error ? error.message : String(error) });
  }
  const reason = outOfBounds(copy);
  if (reason !== null) throw contractError("invalid_json", { reason: `${reason}.` });
  if (!isFields(copy)) throw contractError("invalid_type", { param: "body", expected: "an object" });
  return copy;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function assertParameters<Name extends AnswerName>(
  name: Name,
  fields: Fields,
  received: ReceivedFile | undefined,
): asserts fields is Fields & CheckedParameters<Name> {
  const { path, query, body, form }: Operation = operations[name];
  const inPath = pathParameters(path);
  for (const parameter of inPath) checkId(parameter, fields[parameter]);
  const elsewhere = Object.entries(fields).filter(([field]) => !inPath.includes(field));
  const inQuery = elsewhere.filter(([field]) => query?.names.includes(field));
  const inBody = elsewhere.filter(([field]) => !query?.names.includes(field));
  if (query) Object.assign(fields, checkSchema(query.schema, Object.fromEntries(inQuery), true));
  if (body) Object.assign(fields, checkSchema(body, Object.fromEntries(inBody), form !== undefined));
  else for (const [field] of inBody) throw contractError("unknown_parameter", { param: field });
  if (form !== undefined) fields[form] = received;
}

function checkId(parameter: string, value: unknown): void {
  // Over HTTP no address can be made of these; what is refused before sending there is refused alike here.
  if (value === undefined || value === null || value === "") {
    throw contractError("missing_required_parameter", { param: parameter });
  }
  const prefix = prefixes.get(parameter);
  const text = String(value);
  // Models are named by whoever makes them.
  const known = prefix === undefined || text.startsWith(beginningOfId(prefix));
  if (typeof value === "string" && known && text.length <= MAX_ID) return;
  const shown = text.length > MAX_ID ? `${text.slice(0, MAX_ID)}…` : text;
  throw contractError("malformed_id", { param: parameter, value: shown, prefix: prefix ?? "" });
}

/** @param asText whether whole numbers may be text */
function checkSchema(name: RequestName, fields: Fields, asText: boolean): Fields {
  const checker = schemaChecker(name);
  // Before the schema is asked: it would complain of each of very many by itself.
  const unknown = Object.keys(fields).find((field) => !checker.fields.has(field));
  if (unknown !== undefined) throw contractError("unknown_parameter", { param: unknown });
  const value = asText ? checker.withNumbers(fields) : fields;
  const error = checker.firstError(value);
  if (error) throw error;
  return value;
}
