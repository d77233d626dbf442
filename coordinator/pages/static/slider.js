// The slider through time tells where it stands, and goes there when it is let go.
for (const slider of document.querySelectorAll(".slider input[type='range']")) {
  const told = slider.form.querySelector("output");
  slider.addEventListener("input", () => {
    told.textContent = `event ${Number(slider.value).toLocaleString("en").replaceAll(",", "\u202f")}`;
  });
  slider.addEventListener("change", () => slider.form.requestSubmit());
}
