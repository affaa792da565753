/** An object of the service that exists once for its node, and is what the node says it is. */
import { createHash } from "node:crypto";
import type { AssistantsApi, CallOptions } from "../../src/contract/api.ts";
import type { Metadata, Page } from "../../src/contract/objects.ts";
import { ifThere } from "./if-there.ts";
import { eachOf, type PageQuery } from "./listed.ts";

/** Under which metadata an object carries whose it is and what it was made from. */
const OWNER = "node_red_node";
const ENVIRONMENT = "node_red_environment";
const DEFINITION = "node_red_definition";

/** How objects of one kind are found, made and changed: a call each. */
export interface EnsuredKind<Definition, Kept> {
  list(api: AssistantsApi, query: PageQuery, options: CallOptions): Promise<Page<Kept>>;
  get(api: AssistantsApi, id: string, options: CallOptions): Promise<Kept>;
  create(api: AssistantsApi, described: Described<Definition>, options: CallOptions): Promise<Kept>;
  update(
    api: AssistantsApi,
    id: string,
    described: Described<Definition>,
    options: CallOptions,
  ): Promise<Kept>;
  remove(api: AssistantsApi, id: string, options: CallOptions): Promise<unknown>;
  /** One that is not is left alone, and another is made. */
  isUsable(kept: Kept): boolean;
}

export type Described<Definition> = Definition & { metadata: Metadata };

export interface Owner {
  nodeId: string;
  /** Empty where the config node names none. */
  environment: string;
}

export class Ensured<Definition extends object, Kept extends { id: string; metadata: Metadata | null }> {
  readonly #kind: EnsuredKind<Definition, Kept>;
  readonly #owner: Owner;
  #knownId: string | null = null;
  /** The one that is under way: two messages at once make one object. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(kind: EnsuredKind<Definition, Kept>, owner: Owner) {
    this.#kind = kind;
    this.#owner = owner;
  }

  /** The object as defined: found, changed or made. Writes nothing where nothing has changed. */
  ensure(api: AssistantsApi, definition: Definition, options: CallOptions): Promise<Kept> {
    const ensured = this.#turn.then(() => this.#ensure(api, definition, options));
    this.#turn = ensured.catch(() => {});
    return ensured;
  }

  async #ensure(api: AssistantsApi, definition: Definition, options: CallOptions): Promise<Kept> {
    const found = (await this.#find(api, options)) ?? (await this.#make(api, definition, options));
    const isAsDefined = found.metadata?.[DEFINITION] === hashOf(definition);
    const ensured = isAsDefined
      ? found
      : await this.#kind.update(api, found.id, this.#described(definition, found.metadata), options);
    this.#knownId = ensured.id;
    return ensured;
  }

  async #find(api: AssistantsApi, options: CallOptions): Promise<Kept | undefined> {
    const known = this.#knownId && (await ifThere(this.#kind.get(api, this.#knownId, options)));
    return known && this.#kind.isUsable(known) ? known : this.#findOwned(api, options);
  }

  /**
   * The owner's oldest. Of several that were made within one second the service's own order tells, which is
   * the same for everybody who asks.
   */
  async #findOwned(api: AssistantsApi, options: CallOptions): Promise<Kept | undefined> {
    const { nodeId, environment } = this.#owner;
    for await (const kept of eachOf((query) => this.#kind.list(api, query, options), "asc")) {
      const { metadata } = kept;
      const isOwn = metadata?.[OWNER] === nodeId && (metadata[ENVIRONMENT] ?? "") === environment;
      if (isOwn && this.#kind.isUsable(kept)) return kept;
    }
    return undefined;
  }

  /**
   * Another Node-RED with the same flow may make one at the very same time. Both look again: the oldest is
   * everybody's, and who made a later one takes it back.
   */
  async #make(api: AssistantsApi, definition: Definition, options: CallOptions): Promise<Kept> {
    const made = await this.#kind.create(api, this.#described(definition, null), options);
    const oldest = await this.#findOwned(api, options);
    if (!oldest || oldest.id === made.id) return made;
    await ifThere(this.#kind.remove(api, made.id, options));
    return oldest;
  }

  #described(definition: Definition, metadata: Metadata | null): Described<Definition> {
    const { nodeId, environment } = this.#owner;
    const own = { [OWNER]: nodeId, [ENVIRONMENT]: environment, [DEFINITION]: hashOf(definition) };
    return { ...definition, metadata: { ...metadata, ...own } };
  }
}

/** Changes with anything in the definition. */
function hashOf(definition: object): string {
  return createHash("sha256").update(JSON.stringify(definition)).digest("hex");
}
