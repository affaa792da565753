import type { MultipartValue } from "@fastify/multipart";
import { contractError } from "../../contract/errors.ts";

/** The fields of a form under their parameters: `expires_after[seconds]` is the parameter's property. */
export class FormFields {
  readonly #fields = new Map<string, unknown>();
  readonly #before: FormFields | null;

  /** @param before fields that came earlier; none of them may be given again */
  constructor(before: FormFields | null = null) {
    this.#before = before;
  }

  /** Throws `invalid_value` for a field that is given twice or is too long. */
  add({ fieldname: name, value, valueTruncated }: MultipartValue): void {
    const refuse = (reason: string) => contractError("invalid_value", { param: name, reason });
    if (valueTruncated) throw refuse("it is too long");
    if (this.#before?.has(name) || this.has(name)) throw refuse("it is given more than once");
    this.#fields.set(name, value);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** All fields, also those that came before. */
  toObject(): Record<string, unknown> {
    const flat = [...(this.#before ? this.#before.#fields : []), ...this.#fields];
    const nested = new Map<string, [string, unknown][]>();
    const parameters: [string, unknown][] = [];
    for (const [name, value] of flat) {
      const [, parameter, property] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(name) ?? [];
      if (parameter === undefined || property === undefined) {
        parameters.push([name, value]);
        continue;
      }
      nested.set(parameter, [...(nested.get(parameter) ?? []), [property, value]]);
    }
    for (const [parameter, properties] of nested)
      parameters.push([parameter, Object.fromEntries(properties)]);
    return Object.fromEntries(parameters);
  }
}
