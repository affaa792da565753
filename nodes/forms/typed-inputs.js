/** Makes a field one whose type can be chosen. */
export function typedInput(node, field, types) {
  return $(`#node-input-${field}`).typedInput({
    default: node._def.defaults[`${field}Type`].value,
    types: types,
    typeField: $(`#node-input-${field}Type`),
  });
}

/** The type of what is written in the form itself. */
export function written(node, label) {
  return { value: "str", label: node._(`{{node}}.typed.${label}`), icon: "red/images/typedInput/az.svg" };
}

/** Another type often wants another value than the one that was usual for the type before. */
export function whenTypeChanges(input, usualValue) {
  let before = input.typedInput("type");
  input.on("change", (_event, type, value) => {
    if (type === before) return;
    before = type;
    const usual = usualValue(type, value);
    if (usual !== undefined) input.typedInput("value", usual);
  });
}

/** Where somebody looks in the message, it is most likely there. */
export function suggestForMsg(input, property) {
  whenTypeChanges(input, (type, value) => (type === "msg" && !value ? property : undefined));
}
