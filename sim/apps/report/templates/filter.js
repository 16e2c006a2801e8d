// Shows only the rows of a table that contain the text in the box. Without JavaScript all rows show and there is no box.
for (const box of document.querySelectorAll("[data-filters]")) {
  const rows = document.querySelectorAll(`#${box.dataset.filters} tbody tr`);
  box.hidden = false;
  box.querySelector("input").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
