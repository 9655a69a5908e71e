/* Overlays of an analysis (overlay_rows.py): one object of the map for each, whatever its number of things.
   Colours come from the scene, texts reach the page through the cards of draw.js, as textContent. */
const AtlasOverlays = (L, kit) => {
  const P = kit.Atlas.prototype, S = AtlasSprites;
  const UNITS = 100000, GROUND = ["fill", "heat"], REACH = { point: 4, site: 0, line: 3, fill: 5, outline: 5 };

  const plane = (lat, lng) => L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lng), 0);

  /* A part's steps back to positions on the plane of zoom 0. */
  function unpack(steps) {
    const flat = new Float64Array(steps.length - 1);
    let x = 0, y = 0;
    for (let i = 1; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      const p = plane(y / UNITS, x / UNITS);
      flat[i - 1] = p.x;
      flat[i] = p.y;
    }
    return { closed: steps[0] === 1, flat, at: new Float32Array(flat.length) };
  }

  function thing([k, lines, click, label, parts]) {
    return { k, lines, click, label, parts: parts.map(unpack), box: [0, 0, 0, 0] };
  }

  function inside(part, p) {
    const a = part.at;
    let odd = false;
    for (let i = 0, j = a.length - 2; i < a.length; j = i, i += 2)
      if (a[i + 1] > p.y !== a[j + 1] > p.y && p.x < ((a[j] - a[i]) * (p.y - a[i + 1])) / (a[j + 1] - a[i + 1]) + a[i]) odd = !odd;
    return odd;
  }

  function nearness(part, p) {
    const a = part.at;
    let least = a.length < 4 ? Math.hypot(p.x - a[0], p.y - a[1]) : Infinity;
    for (let i = 2; i < a.length; i += 2)
      least = Math.min(least, L.LineUtil.pointToSegmentDistance(p, L.point(a[i - 2], a[i - 1]), L.point(a[i], a[i + 1])));
    return least;
  }

  function trace(ctx, part) {
    const a = part.at;
    ctx.moveTo(a[0], a[1]);
    for (let i = 2; i < a.length; i += 2) ctx.lineTo(a[i], a[i + 1]);
    if (part.closed) ctx.closePath();
  }

  const Many = L.Path.extend({
    initialize(row, options) {
      L.setOptions(this, options);
      Object.assign(this, { kind: row.kind, modelled: row.modelled, colours: row.colours, items: row.items.map(thing) });
      Object.assign(this, { part: "overlays", ground: GROUND.includes(row.kind), hit: -1 });
    },

    card() { return this.items[this.hit]?.lines || []; },

    _project() {
      const scale = this._map.getZoomScale(this._map.getZoom(), 0), o = this._map.getPixelOrigin();
      const all = new L.Bounds([]);
      for (const it of this.items) {
        const b = (it.box = [Infinity, Infinity, -Infinity, -Infinity]);
        for (const { flat, at } of it.parts) for (let i = 0; i < flat.length; i += 2) {
          const x = (at[i] = flat[i] * scale - o.x), y = (at[i + 1] = flat[i + 1] * scale - o.y);
          if (x < b[0]) b[0] = x;
          if (y < b[1]) b[1] = y;
          if (x > b[2]) b[2] = x;
          if (y > b[3]) b[3] = y;
        }
        if (it.parts.length) all.extend([b[0], b[1]]).extend([b[2], b[3]]);
      }
      this._pxBounds = all.isValid() ? new L.Bounds(all.min.subtract([44, 44]), all.max.add([200, 44])) : new L.Bounds([0, 0], [0, 0]);
    },
    _update() { if (this._map) this._updatePath(); },

    _updatePath() {
      const r = this._renderer;
      if (!r._drawing) return;
      const ctx = r._ctx, { min, max } = r._redrawBounds || r._bounds;
      ctx.save();
      ctx.lineJoin = "round";
      for (const it of this.items) {
        const b = it.box;
        if (b[0] <= max.x + 44 && b[2] >= min.x - 200 && b[1] <= max.y + 44 && b[3] >= min.y - 44) this.paint(ctx, it);
      }
      ctx.restore();
    },

    colour(it) { return it.k < 0 ? this.options.palette.no_data_edge : this.colours[it.k]; },

    paint(ctx, it) {
      const lone = it.parts.filter((q) => q.at.length < 4), long = it.parts.filter((q) => q.at.length >= 4);
      ctx.setLineDash([]);
      if (long.length) {
        ctx.beginPath();
        for (const part of long) trace(ctx, part);
        if (this.kind === "fill" && long.some((q) => q.closed)) this.shade(ctx, it);
        else this.strokes(ctx, it, long);
      }
      for (const part of lone) {
        if (this.kind === "site") S.pin(ctx, part.at[0], part.at[1], { colour: this.colour(it), label: it.label, modelled: this.modelled, ink: this.options.palette.ink });
        else this.dot(ctx, it, part);
      }
    },

    shade(ctx, it) {
      const { shade, no_data, ink, border } = this.options.palette, across = it.box[2] - it.box[0], wide = across > 8;
      ctx.globalAlpha = shade;
      ctx.fillStyle = it.k < 0 ? (this.hatch = this.hatch || S.hatch(ctx, no_data)) : this.colours[it.k];
      ctx.fill("evenodd");
      ctx.globalAlpha = this.modelled ? 0.9 : 0.8;
      ctx.strokeStyle = this.modelled ? ink : across > 40 ? border : "#fff"; // a county keeps its border
      ctx.lineWidth = this.modelled ? (wide ? 1.1 : 0.6) : 0.8;
      if (this.modelled) ctx.setLineDash([4, 3]);
      if (wide || this.modelled) ctx.stroke();
      ctx.globalAlpha = 1;
    },

    strokes(ctx, it, long) {
      const line = this.kind === "line";
      if (!line && long.some((q) => q.closed)) {
        ctx.globalAlpha = 0.07;
        ctx.fillStyle = this.colour(it);
        ctx.fill("evenodd");
        ctx.globalAlpha = 1;
      }
      ctx.strokeStyle = "#fff";
      ctx.lineWidth = line ? 5 : 3.6;
      ctx.globalAlpha = 0.75;
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.strokeStyle = this.colour(it);
      ctx.lineWidth = line ? 3 : 2;
      if (this.modelled) ctx.setLineDash([6, 4]);
      ctx.stroke();
    },

    radius() {
      const z = this._map.getZoom(), many = this.items.length > 600;
      return (many ? 2.6 : 4.4) + (z < 9 ? 0 : z < 12 ? 0.8 : 2);
    },

    dot(ctx, it, part) {
      ctx.beginPath();
      ctx.arc(part.at[0], part.at[1], this.radius(), 0, 2 * Math.PI);
      ctx.fillStyle = this.colour(it);
      ctx.fill();
      ctx.lineWidth = this.modelled ? 1.5 : 1;
      ctx.strokeStyle = this.modelled ? this.options.palette.ink : "#fff";
      if (this.modelled) ctx.setLineDash([2.6, 2]);
      ctx.stroke();
    },

    /* How far off a thing is: distance for what is thin, size for what has an inside; Infinity is a miss. */
    measure(it, p) {
      const b = it.box, far = this.kind === "site" ? 48 : 12;
      if (p.x < b[0] - far || p.x > b[2] + far || p.y < b[1] - far || p.y > b[3] + far) return Infinity;
      if (this.kind === "site") return it.parts.some((q) => S.inPin(p.x - q.at[0], p.y - q.at[1])) ? 0 : Infinity;
      if (it.parts.filter((q) => q.closed && inside(q, p)).length % 2) return 1e3 + (b[2] - b[0]) * (b[3] - b[1]);
      const thin = it.parts.filter((q) => !q.closed || this.kind === "outline");
      const least = Math.min(...thin.map((q) => nearness(q, p)), Infinity);
      return least <= this.radius() + REACH[this.kind] ? least : Infinity;
    },

    _containsPoint(p) {
      let best = -1, least = Infinity;
      for (let i = this.items.length - 1; i >= 0; i -= 1) {
        const it = this.items[i];
        if (!it.lines.length && !it.click) continue;
        const far = this.measure(it, p);
        if (far < least) [best, least] = [i, far];
      }
      this.hit = best;
      return best >= 0;
    },

    toGeoJSON() {
      const ref = this.atlas;
      return { type: "Feature", geometry: null, properties: ref ? { ...ref, n: kit.count() } : {} };
    },
  });

  // what the pointer is on; getters would be read once by L.Class.extend, hence here
  Object.defineProperties(Many.prototype, {
    atlas: { get() { const id = this.items[this.hit]?.click; return id ? { kind: "project", id } : null; } },
    hint: { get() { return this.atlas ? "open_card" : ""; } },
  });

  /* A heat surface, made for the present frame with the core of leaflet.heat and stamped in its place of the order. */
  const Heat = L.Path.extend({
    initialize(row, options) {
      L.setOptions(this, { ...options, interactive: false });
      Object.assign(this, { kind: "heat", ground: true, colours: row.colours });
      this.spots = row.items.map(([lat, lng, weight]) => ({ p: plane(lat, lng), weight }));
    },
    _project() {
      const scale = this._map.getZoomScale(this._map.getZoom(), 0), all = new L.Bounds([]);
      for (const s of this.spots) all.extend((s.at = s.p.multiplyBy(scale).subtract(this._map.getPixelOrigin())));
      this._pxBounds = all.isValid() ? new L.Bounds(all.min.subtract([44, 44]), all.max.add([44, 44])) : new L.Bounds([0, 0], [0, 0]);
      this.made = null;
    },
    _update() { if (this._map) this._updatePath(); },
    _updatePath() {
      const r = this._renderer;
      if (!r._drawing || !window.simpleheat || !this.spots.length) return;
      const { min } = r._bounds, size = r._bounds.getSize(), key = [min.x, min.y, size.x, size.y].join();
      if (size.x < 1 || size.y < 1) return; // a frame that has no size yet: there is nothing to draw on
      if (this.made !== key) this.make(min, size);
      this.made = key;
      r._ctx.globalAlpha = 0.82;
      r._ctx.drawImage(this.canvas, min.x, min.y);
      r._ctx.globalAlpha = 1;
    },

    /* Points gathered in cells of some pixels: x, y and strength. */
    cells(step) {
      const found = new Map();
      for (const { at, weight } of this.spots) {
        const key = Math.floor(at.x / step) + "," + Math.floor(at.y / step), c = found.get(key);
        if (c) c[2] += weight;
        else found.set(key, [at.x, at.y, weight]);
      }
      return [...found.values()];
    },
    make(min, size) {
      const cells = this.cells(8), mean = this.spots.reduce((sum, s) => sum + s.weight, 0) / this.spots.length;
      // the strongest neighbourhood anywhere is the top of the scale, so that a pan changes no colour
      const top = Math.max(3 * mean, 0.7 * this.cells(32).reduce((most, c) => Math.max(most, c[2]), 0));
      this.canvas = document.createElement("canvas");
      this.canvas.width = size.x;
      this.canvas.height = size.y;
      const n = this.colours.length, stops = Object.fromEntries(this.colours.map((c, k) => [0.15 + (0.85 * k) / (n - 1), c]));
      const seen = cells.map(([x, y, w]) => [x - min.x, y - min.y, w]).filter(([x, y]) => x > -40 && y > -40 && x < size.x + 40 && y < size.y + 40);
      window.simpleheat(this.canvas).radius(20, 18).gradient(stops).max(top).data(seen).draw(0.05);
    },
  });

  P.draw_overlays = function (rows) {
    const options = { renderer: this.renderer, palette: this.scene.palette, bubblingMouseEvents: false };
    const layers = (rows || []).map((row) => new (row.kind === "heat" ? Heat : Many)(row, options));
    const group = this.group("overlays", layers);
    group.on("mousemove", ({ layer }) => {
      if (layer.hit === layer.told) return;
      layer.told = layer.hit;
      group.getTooltip().update();
    });
    if (layers.some((l) => l.kind === "heat")) this.warm(layers);
  };

  P.warm = function (layers) {
    loadScript(this.scene.assets.heat).then(
      () => layers.forEach((l) => l.redraw()),
      (address) => { // the rest of the map stands; what is missing is said in the corner
        const note = L.control({ position: "bottomleft" });
        note.onAdd = () => kit.node("div", "atlas-lack", this.word("missing_asset") + address);
        this.lack?.remove();
        this.lack = note.addTo(this.map);
      });
  };

  /* From the ground up: areas, shaded overlays, names of areas, the other overlays, records. */
  P.sink = function () {
    const all = this.groups.overlays?.getLayers() || [];
    const back = (layers) => layers.reverse().forEach((l) => l.bringToBack());
    back(all.filter((l) => !l.ground));
    this.names?.bringToBack();
    back(all.filter((l) => l.ground));
    this.groups.areas?.bringToBack();
  };

  return kit;
};
