import { contractError } from "../../contract/errors.ts";
import { isExpired } from "../expired.ts";
import { removeExpiredFiles, removeFile } from "../files/remove-file.ts";
import { newFile } from "../objects.ts";
import type { Stored } from "../store/store.ts";
import type { Handlers, OperationContext } from "./context.ts";
import { find, page } from "./stored.ts";

/** As many as the original service lists. */
const DEFAULT_LIMIT = 10_000;

export const files: Handlers<"createFile" | "listFiles" | "getFile" | "deleteFile" | "getFileContent"> = {
  async createFile({ store, now }, { file, ...fields }) {
    const object = newFile(file, fields, now());
    await file.keep(() => store.commit([{ insert: "file", object, internal: { type: file.type } }]));
    return object;
  },

  async listFiles(context, { purpose, limit = DEFAULT_LIMIT, ...parameters }) {
    await removeExpiredFiles(context, context.now());
    return page(context.store, "file", { ...parameters, limit }, purpose === undefined ? {} : { purpose });
  },

  async getFile(context, { file_id }) {
    return (await findFile(context, file_id)).object;
  },

  async deleteFile(context, { file_id }) {
    await findFile(context, file_id);
    await removeFile(context, file_id);
    return { id: file_id, object: "file", deleted: true };
  },

  async getFileContent(context, { file_id }) {
    const { object, internal } = await findFile(context, file_id);
    const range = (first?: number, last?: number) => context.disk.read(file_id, context.signal, first, last);
    return { content: range(), range, type: internal.type, bytes: object.bytes, name: object.filename };
  },
};

/** The file of that id. One whose time has come is gone. */
export async function findFile(
  { store, now }: Pick<OperationContext, "store" | "now">,
  id: string,
): Promise<Stored<"file">> {
  const stored = await find(store, "file", id);
  if (isExpired(stored.object, now())) throw contractError("file_not_found", { id });
  return stored;
}
