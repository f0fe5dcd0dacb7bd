/* A list follows its facets and its order at once; without this script the form has a button. */
for (const form of document.querySelectorAll("form[data-narrow]")) {
  const inside = [...form.elements].filter((field) => field.matches("input[type=checkbox], select"));
  for (const field of inside) {
    field.addEventListener("change", () => {
      /* on a phone the facets are a sheet: several can be chosen before it is closed by its button */
      if (field.closest(".sheet") && matchMedia("(max-width: 799px)").matches) return;
      form.requestSubmit();
    });
  }
}
