/** The API with a judge beside it, for an implementation whose answers go over no wire. */
import type {
  AnswerMethods,
  AssistantsApi,
  Method,
  StreamMethod,
  StreamMethods,
} from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { StreamEvent } from "../../src/contract/events.ts";
import { implementApi } from "../../src/contract/implement.ts";
import {
  type AnswerName,
  answersWithBytes,
  type Operation,
  type OperationName,
  operations,
  type StreamName,
} from "../../src/contract/operations.ts";
import type { Exchange, Judge } from "./judge.ts";
import { isNode } from "./specification.ts";

export function judgedApi(api: AssistantsApi, judge: Judge): AssistantsApi {
  const answers: AnswerMethods = api;
  const streams: StreamMethods = api;
  return implementApi(
    (name) => {
      const answer: Method<typeof name> = answers[name];
      return async (parameters, options) => {
        const sent = asSent(name, parameters);
        return judgedAnswer(name, answer(parameters, options), sent, judge);
      };
    },
    (name) => judgedStream(name, streams[name], judge),
  );
}

async function judgedAnswer<T>(name: AnswerName, called: Promise<T>, sent: Sent, judge: Judge): Promise<T> {
  const answer = await called.catch((error: unknown) => {
    judgeError(error, sent, judge);
    throw error;
  });
  judge.judge({ ...sent, status: 200, answer: answersWithBytes(name) ? "bytes" : answer });
  return answer;
}

function judgedStream<Name extends StreamName>(
  name: Name,
  stream: StreamMethod<Name>,
  judge: Judge,
): StreamMethod<Name> {
  return (parameters, options) => {
    const sent = asSent(name, { ...parameters, stream: true });
    const events = stream(parameters, options)[Symbol.asyncIterator]();
    let begun = false;
    const next = async (): Promise<IteratorResult<StreamEvent>> => {
      const result = await events.next().catch((error: unknown) => {
        if (!begun) judgeError(error, sent, judge);
        throw error;
      });
      if (!begun) judge.judge({ ...sent, status: 200 });
      begun = true;
      if (result.done !== true) judge.judgeEvent(result.value);
      return result;
    };
    const end = async () => (await events.return?.()) ?? { done: true as const, value: undefined };
    return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
  };
}

type Sent = Omit<Exchange, "status" | "answer">;

/** The call as it would stand on the wire, copied now: what becomes of its parameters later is not sent. */
function asSent(name: OperationName, parameters: object): Sent {
  const { method, path: template, query, body, form }: Operation = operations[name];
  const given = new Map(Object.entries(asJson(form ? { ...parameters, [form]: "a file" } : parameters)));
  const path = template.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const id = String(given.get(parameter));
    given.delete(parameter);
    return encodeURIComponent(id);
  });
  const inQuery = [...given.keys()].filter((key) => query?.names.includes(key));
  for (const key of inQuery) given.delete(key);
  const queryNames = inQuery.map((key) => (query?.lists?.includes(key) ? `${key}[]` : key));
  return { method, path, queryNames, request: body === null ? undefined : Object.fromEntries(given) };
}

/** Nothing of what cannot be written as JSON: it is refused, and only accepted requests are judged. */
function asJson(parameters: object): object {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(parameters));
    return isNode(copy) ? copy : {};
  } catch {
    return {};
  }
}

/** Errors that never were an answer, such as a call given up, have the status 0. */
function judgeError(error: unknown, sent: Sent, judge: Judge): void {
  if (error instanceof ContractError && error.status !== 0) {
    judge.judge({ ...sent, status: error.status, answer: error.toWire() });
  }
}
