// The browser knows its time zone; the sign-up form carries it along.
const field = document.querySelector('input[name="time_zone"]');
if (field && !field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
