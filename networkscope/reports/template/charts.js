// Unpacks plotly once and draws every chart of the page in the colours of the page.
(async () => {
  const figures = [...document.querySelectorAll("figure.chart")];
  const root = document.documentElement;
  const dark = matchMedia("screen and (prefers-color-scheme: dark)"); // paper is never dark
  const narrow = matchMedia("(max-width: 40rem)");
  const PAPER = 680; // pixels between the margins of A4
  const config = {
    responsive: true,
    displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  };

  async function unpack() {
    const packed = atob(document.getElementById("plotly").textContent);
    const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    if (!window.Plotly) throw new Error("plotly did not start");
  }

  function colours(layout) {
    const style = getComputedStyle(root);
    const colour = (name) => style.getPropertyValue(name).trim();
    const changes = {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      "font.color": colour("--ink"),
      "hoverlabel.bgcolor": colour("--surface"),
      "hoverlabel.bordercolor": colour("--line"),
      "hoverlabel.font.color": colour("--ink"),
      "legend.bgcolor": "rgba(0,0,0,0)",
      "modebar.bgcolor": "rgba(0,0,0,0)",
      "modebar.color": colour("--muted"),
      "modebar.activecolor": colour("--accent"),
    };
    for (const axis of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))) {
      for (const part of ["gridcolor", "linecolor", "zerolinecolor"]) {
        changes[`${axis}.${part}`] = colour("--line");
      }
      if (narrow.matches) changes[`${axis}.automargin`] = true;
    }
    return changes;
  }

  async function draw(figure) {
    const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
    if (narrow.matches && layout.meta?.whole) { // whole as a picture, where it would not fit
      figure.style.minHeight = "";
      return;
    }
    delete layout.width;
    layout.autosize = true;
    layout.font = { ...layout.font, family: getComputedStyle(document.body).fontFamily };
    if (narrow.matches) {
      layout.font.size = Math.min(layout.font.size || 12, 11);
      layout.margin = { ...layout.margin, l: 8, r: 8 };
    }
    const place = document.createElement("div");
    place.className = "plot";
    place.style.height = figure.style.minHeight;
    if (layout.meta && layout.meta.min_width) place.style.minWidth = `${Number(layout.meta.min_width)}px`;
    figure.querySelector(".still").remove();
    figure.append(place);
    await Plotly.newPlot(place, data, layout, config);
    await Plotly.relayout(place, colours(place._fullLayout));
    dark.addEventListener("change", () => Plotly.relayout(place, colours(place._fullLayout)));
  }

  // Paper is narrower than a window, and what sticks out there cannot be scrolled to.
  const resize = (width) => {
    for (const place of document.querySelectorAll(".plot")) {
      Plotly.relayout(place, { width: width || null, autosize: !width });
    }
  };
  addEventListener("beforeprint", () => resize(PAPER));
  addEventListener("afterprint", () => resize());

  try {
    await unpack();
    for (const figure of figures) await draw(figure);
    root.dataset.charts = "drawn";
  } catch (fault) {
    root.dataset.charts = "failed";
    throw fault;
  }
})();
