// One person at a time: the one whose key is in the address; everybody's names where there is none.
(() => {
  const persons = [...document.querySelectorAll("section.person")];
  const list = document.querySelector(".everybody");
  const names = [...list.querySelectorAll("li")];
  const find = Object.assign(document.createElement("input"), { type: "search", placeholder: "Find a name" });
  find.setAttribute("aria-label", "Find a name");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  find.addEventListener("input", () => {
    for (const name of names) name.hidden = !plain(name.textContent).includes(plain(find.value));
  });
  list.querySelector("summary").after(find);
  function show() {
    const key = location.hash.slice(1);
    const chosen = persons.find((person) => person.id === key || person.querySelector(`[id="${CSS.escape(key)}"]`));
    for (const person of persons) person.hidden = person !== chosen;
    list.open = !chosen;
    document.title = chosen ? `${chosen.querySelector("h2").textContent} · People` : "People";
    if (chosen) scrollTo(0, 0);
  }
  addEventListener("hashchange", show);
  show();
})();
