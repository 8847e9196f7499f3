// Set-up proposes the time zone of whoever sets up, where the installation knows it.
const field = document.querySelector("form:has(#field-password) input[name=timezone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (field?.value === "UTC" && [...(field.list?.options ?? [])].some((option) => option.value === own)) field.value = own;
