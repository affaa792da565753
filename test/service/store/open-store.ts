import { openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import type { Store, StoreUpkeep } from "../../../src/service/store/store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

export interface OpenStore extends AsyncDisposable {
  store: Store;
  upkeep: StoreUpkeep;
  directory: string;
}

/** A real store on a directory of its own; both go with the test's scope. */
export async function openStore(): Promise<OpenStore> {
  const directory = await temporaryDirectory();
  const store = await openSqliteStore(directory.path);
  const dispose = async () => {
    await store.close();
    await directory[Symbol.asyncDispose]();
  };
  return { store, upkeep: store, directory: directory.path, [Symbol.asyncDispose]: dispose };
}
