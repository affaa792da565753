/** In the place of the service's own module: the same, watched. */
import type { Service, ServiceSettings } from "../../../../src/service/service.ts";
import { observedApi } from "../observed-api.ts";
import { report } from "./report.ts";

export async function openService(settings: ServiceSettings): Promise<Service> {
  const real: typeof import("../../../../src/service/service.ts") = await import(
    new URL("../../../../dist/src/service/service.js", import.meta.url).href
  );
  const service = await real.openService(settings);
  return { ...service, api: observedApi(service.api, (run) => report({ tells: "begun", run })) };
}
