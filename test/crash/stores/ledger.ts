/** What the service has acknowledged of files and vector stores. Pure: it asks nobody. */

/** Whether something is there. It is in doubt while nobody has answered, and for good where nobody will. */
export type There = "yes" | "doubt" | "no";

export interface KnownFile {
  there: There;
  bytes: number;
  /** Each of them stands in this file alone, and in another chunk of it. */
  words: readonly string[];
}

export class StoreLedger {
  readonly files = new Map<string, KnownFile>();
  readonly stores = new Map<string, There>();
  /** Which files were added to which stores, as `store/file`. */
  readonly places = new Map<string, There>();
  /** The places in which a file was seen: once it has left one, it must not be found there. */
  readonly wasIn = new Set<string>();
  #words = 0;

  newWord(): string {
    this.#words += 1;
    return `zq${this.#words.toString(36)}x`;
  }

  livingFiles(): string[] {
    return [...this.files].filter(([, { there }]) => there === "yes").map(([id]) => id);
  }

  livingStores(): string[] {
    return [...this.stores].filter(([, there]) => there === "yes").map(([id]) => id);
  }
}

export const placeOf = (store: string, file: string) => `${store}/${file}`;
