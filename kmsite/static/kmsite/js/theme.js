/* Before anything is painted: the colours that this reader chose. Loaded in the head and waited for; keep it this small. */
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  /* no storage: the system decides */
}
