/** Says which service is asked as long as no config node is chosen. */
export function tellService() {
  $("#node-input-config").on("change", function () {
    $("#node-input-config-none").toggle(["", "_ADD_", null].includes($(this).val()));
  });
}
