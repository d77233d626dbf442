// Keeps what was written into a form whose session had ended before it was sent, until somebody has signed in again.
const KEPT = "typed";
const unkept = ["hidden", "password", "file", "submit", "button", "reset"];
const notice = document.getElementById(KEPT); // on the page for signing in alone
const kept = JSON.parse(sessionStorage.getItem(KEPT));

// What is confirmed is confirmed anew: the page may tell something else by then.
function fields(form) {
  return [...form.elements].filter((one) => one.name && one.name !== "confirmed" && !unkept.includes(one.type));
}

function keep({ target: form }) {
  if (form.method !== "post" || notice) return;
  const written = fields(form).map((one) => [one.value, one.checked]);
  sessionStorage.setItem(KEPT, JSON.stringify({ action: form.getAttribute("action"), written }));
}

function fill({ action, written }) {
  const same = [...document.querySelectorAll("main form")].find((form) => form.getAttribute("action") === action);
  if (!same) return;
  fields(same).forEach((one, index) => {
    const [value, checked] = written[index] ?? [one.value, one.checked];
    if ("checked" in one) one.checked = checked;
    if (one.type !== "checkbox" && one.type !== "radio") one.value = value;
  });
  for (let around = same.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
}

document.addEventListener("submit", keep);
if (notice) {
  notice.hidden = !kept;
} else {
  sessionStorage.removeItem(KEPT);
  if (kept && new URL(document.referrer || location.href).pathname === "/admin/login") fill(kept);
}
