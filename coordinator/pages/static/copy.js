// A long number is copied whole when its short form is clicked.
document.addEventListener("click", async (event) => {
  const number = event.target.closest("[data-copy]");
  if (!number || event.target.closest("a")) return;
  await navigator.clipboard.writeText(number.dataset.copy);
  number.classList.add("copied");
  setTimeout(() => number.classList.remove("copied"), 1500);
});
