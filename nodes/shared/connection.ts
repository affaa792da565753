/** A node's way to its service: found through its config node, opened at its first use, let go with the node. */
import type { Node, NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { contractError } from "../../src/contract/errors.ts";
import { REHEARSAL } from "../../src/models/settings.ts";
import { flowError } from "./flow-error.ts";
import { acquire, type Lease } from "./implementations.ts";
import { serviceIdentity } from "./service-identity.ts";
import { builtInSettings, type ServiceSettings } from "./service-settings.ts";

/** What a config node offers the nodes that chose it. */
export interface ConfigNode extends Node<{ apiKey: unknown; modelKey: unknown }> {
  serviceSettings: ServiceSettings;
  /** Keeps this copy of a flow apart from others on the same service; may be empty. */
  environment: string;
}

function isConfigNode(node: Node | null | undefined): node is ConfigNode {
  return node?.type === "assistants-config";
}

export class Connection {
  readonly #RED: NodeAPI;
  readonly #configId: string;
  #lease: Promise<Lease> | null = null;
  #released = false;

  /** @param configId the chosen config node; empty for the built-in service */
  constructor(RED: NodeAPI, configId: string) {
    this.#RED = RED;
    this.#configId = configId;
  }

  /** Rejects as `lease` does. */
  async api(): Promise<AssistantsApi> {
    return (await this.lease()).api;
  }

  /** Rejects with `config_missing`, or with what keeps the service from being opened. */
  async lease(): Promise<Omit<Lease, "release">> {
    // Messages still arrive while a node closes; none of them may open its service again.
    if (this.#released) throw contractError("service_closed");
    this.#lease ??= acquire(this.#settings());
    const lease = this.#lease;
    try {
      return await lease;
    } catch (error) {
      if (this.#lease === lease) this.#lease = null;
      throw error;
    }
  }

  /** Whether the answers come from the rehearsal model. */
  get rehearsal(): boolean {
    const settings = this.#settings();
    return settings.service === "embedded" && settings.model.provider === REHEARSAL;
  }

  get environment(): string {
    return this.#config()?.environment ?? "";
  }

  /** What the service is called where something of it is remembered; without secrets. Rejects as `lease` does. */
  identity(): Promise<string> {
    return serviceIdentity(this.#RED, this.#settings(), this.environment);
  }

  async release(): Promise<void> {
    const lease = this.#lease;
    this.#released = true;
    this.#lease = null;
    // A service that could not be opened has nothing to let go; whoever asked for it was told.
    const held = await lease?.catch(() => null);
    await held?.release();
  }

  #settings(): ServiceSettings {
    return this.#config()?.serviceSettings ?? builtInSettings(this.#RED);
  }

  /** Null where none was chosen. */
  #config(): ConfigNode | null {
    if (!this.#configId) return null;
    const node = this.#RED.nodes.getNode(this.#configId);
    if (isConfigNode(node)) return node;
    throw flowError(this.#RED, "config_missing");
  }
}
