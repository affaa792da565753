/** Forms (multipart/form-data): the fields of a request with a file, which is handed on while it arrives. */
import type { Multipart, MultipartFile } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { ArrivingFile } from "../../contract/arriving-file.ts";
import { ContractError, contractError } from "../../contract/errors.ts";
import { FormFields } from "./form-fields.ts";

/** More than any operation has; the bytes of the file are the service's to count. */
const LIMITS = {
  fieldSize: 64 * 1024,
  fields: 32,
  files: 2,
  parts: 34,
  headerPairs: 32,
  headerSize: 16 * 1024,
  fileSize: Number.POSITIVE_INFINITY,
};

/**
 * The parameters of a form as they come: those before the file at once, all of them when its content has been read.
 * The content rejects with `invalid_form` where the form is cut off or holds a second file.
 * @param form the name of the parameter that is the file
 * @param complete makes an operation's parameters of the form's other fields
 */
export async function formParameters(
  request: FastifyRequest,
  form: string,
  complete: (fields: Record<string, unknown>) => Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (!request.isMultipart()) throw contractError("form_expected");
  const parts = readable(request.parts({ limits: LIMITS }));
  const before = new FormFields();
  const file = await nextFile(parts, before);
  if (file === null) return complete(before.toObject());
  if (file.fieldname !== form) throw contractError("unknown_parameter", { param: file.fieldname });

  const behind = new FormFields(before);
  async function* content(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    yield* readable(bytes);
    if (await nextFile(parts, behind)) {
      throw contractError("invalid_form", { reason: "it holds more than one file" });
    }
  }
  const { filename, mimetype: type } = file;
  const described = { name: unescaped(filename), type, content: content(file.file) };
  const upload = new ArrivingFile(described, () => complete(behind.toObject()));
  return { ...complete(before.toObject()), [form]: upload };
}

/** A name as its sender meant it: browsers, and what builds forms as they do, write what would end it so. */
function unescaped(name: string): string {
  // A part of type application/octet-stream is a file for the parser even where it has no name.
  return name?.replace(/%(22|0A|0D)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Reads on what nobody wants any more of a request, so that its caller comes to read the answer. */
export function letGo({ raw }: FastifyRequest): void {
  raw.unpipe();
  raw.resume();
}

/** Adds the fields that come first to `fields`; null where no file follows them. */
async function nextFile(
  parts: AsyncIterator<Multipart, void>,
  fields: FormFields,
): Promise<MultipartFile | null> {
  for (;;) {
    const { value: part } = await parts.next();
    if (!part) return null;
    if (part.fieldname === undefined) throw contractError("invalid_form", { reason: "a part has no name" });
    if (part.type === "file") return part;
    fields.add(part);
  }
}

/** Whatever the parser complains of is the form's fault. */
async function* readable<T>(source: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* source;
  } catch (error) {
    if (error instanceof ContractError) throw error;
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    throw contractError("invalid_form", { reason }, { cause: error });
  }
}
