/** An assistant that exists once for its node, and is what the node says it is. */
import { createHash } from "node:crypto";
import type { AssistantsApi, CallOptions, Parameters } from "../../src/contract/api.ts";
import type { Assistant } from "../../src/contract/objects.ts";
import { ifThere } from "./if-there.ts";

/** Under which metadata an assistant carries whose it is and what it was made from. */
const OWNER = "node_red_node";
const ENVIRONMENT = "node_red_environment";
const DEFINITION = "node_red_definition";

export type AssistantDefinition = Omit<Parameters<"createAssistant">, "metadata">;

export interface Owner {
  nodeId: string;
  /** Empty where the config node names none. */
  environment: string;
}

/** Changes with anything in the definition. */
function hashOf(definition: AssistantDefinition): string {
  return createHash("sha256").update(JSON.stringify(definition)).digest("hex");
}

/**
 * The oldest assistant of an owner. Of several that were made within one second the service's own order tells, which
 * is the same for everybody who asks.
 */
async function findOwned(
  api: AssistantsApi,
  owner: Owner,
  options: CallOptions,
): Promise<Assistant | undefined> {
  const parameters: Parameters<"listAssistants"> = { limit: 100, order: "asc" };
  for (;;) {
    const page = await api.listAssistants(parameters, options);
    const owned = page.data.find(
      ({ metadata }) =>
        metadata?.[OWNER] === owner.nodeId && (metadata[ENVIRONMENT] ?? "") === owner.environment,
    );
    if (owned || !page.has_more || page.last_id === null) return owned;
    parameters.after = page.last_id;
  }
}

export class EnsuredAssistant {
  readonly #owner: Owner;
  #knownId: string | null = null;
  /** The one that is under way: two messages at once make one assistant. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** The assistant as defined: found, changed or made. Writes nothing where nothing has changed. */
  ensure(api: AssistantsApi, definition: AssistantDefinition, options: CallOptions): Promise<Assistant> {
    const ensured = this.#turn.then(() => this.#ensure(api, definition, options));
    this.#turn = ensured.catch(() => {});
    return ensured;
  }

  async #ensure(
    api: AssistantsApi,
    definition: AssistantDefinition,
    options: CallOptions,
  ): Promise<Assistant> {
    const assistant = (await this.#find(api, options)) ?? (await this.#make(api, definition, options));
    const isAsDefined = assistant.metadata?.[DEFINITION] === hashOf(definition);
    const ensured = isAsDefined
      ? assistant
      : await api.updateAssistant(
          { ...this.#described(definition, assistant.metadata), assistant_id: assistant.id },
          options,
        );
    this.#knownId = ensured.id;
    return ensured;
  }

  async #find(api: AssistantsApi, options: CallOptions): Promise<Assistant | undefined> {
    const known =
      this.#knownId && (await ifThere(api.getAssistant({ assistant_id: this.#knownId }, options)));
    return known || findOwned(api, this.#owner, options);
  }

  /**
   * Another Node-RED with the same flow may make one at the very same time. Both look again: the oldest is
   * everybody's, and who made a later one takes it back.
   */
  async #make(api: AssistantsApi, definition: AssistantDefinition, options: CallOptions): Promise<Assistant> {
    const made = await api.createAssistant(this.#described(definition), options);
    const oldest = await findOwned(api, this.#owner, options);
    if (!oldest || oldest.id === made.id) return made;
    await ifThere(api.deleteAssistant({ assistant_id: made.id }, options));
    return oldest;
  }

  #described(definition: AssistantDefinition, metadata: Assistant["metadata"] = null) {
    const { nodeId, environment } = this.#owner;
    const own = { [OWNER]: nodeId, [ENVIRONMENT]: environment, [DEFINITION]: hashOf(definition) };
    return { ...definition, metadata: { ...metadata, ...own } };
  }
}
