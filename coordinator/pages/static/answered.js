// What a form was answered with stands at the address of its page: whoever loads that again sends nothing once more.
const { dataset } = document.body;

if ("answers" in dataset) history.replaceState(null, "", dataset.page + location.hash);
