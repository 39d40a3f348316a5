// Not a module, because browsers do not load modules from files: without this, the page would stay at “Loading…”.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  if (location.protocol !== "file:") return;
  document.getElementById("status").hidden = true;
  const problem = document.getElementById("problem");
  problem.textContent =
    "Browsers do not let a page that is opened as a file load its networks. Serve its folder, for example with " +
    "“python -m http.server --directory docs/web”, and open http://localhost:8000.";
  problem.hidden = false;
});
