import type { FormFiles } from "./file-to-upload.ts";
import type { Answers } from "./objects.ts";
import type { AnswerName, OperationName, operations, StreamName } from "./operations.ts";
import type { Request, RequestName } from "./requests.ts";

type Row<Name extends OperationName> = (typeof operations)[Name];

type NamesInPath<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesInPath<Rest>
  : never;

type QueryOf<Name extends OperationName> = Row<Name>["query"] extends {
  schema: infer Schema extends RequestName;
}
  ? Request<Schema>
  : unknown;

type BodyOf<Name extends OperationName> = Row<Name>["body"] extends infer Schema extends RequestName
  ? Request<Schema>
  : unknown;

type FormOf<Name extends OperationName> =
  Row<Name> extends { form: infer Field extends keyof FormFiles }
    ? { [Key in Field]: FormFiles[Key] }
    : unknown;

/** Everything an operation takes, as one object: path, query and body parameters together. */
export type Parameters<Name extends OperationName> = {
  [Key in NamesInPath<Row<Name>["path"]>]: string;
} & QueryOf<Name> &
  BodyOf<Name> &
  FormOf<Name>;

/** What an operation answers with. */
export type Answer<Name extends OperationName> = Answers[Row<Name>["answer"]];

export interface CallOptions {
  /** Gives the call up. What the server had already begun may still happen. */
  signal?: AbortSignal;
}

/** One operation as a method: one object in, one object out. Rejects with a `ContractError`. */
export type Method<Name extends AnswerName> = (
  parameters: Parameters<Name>,
  options?: CallOptions,
) => Promise<Answer<Name>>;

/** The operation that answers once where this one streams. */
export type Streamed<Name extends StreamName> = Row<Name>["streams"];

/**
 * One operation as a stream: one object in, events out, until the run ends or waits for tool outputs. Nothing
 * happens before the first event is asked for; what the operation refuses, that request rejects with. Who stops
 * reading stops only reading: the run goes on.
 */
export type StreamMethod<Name extends StreamName> = (
  parameters: Parameters<Streamed<Name>>,
  options?: CallOptions,
) => AsyncIterable<Answer<Name>>;

export type AnswerMethods = { [Name in AnswerName]: Method<Name> };
export type StreamMethods = { [Name in StreamName]: StreamMethod<Name> };

/** The contract as a program sees it: one method for each row of the operations table. */
export type AssistantsApi = AnswerMethods & StreamMethods;
