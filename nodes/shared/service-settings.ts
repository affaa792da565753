import { join, resolve } from "node:path";
import type { NodeAPI } from "node-red";
import { REHEARSAL, type WrittenModelSettings, writtenRehearsal } from "../../src/models/settings.ts";
import { ownDirectory, userDirectory } from "./user-directory.ts";

/** Which service a node talks to, and how. Keys live here, in memory, and in Node-RED's credentials. */
export type ServiceSettings =
  | {
      service: "embedded";
      directory: string;
      model: WrittenModelSettings;
      /** Days that idle threads and finished runs are kept; 0 is for ever. */
      retention: { threadDays: number; runDays: number };
    }
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
  /** The node's. */
  id: string;
  service: string;
  dataDirectory: string;
  pace: number | string;
  baseUrl: string;
  apiVersion: string;
  timeout: number | string;
  /** Flows from before there was a choice lack what follows; theirs is the rehearsal model. */
  modelProvider?: string;
  modelBaseUrl?: string;
  modelName?: string;
  modelWire?: string;
  modelReasoning?: string;
  modelStreaming?: boolean;
  modelContextWindow?: number | string;
  keepThreadsDays?: number | string;
  keepRunsDays?: number | string;
}

/** The credentials of a config node. */
export interface Keys {
  apiKey: string;
  modelKey: string;
}

const FOR_EVER = { threadDays: 0, runDays: 0 };

/** What a node without a config node uses: the built-in service with the rehearsal model. */
export function builtInSettings(RED: NodeAPI): ServiceSettings {
  return {
    service: "embedded",
    directory: ownDirectory(RED),
    model: writtenRehearsal(),
    retention: FOR_EVER,
  };
}

export function settingsOf(RED: NodeAPI, fields: ConfigFields, keys: Keys): ServiceSettings {
  if (fields.service === "openai" || fields.service === "azure") {
    return {
      service: fields.service,
      baseUrl: fields.baseUrl,
      apiKey: keys.apiKey,
      timeoutSeconds: Number(fields.timeout) || 600,
      ...(fields.apiVersion ? { apiVersion: fields.apiVersion } : {}),
    };
  }
  return {
    service: "embedded",
    directory: directoryOf(RED, fields),
    model: writtenModel(fields, keys.modelKey),
    retention: { threadDays: daysOf(fields.keepThreadsDays) ?? 0, runDays: daysOf(fields.keepRunsDays) ?? 0 },
  };
}

const LONGEST_DAYS = 36_500;

/** A number of days that data is kept, 0 where the field is empty; null for anything else, and nothing is deleted. */
export function daysOf(written: number | string | undefined): number | null {
  const days = Number(written ?? 0);
  return Number.isInteger(days) && days >= 0 && days <= LONGEST_DAYS ? days : null;
}

/**
 * Where none is named, a service with a real model has a directory of its own: flows that chose no service answer
 * with the rehearsal model from the common one, and a directory has one model.
 */
function directoryOf(RED: NodeAPI, { id, dataDirectory, modelProvider }: ConfigFields): string {
  const named = dataDirectory.trim();
  // A relative path means the user directory, wherever Node-RED was started.
  if (named !== "") return resolve(userDirectory(RED), named);
  const isRehearsal = (modelProvider || REHEARSAL) === REHEARSAL;
  return isRehearsal ? ownDirectory(RED) : join(ownDirectory(RED), id.replace(/[^\w-]/g, "_"));
}

/** As it stands in the form; whoever opens the model says what is wrong with it. */
function writtenModel(fields: ConfigFields, apiKey: string): WrittenModelSettings {
  const provider = fields.modelProvider || REHEARSAL;
  // What was filled in for another choice plays no part.
  if (provider === REHEARSAL) return writtenRehearsal(Number(fields.pace) || 0);
  return {
    provider,
    baseUrl: fields.modelBaseUrl ?? "",
    apiKey,
    model: fields.modelName ?? "",
    wire: fields.modelWire ?? "",
    reasoning: fields.modelReasoning ?? "",
    streaming: fields.modelStreaming ?? true,
    contextWindow: String(fields.modelContextWindow ?? ""),
    pace: 0,
  };
}
