/** The files that come with a message, as a field names them. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Attachment } from "../../src/contract/objects.ts";
import { idOf, readField } from "./fields.ts";
import { flowError } from "./flow-error.ts";
import { isObject } from "./schema-keywords.ts";

/** Not there in flows that are older than attachments. */
export interface AttachmentFields {
  attachments?: string;
  /** `none` beside what a TypedInput usually has. */
  attachmentsType?: string;
  /** The tools that the files are for. */
  attachmentTools?: "file_search" | "code_interpreter" | "both";
}

type Tools = NonNullable<Attachment["tools"]>;

const SEARCH: Tools = [{ type: "file_search" }];
const CODE: Tools = [{ type: "code_interpreter" }];
const TOOLS = { file_search: SEARCH, code_interpreter: CODE, both: [...SEARCH, ...CODE] };

/**
 * What a field holds: a file or its id, an attachment as the API has it, or a list of these. Where nothing is in it,
 * nothing is attached. An attachment that names its own tools keeps them.
 * @throws FlowError `attachments_invalid` or `template_invalid`
 */
export async function readAttachments(
  RED: NodeAPI,
  node: Node,
  { attachments = "", attachmentsType = "none", attachmentTools = "file_search" }: AttachmentFields,
  msg: NodeMessage,
): Promise<Attachment[]> {
  if (attachmentsType === "none") return [];
  const value = await readField(RED, node, { value: attachments, type: attachmentsType }, msg);
  return [value].flat().flatMap((given: unknown) => {
    if (given === undefined || given === null || given === "") return [];
    const attachment = attachmentOf(given, TOOLS[attachmentTools]);
    if (attachment) return [attachment];
    throw flowError(RED, "attachments_invalid", { field: `${attachmentsType}.${attachments}` });
  });
}

function attachmentOf(given: unknown, tools: Tools): Attachment | null {
  if (typeof given === "string") return { file_id: given.trim(), tools };
  const id = idOf(given);
  if (id !== undefined) return { file_id: id, tools };
  if (!isObject(given) || typeof given["file_id"] !== "string") return null;
  const own = given["tools"] ?? tools;
  return isTools(own) ? { file_id: given["file_id"], tools: own } : null;
}

function isTools(value: unknown): value is Tools {
  const isTool = (one: unknown) =>
    isObject(one) && (one["type"] === "file_search" || one["type"] === "code_interpreter");
  return Array.isArray(value) && value.every(isTool);
}
