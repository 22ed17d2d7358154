/// The script of a report: values under the pointer.
///
/// Everything else works without it.
enum ReportScript {
  static let text = #"""

    for (const figure of document.querySelectorAll("figure, .panel")) {
      const source = figure.querySelector(':scope > script[type="application/json"]');
      if (!source) continue;
      const data = JSON.parse(source.textContent);
      const area = figure.querySelector(".area");
      const cross = document.createElement("div");
      const tip = document.createElement("div");
      cross.className = "cross";
      tip.className = "tip";
      area.append(cross, tip);
      const x = data.x, first = x[0], span = (x[x.length - 1] - first) || 1;
      const text = (value, scale, digits, unit) =>
        (value * scale).toFixed(digits).replace("-", "−") + unit;
      const show = (value) => value === null ? "–" : text(value, data.k, data.d, data.u);
      const place = (value) => data.t === undefined
        ? new Date(value * 864e5).toISOString().slice(0, 10)
        : data.t + " " + text(value, data.xk, data.xd, data.xu);
      const row = (series, index) => {
        const line = document.createElement("div");
        const swatch = document.createElement("span");
        const name = document.createElement("span");
        const value = document.createElement("b");
        swatch.style.background = series.c;
        name.textContent = series.n;
        value.textContent = show(series.v[index]);
        line.append(swatch, name, value);
        return line;
      };
      area.addEventListener("pointermove", (event) => {
        const box = area.getBoundingClientRect();
        const at = first + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * span;
        let low = 0, high = x.length - 1;
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (x[middle] > at) high = middle; else low = middle;
        }
        const index = at - x[low] > x[high] - at ? high : low;
        const share = (x[index] - first) / span;
        const date = document.createElement("time");
        date.textContent = place(x[index]);
        tip.replaceChildren(date, ...data.s.map((series) => row(series, index)));
        cross.style.left = share * 100 + "%";
        tip.style.left = share > 0.5 ? "auto" : "calc(" + share * 100 + "% + 12px)";
        tip.style.right = share > 0.5 ? "calc(" + (1 - share) * 100 + "% + 12px)" : "auto";
        area.classList.add("on");
      });
      area.addEventListener("pointerleave", () => area.classList.remove("on"));
    }

    """#
}
