/** In the place of the rehearsal model. */
import type { Model } from "../../../../src/models/model.ts";
import { createScriptedModel } from "../scripted-model.ts";
import { report } from "./report.ts";

export function createRehearsal(): Model {
  return createScriptedModel((question) => report({ tells: "asked", question }));
}
