/** The page that says what of the original contract is there. Written from the operations table and the schemas. */
import {
  answerNames,
  type Operation,
  type OperationName,
  operationNames,
  operations,
  streamOf,
} from "../../src/contract/operations.ts";
import { type RequestName, requests } from "../../src/contract/requests.ts";
import { type OriginalOperation, originalAlternatives, originalOperations } from "./original-operations.ts";

const HEAD = `# The contract, operation by operation

Every operation of the Assistants v2 contract, and whether it is there: in the **client**, which speaks it to another
server, and in the **service**, which is the contract in this process or behind \`npm run service\`. A method is called
with one object that holds the parameters of path, query and body together; its stream, where there is one, takes the
same. What the service refuses is answered with \`400\` and the parameter's name, never ignored.
One field is taken though it does nothing for the model: \`tool_resources.code_interpreter\`. Its files must exist, and
it is kept and shown as it was given, but no model is told of it.

This page is written by \`npm run docs:contract\` from the table in \`src/contract/operations.ts\`.
`;

const normal = (path: string) => path.replace(/\{\w+\}/g, "{}");

/** The row of our table at the same address. */
function ours({ method, path }: OriginalOperation): OperationName | null {
  const there = (name: OperationName) =>
    operations[name].method === method && normal(operations[name].path) === normal(path);
  return answerNames.find(there) ?? null;
}

/** The fields of the original that the schema does not take, and the alternatives that its fields do not. */
function refusedFields(fields: readonly string[], schema: RequestName): string[] {
  const properties: Readonly<Record<string, unknown>> = requests[schema].properties;
  return fields.flatMap((field) => {
    if (!(field in properties)) return [`\`${field}\``];
    const written = JSON.stringify(properties[field]);
    const refused = (originalAlternatives[field] ?? []).filter((name) => !written.includes(`"${name}"`));
    return refused.map((name) => `\`${name}\` in \`${field}\``);
  });
}

function line(original: OriginalOperation): string {
  const address = `\`${original.method} ${original.path}\``;
  const name = ours(original);
  if (name === null) return `| ${address} | | not yet | not yet |`;
  const { query, body }: Operation = operations[name];
  const stream = streamOf(name);
  const methods = [name, ...(stream === null ? [] : [stream])].map((method) => `\`${method}\``).join(", ");
  const parameters = query ? `<br>query: ${query.names.join(", ")}` : "";
  const refused = body && original.fields ? refusedFields(original.fields, body) : [];
  const service = refused.length === 0 ? "yes" : `yes, but refuses ${refused.join(", ")}`;
  return `| ${address}${parameters} | ${methods} | yes | ${service} |`;
}

/** The whole page, as it stands in docs/contract.md. */
export function contractPage(): string {
  const groups = Object.entries(originalOperations).map(([title, rows]) => {
    const head = ["| request | method | client | service |", "|---|---|---|---|"];
    return [`## ${title}`, "", ...head, ...rows.map(line)].join("\n");
  });
  return `${[HEAD, ...groups].join("\n\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

/** Operations of our table that the original does not have at their address. */
export function unknownToOriginal(): OperationName[] {
  const known = new Set(Object.values(originalOperations).flatMap((rows) => rows.map(ours)));
  return operationNames.filter((name) => !("streams" in operations[name]) && !known.has(name));
}
