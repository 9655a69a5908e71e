/* Areas, badges, names, controls: everything round the marks. Extends the class of draw.js. */
const AtlasChrome = (L, kit) => {
  const { node, tag } = kit;
  const P = kit.Atlas.prototype;

  function corner(position, el) {
    const control = L.control({ position });
    control.onAdd = () => { L.DomEvent.disableClickPropagation(el); L.DomEvent.disableScrollPropagation(el); return el; };
    return control;
  }

  P.draw_tiles = function (tiles) {
    const layers = (tiles || []).map((t) => L.tileLayer(t.url, { maxZoom: 18, maxNativeZoom: t.max_zoom, subdomains: t.subdomains || "abc" }));
    this.groups.tiles = L.layerGroup(layers).addTo(this.map);
  };

  P.draw_areas = function (areas) {
    this.areas = new Map();
    if (!areas || !areas.geojson) return;
    const base = { renderer: this.renderer, weight: 1, color: this.scene.palette.border, fillColor: this.scene.palette.land, fillOpacity: 1, bubblingMouseEvents: false };
    const layers = [];
    for (const f of areas.geojson.features) {
      const layer = L.GeoJSON.geometryToLayer(f, base);
      layer.setStyle(base);
      const { code, name } = f.properties;
      Object.assign(tag(layer, { kind: "area", id: code, level: "" }), { part: "areas", hint: "open_list", card: () => this.areaCard(code, name) });
      layer.on("mouseover", () => layer.setStyle({ weight: 2.4 }));
      layer.on("mouseout", () => layer.setStyle({ weight: 1 }));
      this.areas.set(code, { layer, name });
      layers.push(layer);
    }
    this.group("areas", layers).bringToBack();
  };

  P.areaCard = function (code, name) {
    const badge = (this.scene.badges || []).find((b) => b[0] === code);
    const value = this.scene.fills && this.scene.fills.text[code];
    const lines = badge ? [name + " " + badge[5] + " " + this.word("items"), ...this.counted(badge[7])] : [name];
    if (this.scene.fills) lines.push(this.scene.fills.title + "：" + (value ?? this.word("no_data")));
    return lines;
  };

  P.draw_fills = function (fills) {
    const p = this.scene.palette, tiled = (this.scene.tiles || []).length > 0;
    for (const [code, { layer }] of this.areas) {
      const k = fills ? fills.classes[code] ?? -1 : null;
      if (k === null) layer.setStyle({ fillColor: p.land, fillOpacity: tiled ? 0.05 : 1, hatch: false });
      else layer.setStyle({ fillColor: k < 0 ? p.no_data : fills.colours[k], fillOpacity: p.shade, hatch: k < 0 });
    }
  };

  function badgeBox(scene, row) {
    const [code, level, name, , , total, , counts] = row;
    const box = node("div", "ab ab-" + level + (total ? "" : " ab-0"));
    box.append(node("bdi", "ab-name", name));
    if (!total) return box;
    box.append(node("b", "", total.toLocaleString("en-US")));
    const bar = node("span", "ab-bar");
    for (const [c, n] of counts) {
      const piece = node("i");
      piece.style.flexGrow = n;
      piece.style.background = scene.palette.cats[c].colour;
      bar.append(piece);
    }
    box.append(bar);
    box.dataset.code = code;
    return box;
  }

  P.draw_badges = function (rows) {
    const layers = (rows || []).map((row) => {
      const [id, level, name, x, y, total, only, counts] = row;
      const html = badgeBox(this.scene, row);
      const icon = L.divIcon({ html, className: "ab-holder", iconSize: null });
      const marker = L.marker([y, x], { icon, bubblingMouseEvents: false, riseOnHover: true, alt: name, zIndexOffset: total });
      return Object.assign(tag(marker, { kind: "area", id, level }), {
        part: "badges", hint: "open_list", box: html, total,
        card: () => [name + " · " + total + " " + this.word("items"), ...this.counted(counts),
          only ? this.word("only_here") + " " + only + " " + this.word("items") : ""].filter((t) => t),
      });
    });
    this.group("badges", layers);
  };

  const AROUND = [[0, -0.8], [0, 0.8], [-0.45, 0], [0.45, 0], [-0.45, 0.8], [0.45, 0.8], [-0.45, -0.8], [0.45, -0.8]];

  /* Badges that would cover a bigger one step aside a little, else shrink to their number; they never vanish. */
  P.arrangeBadges = function () {
    const group = this.groups.badges;
    if (!group) return;
    const all = group.getLayers().sort((a, b) => b.total - a.total);
    for (const m of all) m.box.classList.remove("ab-small");
    const sizes = all.map((m) => [m.box.offsetWidth, m.box.offsetHeight]);
    const taken = [[0, 0, 50, 172]], size = this.map.getSize(); // the buttons stay free
    const off = (r) => r[0] < 2 || r[1] < 2 || r[2] > size.x - 2 || r[3] > size.y - 2;
    const clash = (r) => taken.some((t) => r[0] < t[2] && r[2] > t[0] && r[1] < t[3] && r[3] > t[1]);
    all.forEach((m, i) => {
      const p = this.map.latLngToContainerPoint(m.getLatLng()), [w, h] = sizes[i];
      const seen = !off([p.x, p.y, p.x, p.y]);
      const frame = (dx, dy, fw, fh) => [p.x + dx - fw / 2, p.y + dy - fh / 2, p.x + dx + fw / 2, p.y + dy + fh / 2];
      const free = (fw, fh, far) => {
        for (let k = 0; k <= far; k += 1) for (const [x, y] of AROUND) {
          const r = frame(x * k * fw, y * k * fh, fw, fh);
          if (!clash(r) && !(seen && off(r))) return [x * k * fw, y * k * fh];
        }
        return null;
      };
      const whole = free(w, h, 1), [dx, dy] = whole || free(32, 27, 4) || [0, 0];
      m.box.classList.toggle("ab-small", !whole);
      m.box.style.marginLeft = dx + "px";
      m.box.style.marginTop = dy + "px";
      taken.push(whole ? frame(dx, dy, w, h) : frame(dx, dy, 32, 27));
    });
  };

  function labelPoint(layer) {
    const rings = layer.getLatLngs().flat(Infinity).length ? layer.getLatLngs() : [];
    const outer = rings[0] && Array.isArray(rings[0][0]) ? rings.map((r) => r[0]) : [rings[0]];
    const big = outer.reduce((best, r) => (r.length > best.length ? r : best), outer[0]);
    let area = 0, x = 0, y = 0;
    big.forEach((p, i) => {
      const q = big[(i + 1) % big.length], cross = p.lng * q.lat - q.lng * p.lat;
      area += cross; x += (p.lng + q.lng) * cross; y += (p.lat + q.lat) * cross;
    });
    return area ? L.latLng(y / (3 * area), x / (3 * area)) : layer.getBounds().getCenter();
  }

  /* Names of areas without a badge, where they fit; at most 150, so that a national map stays calm. */
  P.placeNames = function () {
    if (this.names) this.names.remove();
    const badged = new Set((this.scene?.badges || []).map((b) => b[0]));
    const view = this.map.getBounds(), layers = [];
    for (const [code, a] of this.areas) {
      if (badged.has(code) || layers.length >= 150 || !view.intersects(a.layer.getBounds())) continue;
      const b = a.layer.getBounds(), w = this.map.latLngToLayerPoint(b.getNorthEast()).x - this.map.latLngToLayerPoint(b.getSouthWest()).x;
      if (w < a.name.length * 13 + 6) continue;
      a.at = a.at || labelPoint(a.layer);
      layers.push(new kit.Stamp(a.at, { radius: w / 2, renderer: this.renderer, sprite: () => AtlasSprites.name(a.name), interactive: false }));
    }
    this.names = L.featureGroup(layers).addTo(this.map);
    this.sink();
  };

  P.zoomed = function () {
    for (const name of ["points", "stacks"]) this.groups[name]?.eachLayer((l) => l.redraw());
    this.arrangeBadges();
  };

  P.draw_selected = function (id) {
    if (!id) return;
    const p = this.scene.points, i = p ? p.id.indexOf(id) : -1;
    const s = (this.scene.stacks || []).find((r) => r[0] === id || r[4].includes(id));
    const at = i >= 0 ? [p.y[i], p.x[i]] : s ? [s[2], s[1]] : null;
    const style = { renderer: this.renderer, interactive: false, color: this.scene.palette.ink, weight: 3, fill: false };
    if (at) this.groups.selected = L.circleMarker(at, { ...style, radius: 17 }).addTo(this.map);
    else if (this.areas.has(id)) this.groups.selected = L.polyline(this.areas.get(id).layer.getLatLngs().flatMap((r) => (Array.isArray(r[0]) ? r : [r])).map((r) => [...r, r[0]]), style).addTo(this.map);
  };

  P.draw_credit = function (text) {
    if (text) this.groups.credit = corner("bottomright", node("div", "atlas-credit", text)).addTo(this.map);
  };

  P.draw_legend = function (html) {
    if (!html) return;
    const box = node("details", "atlas-legend");
    box.open = this.legendOpen ?? this.map.getSize().x > 640;
    box.innerHTML = html; // built by legend.py, every text through html.escape
    box.addEventListener("toggle", () => { this.legendOpen = box.open; });
    this.groups.legend = corner("topright", box).addTo(this.map);
    this.capLegend();
  };

  P.draw_inset = function (inset) {
    if (!inset) return;
    const box = node("div", "atlas-inset"), el = node("div"), { palette } = this.scene;
    box.append(el, node("span", "", inset.title));
    this.groups.inset = corner("bottomright", box).addTo(this.map);
    const small = L.map(el, { zoomControl: false, attributionControl: false, dragging: false, scrollWheelZoom: false, doubleClickZoom: false,
      boxZoom: false, keyboard: false, touchZoom: false, zoomSnap: 0, preferCanvas: true });
    const [w, s, e, n] = inset.bounds;
    small.fitBounds([[s, w], [n, e]]);
    const land = { color: palette.border, weight: 0.6, fillColor: palette.land, fillOpacity: 1, interactive: false };
    for (const a of this.areas.values()) L.polygon(a.layer.getLatLngs(), land).addTo(small);
    for (const [, kind, parts] of this.scene.lines || []) if (kind === "maritime")
      L.polyline(parts.map((q) => q.map(([x, y]) => [y, x])), { color: palette.maritime, weight: 1.4, interactive: false }).addTo(small);
  };

  /* Obey a view once: the same request again leaves the reader's frame alone. */
  P.fit = function (view) {
    const size = this.map.getSize();
    if (!view || JSON.stringify(view) === this.obeyed || size.x < 100 || size.y < 150) return;
    this.obeyed = JSON.stringify(view);
    this.homeView = view;
    this.touched = false;
    const [w, s, e, n] = view, wide = size.x > 640;
    const legend = this.groups.legend?.getContainer();
    const right = wide ? (legend?.open ? legend.offsetWidth + 24 : 50) : 8;
    this.map.fitBounds([[s, w], [n, e]], { paddingTopLeft: [wide ? 56 : 8, wide ? 12 : 48], paddingBottomRight: [right, 24], animate: false, maxZoom: 14 });
  };

  /* A frame that changed its size shows the asked view again, unless the reader has moved it. */
  P.resized = function () {
    const before = this.map.getSize();
    this.map.invalidateSize({ animate: false });
    this.capLegend();
    if (!this.scene || before.equals(this.map.getSize()) || this.touched) return;
    this.obeyed = null;
    this.fit(this.scene.view);
  };

  P.capLegend = function () {
    const box = this.groups.legend?.getContainer();
    if (box) box.style.maxHeight = Math.max(120, this.map.getSize().y - 62) + "px";
  };

  const ICONS = { home: "M3 11 11 4l8 7M5.5 9.5V18h11V9.5", full: "M4 8V4h4M14 4h4v4M18 14v4h-4M8 18H4v-4", plus: "M11 5v12M5 11h12", minus: "M5 11h12",
    list: "M8 5h11M8 11h11M8 17h11M3 5h1.5M3 11h1.5M3 17h1.5" };

  function picture(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), p = document.createElementNS(svg.namespaceURI, "path");
    for (const [k, v] of Object.entries({ viewBox: "0 0 22 22", width: 20, height: 20, "aria-hidden": "true" })) svg.setAttribute(k, v);
    for (const [k, v] of Object.entries({ d: ICONS[path], fill: "none", stroke: "#334155", "stroke-width": 2 })) p.setAttribute(k, v);
    svg.append(p);
    return svg;
  }

  function button(icon, title, act) {
    const a = node("a");
    a.append(picture(icon));
    a.href = "#";
    a.title = title;
    a.setAttribute("role", "button");
    a.setAttribute("aria-label", title);
    L.DomEvent.on(a, "click", (e) => { L.DomEvent.stop(e); act(a); });
    L.DomEvent.on(a, "keydown", (e) => { if (e.key === " ") { L.DomEvent.stop(e); act(a); } });
    return a;
  }

  P.draw_words = function (words) {
    const map = this.map, bar = node("div", "leaflet-bar atlas-buttons");
    bar.append(button("plus", words.zoom_in, () => map.zoomIn()), button("minus", words.zoom_out, () => map.zoomOut()));
    bar.append(button("home", words.home, () => { const v = this.homeView; this.obeyed = null; this.fit(v); }));
    bar.append(button("full", words.fullscreen, () => {
      const host = this.root.getRootNode();
      if (host.fullscreenElement || document.fullscreenElement) document.exitFullscreen();
      else this.root.requestFullscreen?.().catch(() => {});
    }));
    this.closeListing();
    const list = button("list", words.list, () => this.toggleListing(list));
    list.setAttribute("aria-expanded", "false");
    bar.append(list);
    this.groups.words = corner("topleft", bar).addTo(map);
    this.scale = this.scale || L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    const frame = map.getContainer();
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", words.map);
  };

  return kit;
};
