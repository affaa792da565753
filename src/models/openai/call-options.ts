/** A request as the SDK takes it: everything that a run can ask for, each where the wire wants it. Pure. */
import type { ReasoningEffort, ResponseFormat } from "../../contract/objects.ts";
import type { ModelRequest } from "../model.ts";
import { withoutOwnTools } from "../own-tools.ts";
import { type Provider, providers, type ServedModelSettings } from "../settings.ts";
import { alternating } from "./alternating.ts";
import { promptOf } from "./prompt.ts";
import type { SdkOptions } from "./sdk.ts";

type Settings = Pick<ServedModelSettings, "provider" | "wire" | "reasoning">;
type ProviderOptions = NonNullable<SdkOptions["providerOptions"]>["openai"];

/** What an assistant leaves alone is 1: models that reason refuse even that, others have a sampling of their own. */
const chosen = (value: number | null) => (value === 1 ? null : value);

/** Responses refuses a smaller limit. */
const SMALLEST_LIMIT = 16;

/** The name that the SDK has for the provider's own tool. No function's name has a dot. */
const CODE_INTERPRETER = "openai.code_interpreter";

/** Throws a `ModelError` where the run demands what the provider does not have. */
export function callOptions(asked: ModelRequest, settings: Settings): SdkOptions {
  const runsCode = settings.wire === "responses" && providers[settings.provider].codeInterpreter;
  const request = runsCode ? asked : withoutOwnTools(asked);
  const { response_format } = request;
  const temperature = chosen(request.temperature);
  const top_p = chosen(request.top_p);
  const { tokenLimit, stores, ...provider }: Provider = providers[settings.provider];
  const ownLimit = settings.wire === "chat" && tokenLimit === "max_completion_tokens";
  const callIdLength = settings.wire === "chat" ? provider.callIdLength : Number.POSITIVE_INFINITY;
  const parallel = request.parallel_tool_calls;
  const saysParallel = request.functions.length > 0 && (!parallel || provider.saysParallelCalls);
  const wanted = request.max_completion_tokens;
  const limit = wanted !== null && settings.wire === "responses" ? Math.max(SMALLEST_LIMIT, wanted) : wanted;
  const prompt = promptOf(request, callIdLength);
  return {
    prompt: settings.wire === "chat" && provider.alternates ? alternating(prompt) : prompt,
    ...(temperature === null ? {} : { temperature }),
    ...(top_p === null ? {} : { topP: top_p }),
    ...(limit === null || ownLimit ? {} : { maxOutputTokens: limit }),
    ...formatOptions(response_format),
    ...toolOptions(request, settings),
    providerOptions: {
      openai: {
        ...reasoningOptions(settings, request.reasoning_effort),
        ...(limit !== null && ownLimit ? { maxCompletionTokens: limit } : {}),
        ...(saysParallel ? { parallelToolCalls: parallel } : {}),
        ...strictness(response_format),
        // The thread is kept here; nothing of it stays there.
        ...(settings.wire === "responses" || stores ? { store: false } : {}),
      },
    },
  };
}

/**
 * Whether a model reasons is said by the settings, or by an effort that is asked of it: the SDK would guess it from
 * the model's name.
 */
function reasoningOptions(settings: Settings, effort: ReasoningEffort | null): ProviderOptions {
  const { provider, wire } = settings;
  const reasoning = effort ?? settings.reasoning;
  const { reasoningRole, refusesSampling }: Provider = providers[provider];
  if (reasoning === "off") return { forceReasoning: false, systemMessageMode: "system" };
  return {
    forceReasoning: wire === "responses" || refusesSampling,
    systemMessageMode: reasoningRole,
    ...(reasoning === "default" ? {} : { reasoningEffort: reasoning }),
    // A summary is shown to nobody, and not every account may have one.
    ...(wire === "responses" ? { reasoningSummary: null } : {}),
  };
}

function toolOptions(request: ModelRequest, { wire }: Settings): Pick<SdkOptions, "tools" | "toolChoice"> {
  if (request.functions.length === 0 && request.own_tools.length === 0) return {};
  const functions = request.functions.map(({ name, description, parameters, strict }) => {
    // Responses takes a function for strict unless told otherwise; the contract says the opposite.
    const said = strict ?? (wire === "responses" ? false : null);
    return {
      type: "function" as const,
      name,
      ...(description === undefined ? {} : { description }),
      inputSchema: parameters ?? { type: "object" as const, properties: {} },
      ...(said === null ? {} : { strict: said }),
    };
  });
  const own = request.own_tools.map(() => {
    return { type: "provider", id: CODE_INTERPRETER, name: CODE_INTERPRETER, args: {} } as const;
  });
  const tools = [...functions, ...own];
  const choice = request.tool_choice;
  if (choice === "auto") return { tools };
  if (typeof choice === "string") return { tools, toolChoice: { type: choice } };
  const toolName = choice.type === "function" ? choice.function.name : CODE_INTERPRETER;
  return { tools, toolChoice: { type: "tool", toolName } };
}

function formatOptions(format: ResponseFormat): Pick<SdkOptions, "responseFormat"> {
  if (format === "auto" || format.type === "text") return {};
  if (format.type === "json_object") return { responseFormat: { type: "json" } };
  const { name, description, schema } = format.json_schema;
  return {
    responseFormat: {
      type: "json",
      name,
      ...(description === undefined ? {} : { description }),
      ...(schema === undefined ? {} : { schema }),
    },
  };
}

function strictness(format: ResponseFormat): ProviderOptions {
  if (format === "auto" || format.type !== "json_schema") return {};
  return { strictJsonSchema: format.json_schema.strict ?? false };
}
