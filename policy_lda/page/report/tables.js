// Tables of the report: a click on a head sorts the rows shown, a field filters them. Cells are only read and moved, never made from text.
for (const table of document.querySelectorAll("main .table table")) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], rows = [...body.rows];
  if (rows.length < 2) continue;
  const value = (row, column, numeric) => {
    const text = row.cells[column].textContent.trim();
    return numeric ? (text === "–" ? NaN : Number(text.replaceAll(",", ""))) : text;
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button"), numeric = head.classList.contains("number");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const order = (a, b) => {
        const [x, y] = [value(a, column, numeric), value(b, column, numeric)];
        if (numeric) return Number.isNaN(x) - Number.isNaN(y) || sign * (x - y) || 0;
        return (x === "–" || x === "") - (y === "–" || y === "") || sign * x.localeCompare(y, "en");
      };
      body.append(...rows.toSorted ? rows.toSorted(order) : [...rows].sort(order));
    });
  });
  if (rows.length < 8) continue;
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Filter the rows shown";
  field.setAttribute("aria-label", "Filter the rows shown of this table");
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  table.parentElement.before(field);
}
