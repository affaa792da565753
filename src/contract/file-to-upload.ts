/** Files that come as parameters of operations, and what all implementations check of them alike. */
import { contractError } from "./errors.ts";

/** A file that an operation takes as one of its parameters. */
export interface FileToUpload {
  /** Up to 255 characters. What stands before the last slash or backslash is dropped. */
  name: string;
  /** Its media type, of which parameters such as a charset are dropped; `application/octet-stream` unless given. */
  type?: string;
  /**
   * Its bytes, not to be changed before the call has ended. What is no Uint8Array can be read once, so a call that
   * fails on the way is not repeated with it.
   */
  content: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Some of the bytes of an upload: as a file, but it needs no name. */
export type PartToUpload = Pick<FileToUpload, "content">;

/** What the forms of operations hold, by the parameter that is their file. */
export interface FormFiles {
  file: FileToUpload;
  data: PartToUpload;
}

export type FormFile = keyof FormFiles;

/** What comes in one piece may hold. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** What an upload, and each of its parts, may hold, and how many parts it may have. */
export const MAX_UPLOAD_BYTES = 8 * 1024 * 1024 * 1024;
export const MAX_PART_BYTES = 64 * 1024 * 1024;
export const MAX_PARTS = 10_000;

/** The media type of bytes of which nothing is known. */
export const UNKNOWN_TYPE = "application/octet-stream";

const MAX_NAME = 255;
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/;

/**
 * A parameter as a file, named without a path; its content has not been looked into.
 * @throws ContractError naming the field that is wrong
 */
export function fileToUpload(param: FormFile, given: unknown): FileToUpload {
  if (given === undefined || given === null) throw contractError("missing_required_parameter", { param });
  if (typeof given !== "object") throw contractError("invalid_type", { param, expected: "object" });
  const known = ["name", "type", "content"];
  const stray = Object.keys(given).find((field) => !known.includes(field));
  if (stray !== undefined) throw contractError("unknown_parameter", { param: `${param}.${stray}` });
  const fields: Partial<Record<keyof FileToUpload, unknown>> = given;
  // Whatever a part is called, nobody ever sees it.
  const isPart = param === "data";
  return {
    name: isPart ? param : plainName(`${param}.name`, fields.name),
    type: isPart ? UNKNOWN_TYPE : plainType(`${param}.type`, fields.type),
    content: contentOf(`${param}.content`, fields.content),
  };
}

/** The name of a file without its path. Throws for what is none. */
export function plainName(param: string, name: unknown): string {
  const text = textOf(param, name);
  const refuse = (reason: string) => contractError("invalid_value", { param, reason });
  const plain = text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\")) + 1);
  if (["", ".", ".."].includes(plain.trim())) throw refuse("it names no file");
  if (plain.length > MAX_NAME) throw refuse(`it must not have more than ${MAX_NAME} characters`);
  if (/\p{Cc}/u.test(plain) || !plain.isWellFormed()) throw refuse("it must not hold control characters");
  return plain;
}

/** A media type without its parameters. Throws for what is none. */
export function plainType(param: string, type: unknown): string {
  if (type === undefined || type === null) return UNKNOWN_TYPE;
  const plain = (textOf(param, type).split(";", 1)[0] ?? "").trim().toLowerCase();
  if (MEDIA_TYPE.test(plain)) return plain;
  throw contractError("invalid_value", { param, reason: "it is no media type such as text/plain" });
}

function textOf(param: string, value: unknown): string {
  if (value === undefined || value === null) throw contractError("missing_required_parameter", { param });
  if (typeof value !== "string") throw contractError("invalid_type", { param, expected: "string" });
  return value;
}

function contentOf(param: string, content: unknown): FileToUpload["content"] {
  if (content === undefined || content === null) throw contractError("missing_required_parameter", { param });
  if (content instanceof Uint8Array || isIterable(content)) return content;
  throw contractError("invalid_type", { param, expected: "Uint8Array or AsyncIterable<Uint8Array>" });
}

const isIterable = (content: unknown): content is AsyncIterable<Uint8Array> =>
  typeof content === "object" && content !== null && Symbol.asyncIterator in content;
