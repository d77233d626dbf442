// A long number is copied whole when its short form is clicked, and an expression as it was written.
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

// What is selected is copied as it was written, not as it is set: 2^137-1 for a raised exponent.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || event.target.matches("input, textarea")) return;
  const taken = selection.getRangeAt(0).cloneContents();
  const set = [...taken.querySelectorAll("[data-copy]")].filter((one) => one.querySelector("sup"));
  if (!set.length) return;
  for (const one of set) one.textContent = one.dataset.copy;
  event.clipboardData.setData("text/plain", taken.textContent);
  event.preventDefault();
});
