/** A node's way to its service: found through its config node, opened at its first use, let go with the node. */
import type { Node, NodeAPI } from "node-red";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { REHEARSAL } from "../../src/models/settings.ts";
import { flowError } from "./flow-error.ts";
import { acquire, type SharedService } from "./implementations.ts";
import { serviceIdentity } from "./service-identity.ts";
import { builtInSettings, type ServiceSettings } from "./service-settings.ts";
import { Use } from "./shared.ts";

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
  readonly #use: Use<SharedService>;

  /** @param configId the chosen config node; empty for the built-in service */
  constructor(RED: NodeAPI, configId: string) {
    this.#RED = RED;
    this.#configId = configId;
    this.#use = new Use(async () => acquire(this.#settings()));
  }

  /** Rejects as `service` does. */
  async api(): Promise<AssistantsApi> {
    return (await this.service()).api;
  }

  /** Rejects with `config_missing`, or with what keeps the service from being opened. */
  service(): Promise<SharedService> {
    return this.#use.get();
  }

  /** Whether the answers come from the rehearsal model. */
  get rehearsal(): boolean {
    const settings = this.#settings();
    return settings.service === "embedded" && settings.model.provider === REHEARSAL;
  }

  /** What the service is called in a sentence, much as in the editor; empty for the built-in one without a name. */
  get serviceName(): string {
    const node = this.#configId ? this.#RED.nodes.getNode(this.#configId) : null;
    if (!isConfigNode(node)) return "";
    const { name, serviceSettings: settings } = node;
    return name || (settings.service === "embedded" ? settings.model.model : new URL(settings.baseUrl).host);
  }

  get environment(): string {
    return this.#config()?.environment ?? "";
  }

  /** What the service is called where something of it is remembered; without secrets. Rejects as `service` does. */
  identity(): Promise<string> {
    return serviceIdentity(this.#RED, this.#settings(), this.environment);
  }

  release(): Promise<void> {
    return this.#use.release();
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
