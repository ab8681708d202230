// Cards: copy the draft, tick what is done. Ticks are kept in this browser and offered as one command to copy.
(() => {
  const ACTS = { done: "Done", snooze: "Not now", never: "Not this person" };
  const cards = [...document.querySelectorAll("[data-move]")];
  const book = document.documentElement.dataset.book || "BOOK";
  const asOf = document.querySelector('meta[name="as-of"]')?.content ?? "";
  const shelf = `networkscope ${book}`;
  let kept = { ticks: {}, folder: book };
  try {
    kept = { ...kept, ...JSON.parse(localStorage.getItem(shelf) || "{}") };
  } catch { /* no storage here: ticks last as long as the page */ }
  for (const [key, tick] of Object.entries(kept.ticks)) {
    if (!ACTS[tick.act] || (tick.copied && tick.asOf < asOf)) delete kept.ticks[key]; // the new report knows of it
  }

  const make = (tag, text, change = {}) => Object.assign(document.createElement(tag), { textContent: text, ...change });
  const button = (text, act) => {
    const made = make("button", text, { type: "button" });
    made.addEventListener("click", () => act(made));
    return made;
  };

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }
  async function copyAndSay(made, text) {
    await copy(text);
    const before = made.dataset.text ?? made.textContent;
    made.dataset.text = before;
    made.textContent = "Copied";
    said.textContent = "Copied to the clipboard.";
    setTimeout(() => { made.textContent = before; said.textContent = ""; }, 2000);
  }

  function command() {
    const plain = /^[\w.~/][\w.~/+-]*$/.test(kept.folder);
    const folder = plain ? kept.folder : `'${kept.folder.replaceAll("'", "'\\''")}'`;
    const keys = (act) => Object.keys(kept.ticks).filter((key) => kept.ticks[key].act === act).sort().join(" ");
    const parts = [];
    if (keys("done")) parts.push(`networkscope done ${folder} ${keys("done")}`);
    if (keys("snooze")) parts.push(`networkscope snooze ${folder} ${keys("snooze")} --days 14`);
    if (keys("never")) parts.push(`networkscope never ${folder} ${keys("never")}`);
    return parts.join("; ");
  }

  // The tray at the foot of the window.
  const tray = make("section", "", { className: "tray", hidden: true });
  tray.setAttribute("aria-label", "What you ticked");
  const count = make("p", ""), line = make("code", ""), said = make("p", "", { className: "said" });
  said.setAttribute("role", "status");
  const folder = make("input", "", { type: "text", value: kept.folder, id: "book-folder" });
  folder.addEventListener("input", () => { kept.folder = folder.value.trim() || book; show(); });
  const label = make("label", "Folder of your book: ");
  label.append(folder);
  const tell = make("p", "Paste it into a terminal. The next report then knows what you did.", { className: "how" });
  const take = button("Copy command", (made) => {
    for (const tick of Object.values(kept.ticks)) Object.assign(tick, { copied: true, asOf });
    keep();
    copyAndSay(made, command());
  });
  take.className = "first";
  const forget = button("Clear", () => { kept.ticks = {}; show(); cards[0]?.querySelector("button")?.focus(); });
  tray.append(count, line, take, forget, label, tell, said);
  document.body.append(tray);

  function keep() {
    try {
      localStorage.setItem(shelf, JSON.stringify(kept));
    } catch { /* as above */ }
  }
  function show() {
    keep();
    for (const card of cards) {
      const act = kept.ticks[card.dataset.move]?.act;
      card.classList.toggle("ticked", Boolean(act));
      for (const made of card.querySelectorAll("[data-act]")) {
        made.setAttribute("aria-pressed", String(made.dataset.act === act));
      }
    }
    const acts = Object.values(kept.ticks).map((tick) => tick.act);
    const words = { done: "done", snooze: "not now", never: "not this person" };
    const parts = Object.keys(ACTS).map((act) => [acts.filter((one) => one === act).length, words[act]]);
    count.textContent = parts.filter(([number]) => number).map(([number, word]) => `${number} ${word}`).join(", ");
    line.textContent = command();
    tray.hidden = acts.length === 0;
    document.body.classList.toggle("has-tray", !tray.hidden);
  }

  for (const card of cards) {
    const ways = card.querySelector(".ways");
    const draft = card.querySelector("blockquote").textContent;
    ways.prepend(button("Copy text", (made) => copyAndSay(made, draft)));
    const ticks = make("p", "", { className: "ticks" });
    for (const [act, text] of Object.entries(ACTS)) {
      const made = button(text, () => {
        const { move } = card.dataset;
        if (kept.ticks[move]?.act === act) delete kept.ticks[move];
        else kept.ticks[move] = { act, asOf };
        show();
      });
      made.dataset.act = act;
      ticks.append(made);
    }
    ways.after(ticks);
  }
  show();
})();
