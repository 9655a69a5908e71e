/* One place under a hand: a point to drag, a line or an area to draw. Positions are [lon, lat] in WGS84,
   as everywhere outside Leaflet. Every step can be undone; nothing leaves the browser but the geometry. */
const PIN = '<svg viewBox="0 0 34 42"><path d="M17 41C17 41 31 25.5 31 16A14 14 0 1 0 3 16C3 25.5 17 41 17 41Z" fill="#B3261E" stroke="#fff" stroke-width="2.5"/><circle cx="17" cy="16" r="5" fill="#fff"/></svg>';
const LEAST = { point: 1, line: 2, area: 3 };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const DIGITS = 7;

class PlaceEditor {
  constructor(box, send) {
    this.box = box;
    this.send = send;
    this.kind = "point";
    this.points = [];
    this.past = [];
    this.at = box.querySelector(".pe-at");
    this.map = L.map(box.querySelector(".pe-map"), { attributionControl: false, maxZoom: 18, minZoom: 3, zoomSnap: 0.5, fadeAnimation: false, preferCanvas: true, zoomControl: false });
    this.map.setView([35, 104], 4);
    this.work = L.layerGroup().addTo(this.map);
    this.ground = L.layerGroup().addTo(this.map);
    this.map.on("click", (e) => this.placed(e.latlng));
    this.map.on("mousemove", (e) => { if (!this.points.length) this.tell([e.latlng.lng, e.latlng.lat], this.words.cursor); });
    this.map.getContainer().addEventListener("keydown", (e) => this.key(e, this.points.length - 1), true);
  }

  get editable() { return !this.scene.readonly; }

  update(scene) {
    const first = !this.scene;
    const ground = JSON.stringify([scene.county, scene.neighbours, scene.others, scene.tiles]);
    this.scene = scene;
    this.words = scene.words;
    if (first) L.control.zoom({ zoomInTitle: this.words.zoom_in, zoomOutTitle: this.words.zoom_out }).addTo(this.map);
    if (ground !== this.groundKey) this.drawGround();
    this.groundKey = ground;
    if (first || scene.revision !== this.revision) {
      this.revision = scene.revision;
      this.take(scene.geometry);
      this.look();
    }
    this.map.getContainer().classList.toggle("pe-drawing", this.editable);
    for (const [name, value] of [["role", "region"], ["aria-label", this.words.map]]) this.map.getContainer().setAttribute(name, value);
    box(this.box, ".pe-tools").setAttribute("aria-label", this.words.tools);
    this.drawTools();
    this.draw();
  }

  /* ---- what is there already ---- */

  drawGround() {
    const s = this.scene, tiled = (s.tiles || []).length > 0;
    this.ground.clearLayers();
    for (const t of s.tiles || []) L.tileLayer(t.url, { maxZoom: 18, maxNativeZoom: t.max_zoom, subdomains: t.subdomains || "abc" }).addTo(this.ground);
    const shape = (f, style) => {
      const layer = L.geoJSON(f.geometry, { interactive: false, style: { interactive: false, ...style } }).addTo(this.ground);
      if (f.name) layer.eachLayer((l) => l.bindTooltip(node("span", f.name), { permanent: true, direction: "center", className: "pe-name" }));
      return layer;
    };
    for (const f of s.neighbours) shape(f, { color: "#9AA7B4", weight: 1, fillColor: "#DDE4EA", fillOpacity: tiled ? 0.15 : 0.9 });
    this.county = s.county ? shape({ ...s.county, name: "" }, { color: "#1D5A8C", weight: 2.5, fillColor: "#FFFFFF", fillOpacity: tiled ? 0.05 : 1 }) : null;
    for (const o of s.others) {
      L.circleMarker([o.y, o.x], { radius: 6, color: "#fff", weight: 1.5, fillColor: "#64748B", fillOpacity: 0.9 })
        .bindTooltip(node("span", o.name)).addTo(this.ground);
    }
    box(this.box, ".pe-credit").textContent = s.credit;
  }

