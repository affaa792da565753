/** What the open form says of a field; the node's own value where no form is open. */
export function chosen(node, field) {
  return $(`#node-input-${field}`).val() || node[field];
}

/** A field that another operation needs must not keep a node invalid behind a hidden row. */
export function neededBy(operations, problem) {
  return function (v, opt) {
    return !operations.includes(chosen(this, "operation")) || problem.call(this, v, opt);
  };
}

/** Validates what is written in a field; what does not fit is told with the node's text for it. */
export function fits(complaint, isRight) {
  return function (v, _opt) {
    return isRight(String(v ?? ""), this) || this._(`{{node}}.error.${complaint}`);
  };
}

/** Shows the rows of the chosen operation. */
export function showRows() {
  const operation = $("#node-input-operation").val();
  $("#dialog-form [data-operations]").each(function () {
    $(this).toggle($(this).data("operations").split(" ").includes(operation));
  });
}
