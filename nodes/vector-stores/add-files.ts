/** Puts files into a vector store, and tells what has become of them. */
import type { NodeAPI } from "node-red";
import type { AssistantsApi, CallOptions, Parameters } from "../../src/contract/api.ts";
import type { VectorStoreFile, VectorStoreFileBatch } from "../../src/contract/objects.ts";
import { whyUnsearchable } from "../files/searchable.ts";
import { FlowError, flowError } from "../shared/flow-error.ts";
import { eachOf, type PageQuery } from "../shared/listed.ts";
import { text } from "../shared/texts.ts";
import { type Named, withNames } from "./file-names.ts";
import type { NamedFile } from "./named-files.ts";

/** How many files one request adds: no server takes fewer. */
const BATCH = 500;

/** How many of the files that failed an error names. */
const NAMED = 100;

type BatchRequest = Parameters<"createVectorStoreFileBatch">;

export interface FilesToAdd {
  vector_store_id: string;
  files: NamedFile[];
  chunking_strategy?: NonNullable<BatchRequest["chunking_strategy"]>;
}

/** The batches in which files were added, as far as they have come. */
export interface AddedFiles {
  status: "in_progress" | "completed";
  /** How many files are to be indexed no more, whatever has become of them. */
  done: number;
  batches: VectorStoreFileBatch[];
}

/** Rejects as the service does; what a request before has added stays. */
export async function addFiles(
  api: AssistantsApi,
  toAdd: FilesToAdd,
  options: CallOptions,
): Promise<AddedFiles> {
  const batches: VectorStoreFileBatch[] = [];
  for (let at = 0; at < toAdd.files.length; at += BATCH) {
    const request = batchRequest({ ...toAdd, files: toAdd.files.slice(at, at + BATCH) });
    batches.push(await api.createVectorStoreFileBatch(request, options));
  }
  return inAll(batches);
}

/** Not every server knows attributes, and fewer those of each file, so nothing is said that need not be. */
function batchRequest({ files, ...request }: FilesToAdd): BatchRequest {
  if (files.every(({ attributes }) => attributes === undefined)) {
    return { ...request, file_ids: files.map(({ file_id }) => file_id) };
  }
  const { chunking_strategy, ...store } = request;
  return {
    ...store,
    files: files.map((file) => ({ ...file, ...(chunking_strategy && { chunking_strategy }) })),
  };
}

/** The same files as they are now. */
export async function lookAgain(
  api: AssistantsApi,
  { batches }: AddedFiles,
  options: CallOptions,
): Promise<AddedFiles> {
  const looked = batches.map((batch) => {
    const { id: batch_id, vector_store_id, status } = batch;
    if (status !== "in_progress") return batch;
    return api.getVectorStoreFileBatch({ vector_store_id, batch_id }, options);
  });
  return inAll(await Promise.all(looked));
}

function inAll(batches: VectorStoreFileBatch[]): AddedFiles {
  const isWorking = batches.some(({ status }) => status === "in_progress");
  const done = sumOf(batches, ({ file_counts }) => file_counts.total - file_counts.in_progress);
  return { status: isWorking ? "in_progress" : "completed", done, batches };
}

const failuresIn = ({ file_counts }: VectorStoreFileBatch) => file_counts.failed + file_counts.cancelled;

const sumOf = (batches: VectorStoreFileBatch[], count: (batch: VectorStoreFileBatch) => number) =>
  batches.reduce((sum, batch) => sum + count(batch), 0);

/**
 * Throws `indexing_failed` where files cannot be searched. Its cause tells what the service says of the
 * first, and in `files` the same of each, with their names.
 */
export async function requireAllSearchable(
  RED: NodeAPI,
  api: AssistantsApi,
  { batches }: AddedFiles,
  options: CallOptions,
): Promise<void> {
  const count = sumOf(batches, failuresIn);
  if (count === 0) return;
  const failed = await failedFiles(api, batches.filter(failuresIn), options);
  const whys = failed.map(whyUnsearchable);
  // What went wrong counts, not what a name is needed for.
  const files = await withNames(api, whys, ({ file_id }) => file_id, options).catch(
    (): Named<(typeof whys)[number]>[] => whys,
  );
  const [first] = files;
  if (!first) return;
  const cause = { ...first, files };
  const of = { name: first.filename ?? first.file_id, reason: first.message };
  if (count === 1) throw flowError(RED, "indexing_failed", of, cause);
  throw new FlowError("indexing_failed", text(RED, "several.indexing_failed", { count, ...of }), cause);
}

async function failedFiles(
  api: AssistantsApi,
  batches: VectorStoreFileBatch[],
  options: CallOptions,
): Promise<VectorStoreFile[]> {
  const failed: VectorStoreFile[] = [];
  for (const { id: batch_id, vector_store_id } of batches) {
    for (const filter of ["failed", "cancelled"] as const) {
      const list = (query: PageQuery) =>
        api.listVectorStoreFileBatchFiles({ vector_store_id, batch_id, filter, ...query }, options);
      for await (const file of eachOf(list, "asc", NAMED - failed.length)) failed.push(file);
    }
  }
  return failed;
}
