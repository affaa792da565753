import { contractError } from "../../contract/errors.ts";
import type { FileStatus, Page, VectorStoreFile } from "../../contract/objects.ts";
import { isExpired } from "../expired.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { type Store, StoreConflict, type Stored, type Where } from "../store/store.ts";
import { addFiles } from "../vector-stores/add-files.ts";
import { keepAlive } from "../vector-stores/keep-alive.ts";
import type { FileToAdd } from "../vector-stores/new-objects.ts";
import { shownStoreFile, storeFileId } from "../vector-stores/shown.ts";
import type { Handlers, OperationContext } from "./context.ts";
import { find, type PageParameters, page } from "./stored.ts";

export const vectorStoreFiles: Handlers<
  | "createVectorStoreFile"
  | "listVectorStoreFiles"
  | "getVectorStoreFile"
  | "updateVectorStoreFile"
  | "deleteVectorStoreFile"
  | "getVectorStoreFileContent"
> = {
  async createVectorStoreFile(context, { vector_store_id, ...file }) {
    await addToStore(context, vector_store_id, [file]);
    return shownStoreFile((await findStoreFile(context.store, vector_store_id, file.file_id)).object);
  },

  async listVectorStoreFiles({ store }, { vector_store_id, filter, ...parameters }) {
    await find(store, "vector_store", vector_store_id);
    return filePage(store, vector_store_id, parameters, { vector_store_id }, filter);
  },

  async getVectorStoreFile({ store }, { vector_store_id, file_id }) {
    await find(store, "vector_store", vector_store_id);
    return shownStoreFile((await findStoreFile(store, vector_store_id, file_id)).object);
  },

  async updateVectorStoreFile({ store, indexer }, { vector_store_id, file_id, attributes }) {
    await find(store, "vector_store", vector_store_id);
    const { object, internal } = await commitFresh(store, async () => {
      const from = await findStoreFile(store, vector_store_id, file_id);
      const result = { ...from, object: { ...from.object, attributes: attributes ?? {} } };
      return {
        result,
        changes: [{ replace: "vector_store_file", from, object: result.object, internal: from.internal }],
      };
    });
    await indexer.know(internal.entry, object.attributes);
    return shownStoreFile(object);
  },

  /** The file itself stays. */
  async deleteVectorStoreFile({ store, indexer }, { vector_store_id, file_id }) {
    await find(store, "vector_store", vector_store_id);
    const { object, internal } = await findStoreFile(store, vector_store_id, file_id);
    await store.commit([{ delete: "vector_store_file", id: object.id }]);
    await indexer.forget([internal.entry]);
    return { id: file_id, object: "vector_store.file.deleted", deleted: true };
  },

  async getVectorStoreFileContent({ store, index, now }, { vector_store_id, file_id }) {
    const { object: kept } = await find(store, "vector_store", vector_store_id);
    if (isExpired(kept, now())) throw contractError("vector_store_expired", { id: vector_store_id });
    const { object, internal } = await findStoreFile(store, vector_store_id, file_id);
    if (object.status !== "completed") {
      throw contractError("vector_store_file_not_ready", { id: file_id, status: object.status });
    }
    const texts = await index.content(internal.entry);
    return {
      object: "vector_store.file_content.page",
      data: texts.map((text) => ({ type: "text" as const, text })),
      has_more: false,
      next_page: null,
    };
  },
};

/** Writes files into a vector store and has them indexed. Rejects with `vector_store_expired` where it has. */
export async function addToStore(
  { store, indexer, now }: OperationContext,
  storeId: string,
  files: readonly FileToAdd[],
): Promise<void> {
  await keepAlive(store, storeId, now());
  const { added, replaced } = await commitFresh(store, async () => {
    await find(store, "vector_store", storeId);
    const result = await addFiles(store, storeId, files, null, now());
    return { result, changes: [{ expect: "vector_store", id: storeId }, ...result.changes] };
  });
  indexer.enqueue(added);
  await indexer.forget(replaced);
}

async function findStoreFile(
  store: Store,
  storeId: string,
  fileId: string,
): Promise<Stored<"vector_store_file">> {
  const stored = await store.get("vector_store_file", storeFileId(storeId, fileId));
  if (!stored) throw contractError("vector_store_file_not_found", { id: fileId });
  return stored;
}

/** A page of files; the cursors are the files' own ids. */
export async function filePage(
  store: Store,
  storeId: string,
  parameters: PageParameters,
  where: Where,
  status?: FileStatus,
): Promise<Page<VectorStoreFile>> {
  const { after, before, ...rest } = parameters;
  const cursors: PageParameters = { ...rest };
  if (after !== undefined) cursors.after = storeFileId(storeId, after);
  if (before !== undefined) cursors.before = storeFileId(storeId, before);
  const found = await page(
    store,
    "vector_store_file",
    cursors,
    status === undefined ? where : { ...where, status },
  ).catch((error: unknown) => {
    if (!(error instanceof StoreConflict) || error.conflict.reason !== "cursor") throw error;
    // Its own id, not that under which it is stored.
    const { param } = error.conflict;
    throw contractError("invalid_cursor", { param, value: parameters[param] ?? "" });
  });
  const data = found.data.map(shownStoreFile);
  return { ...found, data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
