import { resolve } from "node:path";
import type { NodeAPI } from "node-red";
import { ownDirectory, userDirectory } from "./user-directory.ts";

/** Which service a node talks to, and how. The key lives here, in memory, and in Node-RED's credentials. */
export type ServiceSettings =
  | { service: "embedded"; directory: string; pace: number }
  | {
      service: "openai" | "azure";
      baseUrl: string;
      apiKey: string;
      /** Left out where the dialect's own default is meant. */
      apiVersion?: string;
      timeoutSeconds: number;
    };

/** What a config node remembers in a flow. */
export interface ConfigFields {
  service: string;
  dataDirectory: string;
  pace: number | string;
  baseUrl: string;
  apiVersion: string;
  timeout: number | string;
}

/** What a node without a config node uses: the built-in service with the rehearsal model. */
export function builtInSettings(RED: NodeAPI): ServiceSettings {
  return { service: "embedded", directory: ownDirectory(RED), pace: 0 };
}

/** @param apiKey the config node's credential */
export function settingsOf(RED: NodeAPI, fields: ConfigFields, apiKey: string): ServiceSettings {
  if (fields.service === "openai" || fields.service === "azure") {
    return {
      service: fields.service,
      baseUrl: fields.baseUrl,
      apiKey,
      timeoutSeconds: Number(fields.timeout) || 600,
      ...(fields.apiVersion ? { apiVersion: fields.apiVersion } : {}),
    };
  }
  return {
    service: "embedded",
    // A relative path means the user directory, wherever Node-RED was started.
    directory: resolve(userDirectory(RED), fields.dataDirectory.trim() || ownDirectory(RED)),
    pace: Number(fields.pace) || 0,
  };
}
