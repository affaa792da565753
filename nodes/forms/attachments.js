/** Validates the attachments of an operation that may have some. */
export function attachmentsOf(operation) {
  return neededBy([operation], function (v, opt) {
    const none = (chosen(this, "attachmentsType") || "none") === "none";
    return none || RED.validators.typedInput("attachmentsType").call(this, v, opt);
  });
}

/** Which tools may read the attachments is asked only where there are some. */
export function prepareAttachments(node, operation) {
  const attachments = typedInput(node, "attachments", [
    { value: "none", label: node._("{{node}}.typed.none"), icon: "fa fa-ban", hasValue: false },
    "msg",
    "flow",
    "global",
    written(node, "fileId"),
  ]);
  suggestForMsg(attachments, "file");
  // A flow of an earlier version has no such field, and a select without a value shows nothing.
  $("#node-input-attachmentTools").val(node.attachmentTools || "file_search");
  $("#node-input-operation, #node-input-attachments").on("change", () => {
    const attaches =
      $("#node-input-operation").val() === operation && attachments.typedInput("type") !== "none";
    $("#node-input-attachmentTools-row").toggle(attaches);
  });
}