  look() {
    const bounds = this.county ? this.county.getBounds() : L.latLngBounds([]);
    const tiled = (this.scene.tiles || []).length > 0;
    if (!tiled && bounds.isValid() && this.points.every((p) => bounds.contains(flip(p)))) return this.map.fitBounds(bounds, { padding: [10, 10], animate: false });
    if (this.points.length === 1) return this.map.setView(this.here(0), Math.max(this.map.getZoom(), 13), { animate: false });
    if (this.points.length) return this.map.fitBounds(L.latLngBounds(this.points.map(flip)), { padding: [40, 40], maxZoom: 15, animate: false });
    if (this.fixed) return this.map.fitBounds(L.geoJSON(this.fixed).getBounds(), { padding: [30, 30], animate: false });
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [10, 10], animate: false });
    else if (this.scene.box) this.map.fitBounds([flip(this.scene.box.slice(0, 2)), flip(this.scene.box.slice(2))], { animate: false });
  }

  home() {
    if (this.county) this.map.fitBounds(this.county.getBounds(), { padding: [10, 10] });
    else this.look();
  }

  /* ---- the place itself ---- */

  take(geometry) {
    clearTimeout(this.timer);
    const [kind, points] = opened(geometry);
    this.fixed = kind ? null : geometry;
    this.kind = kind || "point";
    this.points = points;
    this.past = [];
  }

  here(i) { return L.latLng(this.points[i][1], this.points[i][0]); }

  change(kind, points, focus = -1) {
    this.past.push([this.kind, this.points, this.fixed]);
    if (this.past.length > 200) this.past.shift();
    this.kind = kind;
    this.points = points;
    this.fixed = null;
    this.draw(focus);
    this.report();
  }

  undo() {
    const last = this.past.pop();
    if (!last) return;
    [this.kind, this.points, this.fixed] = last;
    this.draw();
    this.report();
  }

  placed(latlng) {
    if (!this.editable) return;
    const p = position(latlng);
    if (this.kind === "point") this.change("point", [p], 0);
    else this.change(this.kind, [...this.points, p], this.points.length);
  }

  moved(i, latlng, focus) { this.change(this.kind, this.points.map((p, k) => (k === i ? position(latlng) : p)), focus); }

  removed(i) { this.change(this.kind, this.points.filter((_, k) => k !== i), Math.max(0, i - 1)); }

  pick(kind) {
    if (kind === this.kind && !this.fixed) return;
    const keep = kind === "point" ? this.points.slice(0, 1) : this.points;
    this.change(kind, this.fixed ? [] : keep);
  }

  /* Enter on the map sets a point in its middle; arrow keys move by two pixels, with Shift by twenty; Delete takes a corner away. */
  key(event, i) {
    if (!this.editable) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") { event.preventDefault(); return this.undo(); }
    const focused = event.target.peIndex ?? i, step = STEPS[event.key];
    if (event.key === "Enter" && event.target === this.map.getContainer()) { event.preventDefault(); return this.placed(this.map.getCenter()); }
    if (focused < 0 || (!step && event.key !== "Delete")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!step) return this.removed(focused);
    const reach = event.shiftKey ? 20 : 2;
    const to = this.map.latLngToContainerPoint(this.here(focused)).add([step[0] * reach, step[1] * reach]);
    this.moved(focused, this.map.containerPointToLatLng(to), focused);
    if (!this.map.getBounds().pad(-0.05).contains(this.here(focused))) this.map.panTo(this.here(focused), { animate: false });
  }

  /* ---- drawing ---- */

  draw(focus = -1) {
    this.work.clearLayers();
    const style = { color: "#B3261E", weight: 4, fillOpacity: 0.15, interactive: false };
    if (this.fixed) L.geoJSON(this.fixed, { style, interactive: false, pointToLayer: (_, at) => L.circleMarker(at, style) }).addTo(this.work);
    const at = this.points.map(flip);
    const whole = this.kind === "area" && at.length > 2;
    this.line = this.kind === "point" ? null : (whole ? L.polygon(at, style) : L.polyline(at, style)).addTo(this.work);
    this.points.forEach((_, i) => this.handle(i, focus === i));
    if (this.editable && this.kind !== "point") this.middles(whole);
    this.box.querySelectorAll("[data-kind]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.kind === this.kind && !this.fixed)));
    this.box.querySelectorAll("[data-needs]").forEach((b) => { b.disabled = b.dataset.needs === "past" ? !this.past.length : !this.points.length && !this.fixed; });
    this.tell(this.points[focus] || this.points[this.points.length - 1]);
  }

  handle(i, focus) {
    const pin = this.kind === "point";
    const icon = pin ? L.divIcon({ html: PIN, className: "pe-pin", iconSize: [34, 42], iconAnchor: [17, 41] })
      : L.divIcon({ html: "<i></i>", className: "pe-vertex", iconSize: [34, 34] });
    const marker = L.marker(this.here(i), { icon, draggable: this.editable, keyboard: true, autoPan: true, alt: this.words.handle, title: this.editable ? this.words.drag : "" });
    marker.on("drag", () => this.dragged(i, marker.getLatLng()));
    marker.on("dragend", () => this.moved(i, marker.getLatLng(), i));
    marker.on("contextmenu", () => { if (this.editable && !pin) this.removed(i); });
    marker.addTo(this.work);
    const el = marker.getElement();
    el.peIndex = i;
    if (focus) el.focus({ preventScroll: true });
  }

  dragged(i, latlng) {
    const p = position(latlng);
    if (this.line) this.line.setLatLngs(this.points.map((q, k) => flip(k === i ? p : q)));
    this.tell(p);
  }

  middles(whole) {
    const ends = whole ? this.points.length : this.points.length - 1;
    for (let i = 0; i < ends; i++) {
      const next = (i + 1) % this.points.length, a = this.here(i), b = this.here(next);
      const icon = L.divIcon({ html: "<i></i>", className: "pe-middle", iconSize: [26, 26] });
      const marker = L.marker([(a.lat + b.lat) / 2, (a.lng + b.lng) / 2], { icon, draggable: true, keyboard: false, title: this.words.insert });
      const insert = () => this.change(this.kind, [...this.points.slice(0, i + 1), position(marker.getLatLng()), ...this.points.slice(i + 1)], i + 1);
      marker.on("dragend", insert);
      marker.on("click", insert);
      marker.addTo(this.work);
    }
  }

  drawTools() {
    const tools = box(this.box, ".pe-tools"), key = JSON.stringify([this.words, this.editable]);
    if (key === this.toolKey) return;
    this.toolKey = key;
    tools.replaceChildren();
    const button = (word, act, data = {}) => {
      const el = node("button", this.words[word]);
      el.type = "button";
      el.title = this.words[word + "_hint"] || "";
      Object.assign(el.dataset, data);
      el.addEventListener("click", act);
      tools.append(el);
    };
    if (this.editable) {
      for (const kind of ["point", "line", "area"]) button(kind, () => this.pick(kind), { kind });
      tools.append(node("span", "", "pe-gap"));
      button("undo", () => this.undo(), { needs: "past" });
      button("clear", () => this.change(this.kind, []), { needs: "some" });
    }
    button("home", () => this.home());
  }

  tell(p, label = "") {
    const parts = [node("span", p ? `${p[0].toFixed(6)}, ${p[1].toFixed(6)}` : this.words.nothing)];
    if (p) parts.push(node("small", " " + [this.words.datum, label].filter((t) => t).join(" · ")));
    const lacking = LEAST[this.kind] - this.points.length;
    if (this.kind !== "point" && !this.fixed) parts.push(node("small", " · " + (lacking > 0 ? this.words.lacking.replace("{n}", lacking) : this.words.corners.replace("{n}", this.points.length))));
    this.at.replaceChildren(...parts);
  }

  report() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.send.component.setStateValue("drawn", { revision: this.revision, kind: this.kind, points: this.points, fixed: Boolean(this.fixed) });
    }, 350);
  }
}

const flip = (p) => [p[1], p[0]];
const position = (latlng) => [+latlng.wrap().lng.toFixed(DIGITS), +latlng.lat.toFixed(DIGITS)];
const box = (root, selector) => root.querySelector(selector);

function node(tag, text, name = "") {
  const el = document.createElement(tag);
  el.textContent = text;
  el.className = name;
  return el;
}

/* What can be taken apart into corners; anything else (several parts, holes) is shown as it is. */
function opened(g) {
  if (!g) return ["point", []];
  if (g.type === "Point") return ["point", [g.coordinates.slice(0, 2)]];
  if (g.type === "LineString") return ["line", g.coordinates.map((p) => p.slice(0, 2))];
  if (g.type === "Polygon" && g.coordinates.length === 1) return ["area", g.coordinates[0].slice(0, -1).map((p) => p.slice(0, 2))];
  return ["", []];
}
