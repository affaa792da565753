/** What is wrong with the files and vector stores that the service shows, by what it has acknowledged. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { AssistantsApi } from "../../../src/contract/api.ts";
import { ContractError } from "../../../src/contract/errors.ts";
import type { VectorStore, VectorStoreFile } from "../../../src/contract/objects.ts";
import { placeOf, type StoreLedger, type There } from "./ledger.ts";

const PATIENCE_MS = 60_000;
const POLL_MS = 20;

/** All complaints; what was in doubt is known from then on. */
export async function complaintsAboutStores(
  api: AssistantsApi,
  directory: string,
  ledger: StoreLedger,
): Promise<string[]> {
  const complaints = await aboutFiles(api, directory, ledger);
  for (const [id, there] of ledger.stores) {
    if (await untilSettled(api, id)) await removeCancelled(api, id, ledger);
    const store = await untilSettled(api, id);
    complaints.push(...aboutPresence(id, there, store !== null));
    ledger.stores.set(id, store ? "yes" : "no");
    if (store) complaints.push(...(await aboutStore(api, store, ledger)));
  }
  return complaints;
}

function aboutPresence(id: string, expected: There, there: boolean): string[] {
  if (expected === "yes" && !there) return [`${id} was acknowledged, and is not there.`];
  return expected === "no" && there ? [`${id} was deleted, and is there.`] : [];
}

async function aboutFiles(api: AssistantsApi, directory: string, ledger: StoreLedger): Promise<string[]> {
  const { data } = await api.listFiles({ limit: 10_000 });
  const shown = new Map(data.map((file) => [file.id, file]));
  const complaints = [...ledger.files].flatMap(([id, known]) => {
    const file = shown.get(id);
    const wrong = aboutPresence(id, known.there, file !== undefined);
    if (file && file.bytes !== known.bytes) wrong.push(`${id} has ${file.bytes} bytes, not ${known.bytes}.`);
    known.there = file ? "yes" : "no";
    return wrong;
  });
  // The sweep at the start takes its time.
  const end = Date.now() + PATIENCE_MS;
  for (const expected = [...shown.keys()].sort(); ; await pause(POLL_MS)) {
    const found = (await readdir(join(directory, "files")).catch(() => [])).sort();
    if (isDeepStrictEqual(found, expected)) return complaints;
    if (Date.now() > end) return [...complaints, `On the disk are ${found}, and not ${expected}.`];
  }
}

/** The store when nothing in it is in progress; null where it is not there. */
async function untilSettled(api: AssistantsApi, vector_store_id: string): Promise<VectorStore | null> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const store = await ifThere(api.getVectorStore({ vector_store_id }));
    if (store?.status !== "in_progress" || Date.now() > end) return store;
    await pause(POLL_MS);
  }
}

/** What a client has cancelled and was about to remove when the service died. */
async function removeCancelled(api: AssistantsApi, vector_store_id: string, ledger: StoreLedger) {
  for (const { id: file_id, status } of await filesOf(api, vector_store_id)) {
    const doubtful = ledger.places.get(placeOf(vector_store_id, file_id)) === "doubt";
    if (status === "cancelled" && doubtful) await api.deleteVectorStoreFile({ vector_store_id, file_id });
  }
}

async function aboutStore(api: AssistantsApi, store: VectorStore, ledger: StoreLedger): Promise<string[]> {
  const files = await filesOf(api, store.id);
  const bytes = files.reduce((sum, { id }) => sum + (ledger.files.get(id)?.bytes ?? 0), 0);
  const { completed, total } = store.file_counts;
  const complaints = files
    .filter(({ status }) => status !== "completed")
    .map(({ id, status, last_error }) => `${id} is ${status} in ${store.id}: ${last_error?.message}`);
  if (completed !== files.length || total !== files.length || store.usage_bytes !== bytes) {
    complaints.push(`${JSON.stringify(store)} has ${files.length} files of ${bytes} bytes.`);
  }
  const listed = new Set(files.map(({ id }) => id));
  for (const [id, known] of ledger.files) {
    const place = placeOf(store.id, id);
    const expected = known.there === "no" ? "no" : (ledger.places.get(place) ?? "no");
    complaints.push(...aboutPresence(place, expected, listed.has(id)));
    ledger.places.set(place, listed.has(id) ? "yes" : "no");
    // A file that was never there could be found by nobody.
    if (expected === "no" && !ledger.wasIn.has(place)) continue;
    const owner = listed.has(id) ? id : null;
    const asked = known.words.map((word) => aboutWord(api, store.id, word, owner));
    complaints.push(...(await Promise.all(asked)).flat());
    if (listed.has(id)) ledger.wasIn.add(place);
    else ledger.wasIn.delete(place);
  }
  return complaints;
}

/** A word that stands in one file alone finds it and nothing else; where the file is not there, nothing. */
async function aboutWord(api: AssistantsApi, store: string, word: string, file: string | null) {
  const { data } = await api.searchVectorStore({ vector_store_id: store, query: word });
  const found = data.map(({ file_id }) => file_id);
  if (file !== null && found.length === 0) return [`${word} of ${file} is not found in ${store}.`];
  const others = found.filter((id) => id !== file);
  return others.length > 0 ? [`${word} finds ${others} in ${store}, and should ${file ?? "nothing"}.`] : [];
}

async function filesOf(api: AssistantsApi, vector_store_id: string): Promise<VectorStoreFile[]> {
  const files: VectorStoreFile[] = [];
  for (let after: string | null = null; ; ) {
    const query = after === null ? {} : { after };
    const { data, has_more, last_id } = await api.listVectorStoreFiles({ vector_store_id, ...query });
    files.push(...data);
    if (!has_more) return files;
    after = last_id;
  }
}

async function ifThere<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ContractError && error.status === 404) return null;
    throw error;
  }
}
