/** An assistant that exists once for its node, and is what the node says it is. */
import { createHash } from "node:crypto";
import type { AssistantsApi, CallOptions, Parameters } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Assistant } from "../../src/contract/objects.ts";

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

async function findOwned(
  api: AssistantsApi,
  owner: Owner,
  options: CallOptions,
): Promise<Assistant | undefined> {
  const parameters: Parameters<"listAssistants"> = { limit: 100 };
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

async function getIfThere(
  api: AssistantsApi,
  id: string,
  options: CallOptions,
): Promise<Assistant | undefined> {
  try {
    return await api.getAssistant({ assistant_id: id }, options);
  } catch (error) {
    if (error instanceof ContractError && error.status === 404) return undefined;
    throw error;
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
    const known = this.#knownId === null ? undefined : await getIfThere(api, this.#knownId, options);
    const assistant = known ?? (await findOwned(api, this.#owner, options));
    const hash = hashOf(definition);
    const { nodeId, environment } = this.#owner;
    const metadata = {
      ...assistant?.metadata,
      [OWNER]: nodeId,
      [ENVIRONMENT]: environment,
      [DEFINITION]: hash,
    };
    const ensured = !assistant
      ? await api.createAssistant({ ...definition, metadata }, options)
      : assistant.metadata?.[DEFINITION] === hash
        ? assistant
        : await api.updateAssistant({ ...definition, assistant_id: assistant.id, metadata }, options);
    this.#knownId = ensured.id;
    return ensured;
  }
}
