/** One call of an operation: its parameters are checked, the file of a form is received, its handler is asked. */
import type { Answer } from "../contract/api.ts";
import { fileToUpload } from "../contract/file-to-upload.ts";
import { type AnswerName, type Operation, type OperationName, operations } from "../contract/operations.ts";
import { checkStreamField } from "../contract/stream-field.ts";
import { checkParameters } from "./check.ts";
import type { ReceivedFile } from "./files/file-disk.ts";
import { assistants } from "./operations/assistants.ts";
import type { CheckedParameters, Handlers, OperationContext } from "./operations/context.ts";
import { files } from "./operations/files.ts";
import { messages } from "./operations/messages.ts";
import { models } from "./operations/models.ts";
import { runSteps } from "./operations/run-steps.ts";
import { runs } from "./operations/runs.ts";
import { asContractError } from "./operations/stored.ts";
import { threads } from "./operations/threads.ts";
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
  const { form }: Operation = operations[name];
  try {
    if (form !== undefined) return await performWithFile(context, name, form, parameters);
    const checked = checkParameters(name, parameters);
    if ("stream" in checked) checkStreamField(asked, checked["stream"]);
    return await answer(context, name, checked);
  } catch (error) {
    throw asContractError(error);
  }
}

async function performWithFile<Name extends AnswerName>(
  context: OperationContext,
  name: Name,
  form: string,
  parameters: unknown,
): Promise<Answer<Name>> {
  const { [form]: given, ...fields } = Object(parameters ?? {});
  const file = fileToUpload(form, given);
  // Where all is known already, a wrong parameter is refused before anything is read.
  if (!file.later) checkParameters(name, fields);
  const use = async (received: ReceivedFile) =>
    answer(context, name, checkParameters(name, { ...fields, ...file.later?.() }, received));
  return context.disk.receive(file, use, context.signal);
}

function answer<Name extends AnswerName>(
  context: OperationContext,
  name: Name,
  checked: CheckedParameters<Name>,
): Promise<Answer<Name>> {
  return handlers[name](context, checked);
}
