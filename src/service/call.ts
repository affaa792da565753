/** One call of an operation: its parameters are checked, the file of a form is received, its handler is asked. */
import type { Answer } from "../contract/api.ts";
import { ArrivingFile } from "../contract/arriving-file.ts";
import { ContractError } from "../contract/errors.ts";
import { fileToUpload } from "../contract/file-to-upload.ts";
import {
  type AnswerName,
  type FormName,
  type OperationName,
  operations,
  takesForm,
} from "../contract/operations.ts";
import { checkStreamField } from "../contract/stream-field.ts";
import { checkParameters } from "./check.ts";
import type { ReceivedFile } from "./files/file-disk.ts";
import { assistants } from "./operations/assistants.ts";
import type { CheckedParameters, Handlers, OperationContext } from "./operations/context.ts";
import { files } from "./operations/files.ts";
import { messages } from "./operations/messages.ts";
import { models } from "./operations/models.ts";
import { type Reception, receptions } from "./operations/receptions.ts";
import { runSteps } from "./operations/run-steps.ts";
import { runs } from "./operations/runs.ts";
import { asContractError } from "./operations/stored.ts";
import { threads } from "./operations/threads.ts";
import { uploads } from "./operations/uploads.ts";
import { vectorStoreFileBatches } from "./operations/vector-store-file-batches.ts";
import { vectorStoreFiles } from "./operations/vector-store-files.ts";
import { vectorStores } from "./operations/vector-stores.ts";

const handlers: Handlers = {
  ...assistants,
  ...threads,
  ...messages,
  ...runs,
  ...runSteps,
  ...files,
  ...uploads,
  ...models,
  ...vectorStores,
  ...vectorStoreFiles,
  ...vectorStoreFileBatches,
};

/** @param asked the operation that was called; `name` itself, or the one that streams it */
export async function perform<Name extends AnswerName>(
  context: OperationContext,
  name: Name,
  asked: OperationName,
  parameters: unknown,
): Promise<Answer<Name>> {
  try {
    if (takesForm(name)) return await performWithFile(context, name, parameters);
    const checked = checkParameters(name, parameters);
    if ("stream" in checked) checkStreamField(asked, checked["stream"]);
    return await answer(context, name, checked);
  } catch (error) {
    throw asContractError(error);
  }
}

async function performWithFile<Name extends FormName>(
  context: OperationContext,
  name: Name,
  parameters: unknown,
): Promise<Answer<Name>> {
  const { form } = operations[name];
  const { [form]: given, ...fields } = Object(parameters ?? {});
  const file = fileToUpload(form, given);
  const later = () => (given instanceof ArrivingFile ? given.later() : {});
  const { admit, ...arriving }: Reception<Name> = receptions[name];
  const known = checkEarly(name, fields, given instanceof ArrivingFile);
  if (known) await admit?.(context, known);
  const use = async (received: ReceivedFile) =>
    answer(context, name, checkParameters(name, { ...fields, ...later() }, received));
  return context.disk.receive(file, arriving, use, context.signal);
}

/** Refuses a wrong parameter before anything is read. Null where one is missing that may still come. */
function checkEarly<Name extends FormName>(name: Name, fields: object, mayLack: boolean) {
  try {
    return checkParameters(name, fields);
  } catch (error) {
    const isMissing = error instanceof ContractError && error.code === "missing_required_parameter";
    if (isMissing && mayLack) return null;
    throw error;
  }
}

function answer<Name extends AnswerName>(
  context: OperationContext,
  name: Name,
  checked: CheckedParameters<Name>,
): Promise<Answer<Name>> {
  return handlers[name](context, checked);
}
