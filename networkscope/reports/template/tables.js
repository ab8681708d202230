// Tables sort by a click on a title, filter by what is typed, and open what is folded.
(() => {
  const FEW = 8; // rows that need neither
  const make = (tag, text, change = {}) => Object.assign(document.createElement(tag), { textContent: text, ...change });
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

  // A number, a day or a share as something to compare; text stays text, and nothing goes last.
  function value(cell) {
    const text = (cell?.textContent ?? "").trim().replaceAll("\u00a0", " ");
    if (text === "" || text === "–") return null;
    const day = text.match(/(?:^|\s)(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})/) ?? text.match(/^()([A-Z][a-z]{2}) (\d{4})$/);
    if (day && MONTHS.includes(day[2])) return Number(day[3]) * 400 + MONTHS.indexOf(day[2]) * 32 + Number(day[1]);
    const number = text.match(/^[-−]?[\d,]*\.?\d+/);
    return number ? Number(number[0].replaceAll(",", "").replace("−", "-")) : text;
  }
  function compare(one, other) {
    if (one === null || other === null) return (one === null) - (other === null);
    if (typeof one === "number" && typeof other === "number") return one - other;
    return words.compare(String(one), String(other));
  }

  for (const table of document.querySelectorAll("table:not(table table)")) {
    const body = table.tBodies[0];
    const titles = [...(table.tHead?.rows[0]?.cells ?? [])];
    if (!body || body.rows.length < 2 || table.querySelector("[rowspan],[colspan]")) continue;
    const box = table.closest(".table-box") ?? table;
    const rest = [...body.querySelectorAll("tr.rest")];
    let open = rest.length === 0;

    const more = make("button", `and ${rest.length.toLocaleString("en")} more`, { type: "button", className: "more" });
    more.addEventListener("click", () => { open = true; filter(); more.remove(); });
    if (!open) box.after(more);

    const find = make("input", "", { type: "search", placeholder: "Filter", className: "filter" });
    find.setAttribute("aria-label", `Filter: ${table.caption?.textContent ?? "table"}`);
    find.addEventListener("input", () => filter());
    if (body.rows.length > FEW) box.before(find);

    function filter() {
      const wanted = plain(find.value.trim());
      for (const row of body.rows) {
        const folded = !open && !wanted && row.classList.contains("rest");
        row.hidden = folded || (wanted !== "" && !plain(row.textContent).includes(wanted));
      }
    }

    titles.forEach((title, column) => {
      const text = title.textContent;
      if (!text.trim()) return;
      const sort = make("button", text, { type: "button", className: "sort" });
      title.replaceChildren(sort);
      sort.addEventListener("click", () => {
        const down = title.getAttribute("aria-sort") === "ascending";
        for (const other of titles) other.removeAttribute("aria-sort");
        title.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
        rows.sort(([one], [other]) => {
          const order = compare(one, other);
          return one === null || other === null || !down ? order : -order;
        });
        if (!open) { open = true; more.remove(); } // the first of all rows, not of those that were seen
        body.append(...rows.map(([, row]) => row));
        filter();
      });
    });
    filter();
  }
})();
