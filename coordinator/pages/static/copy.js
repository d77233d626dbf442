// A long number is copied whole when its short form is clicked.
const announced = document.getElementById("announced");

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Over plain HTTP a browser has no clipboard to write to but by what is selected.
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

async function take(event) {
  const number = event.target.closest("[data-copy]");
  if (!number || event.target.closest("a")) return;
  if (event.type === "keydown" && event.key !== "Enter") return;
  await copy(number.dataset.copy);
  announced.textContent = "copied";
  number.classList.add("copied");
  setTimeout(() => number.classList.remove("copied"), 1500);
}

document.addEventListener("click", take);
document.addEventListener("keydown", take);
