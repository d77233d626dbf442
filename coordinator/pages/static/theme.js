// The theme that was chosen here, if any: before the first paint, and when it is chosen in another tab or on a later page.
// In a block, since what else reads a page may have the same names.
{
  const paint = () => {
    const chosen = localStorage.getItem("theme");
    if (chosen) document.documentElement.dataset.theme = chosen;
  };

  paint();
  addEventListener("storage", paint);
  addEventListener("pageshow", paint);
}
