/* The drawing itself, shared by both engines: a scene (payload.py) onto one Leaflet map.
   Text reaches the page through textContent only; the legend alone is HTML, built and escaped in Python.
   Every part is compared with what is already drawn: unchanged parts are left alone. */
const AtlasDraw = (L) => {
  const S = AtlasSprites;
  let clicks = 0;

  const Renderer = L.Canvas.extend({
    _fillStroke(ctx, layer) {
      const o = layer.options;
      if (!o.hatch) return L.Canvas.prototype._fillStroke.call(this, ctx, layer);
      ctx.globalAlpha = o.fillOpacity;
      ctx.fillStyle = S.hatch(ctx, o.fillColor);
      ctx.fill("evenodd");
      ctx.globalAlpha = o.opacity;
      ctx.lineWidth = o.weight;
      ctx.strokeStyle = o.color;
      ctx.stroke();
    },
  });

  const Stamp = L.CircleMarker.extend({
    _updatePath() {
      const r = this._renderer;
      if (!r._drawing || this._empty()) return;
      const s = this.options.sprite(), p = this._point;
      r._ctx.drawImage(s.image, p.x - s.size / 2, p.y - s.size / 2, s.size, s.size);
    },
  });

  function node(tag, cls, text) {
    const el = document.createElement(tag);
    if (cls) el.className = cls;
    if (text !== undefined) el.textContent = text;
    return el;
  }

  function tag(layer, ref) {
    layer.atlas = ref;
    layer.toGeoJSON = () => ({ type: "Feature", geometry: null, properties: { ...ref, n: ++clicks } });
    return layer;
  }

  class Atlas {
    constructor(map, root) {
      this.map = map;
      this.root = root;
      this.drawn = {};
      this.groups = {};
      this.areas = new Map();
      this.renderer = new Renderer({ padding: 0.3, tolerance: 4 });
      this.onClick = () => {};
      map.on("zoomend", () => this.zoomed());
      // Leaflet takes the focus with the first press: when that scrolls the page, the release misses what was pressed
      const keys = map.keyboard;
      if (keys) {
        keys.disable();
        keys._onMouseDown = () => { if (!keys._focused) map.getContainer().focus({ preventScroll: true }); };
        keys.enable();
      }
      for (const act of ["pointerdown", "wheel", "keydown"]) map.getContainer().addEventListener(act, () => { this.touched = true; }, { passive: true });
      map.on("moveend", () => { this.placeNames(); if (this.listing) this.fillListing(); });
    }

    word(key) { return this.scene.words[key] ?? key; }

    /* Draw what differs from the last scene; order decides what lies on top. */
    update(scene) {
      if (scene.areas && !scene.areas.geojson) scene.areas = { ...this.scene?.areas, ...scene.areas };
      this.scene = scene;
      const spoken = JSON.stringify([scene.words, scene.palette]);
      if (spoken !== this.spoken) this.drawn = {};
      this.spoken = spoken;
      const steps = ["words", "tiles", "areas", "fills", "overlays", "shapes", "lines", "slots", "clusters", "stacks", "points",
        "badges", "selected", "credit", "legend", "inset"];
      for (const step of steps) this.step(step);
      this.fit(scene.view);
      this.arrangeBadges();
      this.placeNames();
      if (this.listing) this.fillListing();
    }

    step(name) {
      const part = this.scene[name], key = this.scene.areas?.key || "";
      let now = name === "areas" ? key : JSON.stringify(part ?? null);
      if (["fills", "inset", "selected"].includes(name)) now += key + (this.scene.tiles || []).length;
      if (this.drawn[name] === now) return;
      this.drawn[name] = now;
      if (this.groups[name]) this.groups[name].remove();
      this.groups[name] = null;
      this["draw_" + name](part);
      this.redraws = { ...this.redraws, [name]: (this.redraws?.[name] || 0) + 1 };
    }

    group(name, layers) {
      const group = L.featureGroup(layers, { renderer: this.renderer });
      this.groups[name] = group;
      group.on("click", (e) => this.clicked(e));
      group.bindTooltip((l) => this.card(l, false), { sticky: true, direction: "top", opacity: 1, className: "atlas-tip" });
      return group.addTo(this.map);
    }

    clicked(e) {
      L.DomEvent.stopPropagation(e);
      const layer = e.layer;
      layer.closeTooltip && layer.closeTooltip();
      this.groups[layer.part]?.closeTooltip();
      if (!layer.atlas) return this.popup(layer, e.latlng); // a result to read, no record to open
      if (layer.atlas.kind === "cluster") this.open(layer);
      else if (layer.card && layer.atlas.kind !== "area") this.popup(layer, e.latlng);
      this.onClick({ ...layer.atlas, n: ++clicks });
    }

    open(layer) {
      const b = layer.bounds;
      if (b && (b[2] > b[0] || b[3] > b[1])) this.map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { padding: [40, 40], maxZoom: 15 });
      else this.map.setView(layer.getLatLng(), Math.min(this.map.getZoom() + 2, 17));
    }

    popup(layer, at) {
      const where = layer.getLatLng ? layer.getLatLng() : at;
      L.popup({ maxWidth: 280, className: "atlas-pop", autoPanPadding: [24, 24] })
        .setLatLng(where).setContent(this.card(layer, true)).openOn(this.map);
    }

    /* Lines of text in a small card; [0] is the heading, a pair is colour and text. */
    card(layer, clicked) {
      const box = node("div", "atlas-card");
      const lines = layer.card ? layer.card() : [];
      lines.forEach((line, i) => {
        const row = node("div", i ? "row" : "head");
        if (Array.isArray(line)) { const dot = node("i"); dot.style.background = line[0]; row.append(dot); }
        row.append(node("bdi", "", Array.isArray(line) ? line[1] : line));
        box.append(row);
      });
      if (!clicked && layer.hint && this.word(layer.hint)) box.append(node("div", "hint", this.word(layer.hint)));
      return box;
    }

    counted(counts) {
      const cats = this.scene.palette.cats;
      const shown = counts.slice(0, 8).map(([c, n]) => [cats[c].colour, cats[c].name + " " + n]);
      const rest = counts.slice(8).reduce((sum, c) => sum + c[1], 0);
      return rest ? [...shown, "… " + rest] : shown;
    }

    size() {
      const z = this.map.getZoom(), many = (this.scene.points?.id.length || 0) > 600;
      return many ? (z < 9 ? 6 : z < 10.5 ? 7.5 : z < 12 ? 9 : 12) : z < 8 ? 8 : z < 10 ? 10 : z < 12 ? 11 : 12.5;
    }

    stamp(name, at, radius, sprite, ref, extra) {
      const layer = new Stamp([at[1], at[0]], { radius, renderer: this.renderer, sprite, bubblingMouseEvents: false });
      return Object.assign(tag(layer, ref), extra, { part: name });
    }

    draw_points(p) {
      if (!p) return;
      const { palette, words, tables } = this.scene;
      const layers = p.id.map((id, i) => {
        const pale = p.p[i] > 2, modelled = p.m[i] === 1, cat = palette.cats[p.c[i]];
        const place = tables.text[p.a[i]], stage = tables.text[p.s[i]];
        return this.stamp("points", [p.x[i], p.y[i]], 11, () => S.point(palette, p.c[i], this.size(), pale, modelled),
          { kind: "project", id }, {
            hint: "open_card",
            card: () => [p.n[i], [cat.colour, cat.name + (stage ? " · " + stage : "")], place, tables.precision[p.p[i]],
              tables.basis[p.b[i]]].filter((x) => x),
          });
      });
      this.group("points", layers);
    }

    draw_stacks(rows) {
      const palette = this.scene.palette;
      this.group("stacks", (rows || []).map(([id, x, y, name, ids, counts, p]) =>
        this.stamp("stacks", [x, y], 14, () => S.stack(palette, counts, ids.length, this.size() + 3, p > 2),
          { kind: "stack", id, ids }, {
            hint: "open_list",
            card: () => [(name ? name + " · " : "") + ids.length + " " + this.word("items"), ...this.counted(counts),
              this.scene.tables.precision[p]],
          })));
    }

    draw_clusters(rows) {
      const palette = this.scene.palette;
      this.group("clusters", (rows || []).map(([id, x, y, n, counts, bounds, ids]) => {
        const r = Math.min(28, 11 + 4.4 * Math.log10(n + 1));
        return this.stamp("clusters", [x, y], r, () => S.cluster(palette, counts, n, r), { kind: "cluster", id, ids }, {
          bounds, hint: "zoom_here", card: () => [n + " " + this.word("items"), ...this.counted(counts)],
        });
      }));
    }

    draw_slots(rows) {
      const palette = this.scene.palette;
      this.group("slots", (rows || []).map(([id, x, y, n, name]) => {
        const r = Math.min(18, 9 + Math.sqrt(n));
        return this.stamp("slots", [x, y], r, () => S.slot(palette, n, r), { kind: "slot", id },
          { card: () => [this.word("slot_title"), name, n + " " + this.word("rooms")] });
      }));
    }

    draw_lines(rows) {
      const { palette } = this.scene, layers = [];
      for (const [id, kind, parts, name, cat, modelled] of rows || []) {
        const at = parts.map((part) => part.map(([x, y]) => [y, x]));
        const route = kind === "route", o = { renderer: this.renderer, interactive: route, bubblingMouseEvents: false };
        if (route) layers.push(L.polyline(at, { ...o, interactive: false, color: "#fff", weight: 7, opacity: 0.9 }));
        const line = L.polyline(at, { ...o, color: route ? palette.cats[cat].colour : palette.maritime,
          weight: route ? 4 : 2.2, dashArray: modelled ? "6 5" : null });
        layers.push(Object.assign(tag(line, { kind: "project", id }), { part: "lines", hint: "open_card",
          card: () => [name, this.word(kind)].filter((x) => x) }));
      }
      this.group("lines", layers);
    }

    draw_shapes(rows) {
      const { palette } = this.scene;
      this.group("shapes", (rows || []).flatMap(([id, kind, geometry, name, cat, modelled]) => {
        const colour = kind === "zone" ? palette.zone : palette.cats[cat].colour;
        const ref = kind === "zone" ? { kind: "area", id, level: "zone" } : { kind: "project", id };
        const style = { renderer: this.renderer, color: colour, weight: 2, fillColor: colour, fillOpacity: 0.16,
          dashArray: modelled ? "6 5" : null, bubblingMouseEvents: false };
        return L.geoJSON(geometry, { style, ...style }).getLayers().map((l) => Object.assign(tag(l, ref),
          { part: "shapes", hint: kind === "zone" ? "open_list" : "open_card", card: () => [name] }));
      }));
    }
  }

  return { Atlas, Stamp, node, tag, count: () => ++clicks };
};
