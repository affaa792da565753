/** What a run node allows a question; each field is one of the node's. */
export interface LimitFields {
  toolTimeout: number | string;
  retries: number | string;
  maxRounds: number | string;
  maxCalls: number | string;
  maxDepth: number | string;
  maxModelCalls: number | string;
  runTimeout: number | string;
  maxOutput: number | string;
}

export interface QuestionLimits {
  /** How long the flow may take to answer a tool call. */
  toolSeconds: number;
  /** How often a question is asked again that Catch has wired back. */
  retries: number;
  /** Steps of a run that call the flow. */
  rounds: number;
  /** Calls of one step. */
  calls: number;
  /** Questions inside each other. */
  depth: number;
  /** Of a question and all that it has caused. */
  modelCalls: number;
  /** How long a run may work; waiting for the flow does not count. */
  runSeconds: number;
  /** Of one answer of the flow. */
  outputBytes: number;
}

/** The longest wait that a timer knows. */
const MAX_SECONDS = 2_147_483;

/** The limits as the node has them; what is missing, as in flows of an earlier version, or no number is the default. */
export function questionLimits(fields: Partial<LimitFields>): QuestionLimits {
  return {
    toolSeconds: Math.min(number(fields.toolTimeout, 60, 0.001), MAX_SECONDS),
    retries: number(fields.retries, 0, 0),
    rounds: number(fields.maxRounds, 10, 1),
    calls: number(fields.maxCalls, 32, 1),
    depth: number(fields.maxDepth, 3, 1),
    modelCalls: number(fields.maxModelCalls, 50, 1),
    runSeconds: Math.min(number(fields.runTimeout, 3600, 0.001), MAX_SECONDS),
    outputBytes: number(fields.maxOutput, 1024, 1) * 1024,
  };
}

function number(field: number | string | undefined, fallback: number, least: number): number {
  const value = field === "" || field === undefined ? Number.NaN : Number(field);
  return Number.isFinite(value) && value >= least ? value : fallback;
}
