/* Small pictures drawn once and stamped many times: one per sign, size and precision.
   Everything shown here is numbers, one-character signs and colours of the palette table. */
const AtlasSprites = (() => {
  const FONT = '"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC","Heiti SC",sans-serif';
  const cache = new Map();
  const paths = {};
  const SINK = { triangle: 0.26, drop: 0.2, shield: 0, pentagon: 0.08 };

  function canvas(key, size, paint) {
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    const id = key + "|" + size + "|" + ratio;
    if (!cache.has(id)) {
      const el = document.createElement("canvas");
      el.width = el.height = Math.ceil(size * ratio);
      const ctx = el.getContext("2d");
      ctx.scale(ratio, ratio);
      ctx.translate(size / 2, size / 2);
      paint(ctx);
      cache.set(id, { image: el, size });
    }
    return cache.get(id);
  }

  function text(ctx, value, px, colour, y) {
    ctx.font = "700 " + px + "px " + FONT;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = colour;
    ctx.fillText(value, 0, y + px * 0.06);
  }

  function outline(palette, shape) {
    paths[shape] = paths[shape] || new Path2D(palette.shapes[shape]);
    return paths[shape];
  }

  function body(ctx, path, r, style) {
    ctx.save();
    ctx.scale(r, r);
    ctx.lineJoin = "round";
    ctx.shadowColor = "rgba(15,23,42,.35)";
    ctx.shadowBlur = 3;
    ctx.lineWidth = (style.pale ? 3.4 : 3) / r;
    ctx.strokeStyle = "#fff";
    ctx.stroke(path);
    ctx.shadowColor = "transparent";
    ctx.fillStyle = "#fff";
    ctx.fill(path);
    ctx.globalAlpha = style.pale ? style.alpha : 1;
    ctx.fillStyle = style.colour;
    ctx.fill(path);
    ctx.globalAlpha = 1;
    if (style.pale || style.modelled) {
      ctx.lineWidth = (style.modelled ? 2 : 1.4) / r;
      ctx.strokeStyle = style.modelled ? style.dark : style.colour;
      if (style.modelled) ctx.setLineDash([3.2 / r, 2.4 / r]);
      ctx.stroke(path);
    }
    ctx.restore();
  }

  function point(palette, index, r, pale, modelled) {
    const sign = palette.cats[index];
    return canvas(["p", index, pale, modelled].join(), Math.ceil(r * 2.7 + 8), (ctx) => {
      const style = { pale, modelled, colour: sign.colour, alpha: palette.pale, dark: palette.ink };
      body(ctx, outline(palette, sign.shape), r, style);
      if (r >= 7) text(ctx, sign.glyph, r * 1.12, pale ? palette.ink : sign.ink, (SINK[sign.shape] || 0) * r);
    });
  }

  function ring(ctx, palette, counts, r, width) {
    const total = counts.reduce((sum, c) => sum + c[1], 0) || 1;
    let from = -Math.PI / 2;
    for (const [index, n] of counts) {
      const to = from + (2 * Math.PI * n) / total;
      ctx.beginPath();
      ctx.arc(0, 0, r, from, to);
      ctx.lineWidth = width;
      ctx.strokeStyle = palette.cats[index].colour;
      ctx.stroke();
      from = to;
    }
  }

  function disc(ctx, x, y, r, fill, edge) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = fill;
    ctx.fill();
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = edge;
    ctx.stroke();
  }

  /* The largest type that keeps n inside a circle of radius r; a digit is 0.58 em wide. */
  const digits = (n, r) => Math.max(8.5, Math.min(r * 1.15, (r * 2.9) / String(n).length));

  function name(words) {
    return canvas("n" + words, Math.ceil(words.length * 13 + 12), (ctx) => {
      ctx.font = "400 12px " + FONT;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.lineWidth = 3;
      ctx.lineJoin = "round";
      ctx.strokeStyle = "rgba(255,255,255,.85)";
      ctx.strokeText(words, 0, 0);
      ctx.fillStyle = "#5B6675";
      ctx.fillText(words, 0, 0);
    });
  }

  function stack(palette, counts, n, r, pale) {
    return canvas(["s", n, pale, JSON.stringify(counts)].join(), r * 2 + 20, (ctx) => {
      disc(ctx, 5, -5, r, "#fff", "#94A3B8");
      disc(ctx, 2.5, -2.5, r, "#fff", "#94A3B8");
      disc(ctx, 0, 0, r, "#fff", "#fff");
      ctx.globalAlpha = pale ? 0.55 : 1;
      ring(ctx, palette, counts, r - 2, 4);
      ctx.globalAlpha = 1;
      text(ctx, n, digits(n, r - 4), palette.ink, 0);
    });
  }

  function cluster(palette, counts, n, r) {
    return canvas(["c", n, JSON.stringify(counts)].join(), r * 2 + 12, (ctx) => {
      ctx.shadowColor = "rgba(15,23,42,.4)";
      ctx.shadowBlur = 4;
      disc(ctx, 0, 0, r, "#fff", "#fff");
      ctx.shadowColor = "transparent";
      ring(ctx, palette, counts, r - 3.5, 5);
      text(ctx, n, digits(n, r - 7), palette.ink, 0);
    });
  }

  function slot(palette, n, r) {
    return canvas(["m", n].join(), r * 2 + 8, (ctx) => {
      ctx.beginPath();
      ctx.arc(0, 0, r, 0, 2 * Math.PI);
      ctx.fillStyle = "rgba(255,255,255,.82)";
      ctx.fill();
      ctx.setLineDash([3.5, 2.5]);
      ctx.lineWidth = 1.8;
      ctx.strokeStyle = palette.slot;
      ctx.stroke();
      text(ctx, n, digits(n, r - 2), palette.slot, 0);
    });
  }

  /* A light colour carries dark type. */
  function inkOn(colour, ink) {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    return 0.299 * r + 0.587 * g + 0.114 * b > 150 ? ink : "#fff";
  }

  const PIN = 12.5, TALL = PIN * 1.5, OPEN = Math.PI / 2 + Math.acos(1 / 1.5);

  /* The pin of a chosen place: its tip is the place; a short label stands inside, a long one beside. */
  function pin(ctx, x, y, { colour, label, modelled, ink }) {
    const short = label.length <= 3;
    ctx.save();
    ctx.translate(x, y);
    ctx.beginPath();
    ctx.arc(0, -TALL, PIN, OPEN, 3 * Math.PI - OPEN);
    ctx.lineTo(0, 0);
    ctx.closePath();
    ctx.lineJoin = "round";
    ctx.lineWidth = modelled ? 5 : 3;
    ctx.strokeStyle = "#fff";
    ctx.shadowColor = "rgba(15,23,42,.45)";
    ctx.shadowBlur = 4;
    ctx.stroke();
    ctx.shadowColor = "transparent";
    ctx.fillStyle = colour;
    ctx.fill();
    if (modelled) {
      ctx.setLineDash([4, 2.6]);
      ctx.lineWidth = 2;
      ctx.strokeStyle = ink;
      ctx.stroke();
      ctx.setLineDash([]);
    }
    ctx.translate(0, -TALL);
    if (short && label) text(ctx, label, digits(label, PIN), inkOn(colour, ink), 0);
    else disc(ctx, 0, 0, PIN * 0.34, "#fff", "#fff");
    if (!short) beside(ctx, label, ink);
    ctx.restore();
  }

  function beside(ctx, label, ink) {
    ctx.font = "700 12px " + FONT;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = "rgba(255,255,255,.92)";
    ctx.strokeText(label, PIN + 5, 0);
    ctx.fillStyle = ink;
    ctx.fillText(label, PIN + 5, 0);
  }

  const inPin = (dx, dy) => Math.hypot(dx, dy + TALL) <= PIN + 2 || (dy <= 2 && dy >= -TALL && Math.abs(dx) <= 5);

  function hatch(ctx, colour) {
    const el = document.createElement("canvas");
    el.width = el.height = 8;
    const c = el.getContext("2d");
    c.fillStyle = colour;
    c.fillRect(0, 0, 8, 8);
    c.strokeStyle = "#9AA3AE";
    c.lineWidth = 1;
    c.beginPath();
    for (const x of [-8, 0, 8]) { c.moveTo(x, 8); c.lineTo(x + 8, 0); }
    c.stroke();
    return ctx.createPattern(el, "repeat");
  }

  return { point, stack, cluster, slot, name, hatch, pin, inPin };
})();
