// A page that the browser had put by, and brings back, is shown to who has not signed out meanwhile, and to nobody else.
const body = document.body;

addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted || !("signedIn" in body.dataset)) return;
  body.classList.add("withheld");
  const answer = await fetch("/admin", { method: "HEAD" }).catch(() => null);
  if (answer?.status === 401) location.reload();
  else body.classList.remove("withheld");
});
