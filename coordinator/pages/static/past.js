// Keeps whoever looks at the past in it: what the page leads to is shown as of the same moment.
const asOf = document.body.dataset.asOf;

for (const link of document.querySelectorAll(".brand, nav a, main a[href^='/']:not([data-now])")) {
  const address = new URL(link.href);
  address.searchParams.set("as_of", asOf);
  link.href = address;
}

for (const form of document.querySelectorAll(".find, main form:not([method='post'], .slider)")) {
  const moment = Object.assign(document.createElement("input"), { type: "hidden", name: "as_of", value: asOf });
  form.append(moment);
}
