/** A heading that shows what stands under it, or hides it. */
export function prepareFold(heading, content, isOpen) {
  const show = (open) => {
    heading.attr("aria-expanded", String(open));
    heading.find("i").toggleClass("fa-caret-right", !open).toggleClass("fa-caret-down", open);
    content.toggle(open);
  };
  heading.on("click", (event) => {
    event.preventDefault();
    show(heading.attr("aria-expanded") !== "true");
  });
  show(isOpen);
}
