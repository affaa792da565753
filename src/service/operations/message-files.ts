import type { Request } from "../../contract/requests.ts";
import type { Change } from "../store/store.ts";
import type { OperationContext } from "./context.ts";
import { findFile } from "./files.ts";

/**
 * What must be there when these messages are written: the files of their images. Rejects with `file_not_found` where
 * it is not there now.
 */
export async function expectFiles(
  context: OperationContext,
  messages: readonly Pick<Request<"CreateMessage">, "content">[],
): Promise<Change[]> {
  const ids = new Set(messages.flatMap(({ content }) => imageFiles(content)));
  for (const id of ids) await findFile(context, id);
  return [...ids].map((id) => ({ expect: "file", id }));
}

const imageFiles = (content: Request<"CreateMessage">["content"]): string[] =>
  typeof content === "string"
    ? []
    : content.flatMap((part) => (part.type === "image_file" ? [part.image_file.file_id] : []));
