/** The page that tells flow authors what `msg.error.code` can be. Written from the two tables of errors. */
import catalog from "../../nodes/locales/en-US/config.json" with { type: "json" };
import { flowErrorCodes } from "../../nodes/shared/flow-error.ts";
import { codesByStatus, type ErrorRow, errorTable } from "../../src/contract/errors.ts";

const HEAD = `# What a Catch node can find in \`msg.error.code\`

A failure goes to a **catch** node with the code in \`msg.error.code\` and a sentence in \`msg.error.message\`. Codes stay
as they are from version to version; sentences may change and are translated. Where the service has no such thing (404),
the sentence ends with the service that was asked. Where the service said more, it stands in \`msg.error.cause\`: of its
own errors \`status\`, \`type\`, \`code\`, \`param\`, \`message\` and \`request_id\`; of a run that ended without an answer
\`status\`, \`last_error\` and \`incomplete_details\`; of a file that cannot be searched its \`filename\`, and the \`code\`
and \`message\` that the service gave it. What stands in *italics* below is filled in.

This page is written by \`npm run docs:errors\` from the tables in \`nodes/shared/flow-error.ts\` and
\`src/contract/errors.ts\`.`;

const OTHERS = `## What another server says

An error of a server whose sentence is none of these has the server's own code where that is a word. Otherwise its
HTTP status gives the code:`;

const rows: [string, ErrorRow][] = Object.entries(errorTable);

/** Errors of their own: one that says the same in the words of another dialect has the code of the first. */
const contractRows = rows.filter(([, row]) => row.code === undefined);

/** Names that are filled in, in either way of writing them, and nothing that would end a cell. */
const shown = (sentence: string) =>
  sentence
    .replace(/\{(\w+)\}|__(\w+?)__/g, (_, ...names) => `*${names[0] ?? names[1]}*`)
    .replaceAll("|", "\\|");

function nodesTable(): string {
  const texts: Record<string, string> = catalog.runtime.error;
  const lines = flowErrorCodes.map((code) => `| \`${code}\` | ${shown(texts[code] ?? "")} |`);
  return ["## What the nodes find", "", "| code | sentence |", "|---|---|", ...lines].join("\n");
}

function contractTable(title: string, fits: (status: number) => boolean): string {
  const fitting = contractRows.filter(([, { status }]) => fits(status));
  const lines = fitting.map(([code, { status, message }]) => {
    return `| \`${code}\` | ${status === 0 ? "" : status} | ${shown(message)} |`;
  });
  return [`## ${title}`, "", "| code | HTTP status | sentence |", "|---|---|---|", ...lines].join("\n");
}

function othersTable(): string {
  const lines = Object.entries(codesByStatus).map(([status, code]) => `| ${status} | \`${code}\` |`);
  const rest = ["| any other below 500 | `bad_request` |", "| 500 and above | `server_error` |"];
  return [OTHERS, "", "| HTTP status | code |", "|---|---|", ...lines, ...rest].join("\n");
}

/** The whole page, as it stands in docs/errors.md. */
export function errorsPage(): string {
  const parts = [
    HEAD,
    nodesTable(),
    contractTable("What the service refuses", (status) => status >= 400 && status < 500),
    contractTable("What the service cannot do now", (status) => status >= 500),
    contractTable("What goes wrong on this machine, or on the way to a server", (status) => status === 0),
    othersTable(),
  ];
  return `${parts.join("\n\n")}\n`;
}
