import type { NodeAPI, NodeDef } from "node-red";
import { requireNode } from "../src/runtime-version.ts";
import type { ConfigNode } from "./shared/connection.ts";
import { type ConfigFields, daysOf, settingsOf } from "./shared/service-settings.ts";

interface ConfigDefinition extends NodeDef, ConfigFields {
  environment: string;
}

/** Which service the nodes talk to, and how to sign in. The service itself opens when a node first needs it. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType(
    "assistants-config",
    function (this: ConfigNode, definition: ConfigDefinition) {
      RED.nodes.createNode(this, definition);
      const key = (written: unknown) => (typeof written === "string" ? written : "");
      const { apiKey, modelKey } = this.credentials ?? {};
      this.serviceSettings = settingsOf(RED, definition, { apiKey: key(apiKey), modelKey: key(modelKey) });
      this.environment = definition.environment ?? "";
      const { keepThreadsDays, keepRunsDays } = definition;
      if ([keepThreadsDays, keepRunsDays].some((days) => daysOf(days) === null)) {
        this.error(RED._("config.error.days"));
      }
    },
    { credentials: { apiKey: { type: "password" }, modelKey: { type: "password" } } },
  );
}
