/** Judges what an implementation of the contract answers by the contract's OpenAPI file. */
import { type Contradiction, contradictions } from "./contradictions.ts";
import { Schemas } from "./schemas.ts";
import {
  ERROR_RESPONSE,
  readSpecification,
  type Specification,
  type SpecifiedOperation,
} from "./specification.ts";

/** A call as it would stand on the wire, and what it was answered. */
export interface Exchange {
  readonly method: string;
  /** Relative to the base URL, without the query. */
  readonly path: string;
  readonly queryNames: readonly string[];
  /** Undefined where there is none. */
  readonly request: unknown;
  readonly status: number;
  /** Undefined where the answer is a stream, whose events are judged one by one. */
  readonly answer?: unknown;
}

export class Judge {
  readonly #specification: Specification;
  readonly #schemas: Schemas;
  /** The contradictions that nothing has needed so far, and the file's schemas read as if they were none. */
  readonly #unneeded: Map<Contradiction, Schemas>;
  /** The names of the operations and events that were judged. */
  readonly judged = new Set<string>();
  /** The same one is told once, with the first value that it was found in. */
  readonly #complaints = new Map<string, string>();

  constructor(specification: Specification, known: readonly Contradiction[] = contradictions) {
    const { document } = specification;
    this.#specification = specification;
    this.#schemas = new Schemas(document, known);
    this.#unneeded = new Map(
      known.map((one) => [
        one,
        new Schemas(
          document,
          known.filter((other) => other !== one),
        ),
      ]),
    );
  }

  /** The answer, be it an error, and the request where it was accepted. */
  judge({ method, path, queryNames, request, status, answer }: Exchange): void {
    const operation = this.#specification.operation(method, path);
    if (status !== 200) {
      this.#check(`${method} ${path} ${status}`, ERROR_RESPONSE, answer);
      return;
    }
    if (operation === null) {
      this.#complain(`${method} ${path}`, "it is no operation of the contract");
      return;
    }
    const unknown = queryNames.filter((name) => !operation.queryNames.includes(name));
    if (unknown.length > 0) this.#complain(operation.id, `it has no query parameters ${unknown.join()}`);
    if (request !== undefined) {
      if (operation.request === null) this.#complain(operation.id, "it takes no body");
      else this.#check(`the request of ${operation.id}`, operation.request, request);
    }
    if (answer !== undefined) this.#check(`the answer of ${operation.id}`, operation.answer, answer);
    this.judged.add(operation.id);
  }

  /** One event of a stream; on the wire, also those that end it. */
  judgeEvent(event: { readonly event: string; readonly data: unknown }): void {
    const place = this.#specification.events.get(event.event);
    if (place === undefined) this.#complain(event.event, "it is no event of the contract");
    else this.#check(`the event ${event.event}`, place, event);
    this.judged.add(event.event);
  }

  /** What the file says of the operation that a request addresses; null where it has none. */
  operation(method: string, path: string): SpecifiedOperation | null {
    return this.#specification.operation(method, path);
  }

  /** The names of all events that the file has. */
  events(): string[] {
    return [...this.#specification.events.keys()];
  }

  /** What was found wrong since it was last asked. */
  takeComplaints(): string[] {
    const complaints = [...this.#complaints.values()];
    this.#complaints.clear();
    return complaints;
  }

  /** The reasons of those contradictions that nothing has needed so far. */
  unneeded(): string[] {
    return Array.from(this.#unneeded.keys(), ({ reason }) => reason);
  }

  #check(what: string, place: string, value: unknown): void {
    const errors = this.#schemas.errorsOf(place, value);
    if (errors !== null) {
      this.#complain(what, errors, value);
      return;
    }
    for (const [contradiction, schemas] of this.#unneeded) {
      if (schemas.errorsOf(place, value) !== null) this.#unneeded.delete(contradiction);
    }
  }

  #complain(what: string, problem: string, value?: unknown): void {
    const complaint = `${what}: ${problem}`;
    if (this.#complaints.has(complaint)) return;
    const shown = value === undefined ? "" : `, in ${JSON.stringify(value).slice(0, 1000)}`;
    this.#complaints.set(complaint, complaint + shown);
  }
}

const specification = readSpecification(process.env["ASSISTANTS_OPENAPI"]);

/** The judge of the file that ASSISTANTS_OPENAPI names; null where it names none. */
export const judge = specification && new Judge(specification);
