// What a form was answered with stands at the address of its page: whoever loads that again sends nothing once more.
const { dataset } = document.body;

if ("answers" in dataset) history.replaceState(null, "", dataset.page + location.hash);

// A list that is gone back to says in its fields what it shows, not what was written into them for the next.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of document.querySelectorAll("form:not([method='post'])")) form.reset();
});
