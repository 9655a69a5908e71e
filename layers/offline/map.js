/* The map: boundaries, a badge per area with the number of its records, a sign per place. */
var NEAR = 7; /* from this zoom on badges stand for counties, below for prefectures and provinces */
var MANY = 400; /* of more places in view, those near each other become one disc with their number */
var CELL = 56; /* how near, in pixels */
var SIGNS = 6; /* from this zoom on the signs of single records are drawn */
var map, marks, badges, ring, inset;

function polygons(collection, look) {
  return L.geoJSON(collection, { style: look, interactive: false });
}

function ground(target, thin) {
  var base = { color: signs.border, weight: thin ? 0.6 : 1, fillColor: signs.land, fillOpacity: 1, interactive: false };
  polygons(data.provinces, base).addTo(target);
  if (!thin) polygons(data.counties, { color: signs.border, weight: 0.8, fill: false, interactive: false }).addTo(target);
  data.lines.forEach(function (parts) {
    L.polyline(parts.map(function (line) { return line.map(function (p) { return [p[1], p[0]]; }); }),
      { color: signs.maritime, weight: 1.4, interactive: false }).addTo(target);
  });
}

function startMap() {
  map = L.map("map", { preferCanvas: true, attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: 17, zoomSnap: 0.5 });
  home();
  ground(map, false);
  map.getContainer().setAttribute("role", "region");
  badges = L.layerGroup().addTo(map);
  marks = L.layerGroup().addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.on("zoomend", drawBadges);
  map.on("moveend", drawMarks);
  if (data.inset) startInset();
}

function startInset() {
  var holder = document.getElementById("inset"), frame = node("div", "");
  empty(holder).appendChild(frame);
  holder.hidden = false;
  inset = L.map(frame, { preferCanvas: true, attributionControl: false, zoomControl: false, dragging: false, scrollWheelZoom: false,
    doubleClickZoom: false, boxZoom: false, keyboard: false, touchZoom: false, zoomSnap: 0 });
  inset.fitBounds([[data.inset[1], data.inset[0]], [data.inset[3], data.inset[2]]]);
  ground(inset, true);
  holder.appendChild(node("span", "", say("south_china_sea")));
}

function home() {
  var b = data.bounds;
  map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { animate: false, maxZoom: 13 });
}

/* A click on the map is no click behind it. */
function press(layer, act) {
  layer.on("click", function (event) { L.DomEvent.stopPropagation(event); act(); });
  return layer;
}

function badgeOf(place, n) {
  var box = node("div", "badge " + place.level, place.name + " ", node("b", "", n));
  var icon = L.divIcon({ html: box, className: "holder", iconSize: null });
  var marker = L.marker([place.lat, place.lon], { icon: icon, keyboard: true, title: place.name, zIndexOffset: 5000 + n, riseOnHover: true });
  return press(marker, function () {
    state.area = state.area === place.code ? "" : place.code;
    state.ids = null;
    changed(false);
  });
}

function badgeCode(r) {
  return map.getZoom() >= NEAR ? areaOf(r) : r.prefecture_code || r.province_code || areaOf(r);
}

function drawBadges() {
  var counts = {};
  chosen().forEach(function (r) { var code = badgeCode(r); counts[code] = (counts[code] || 0) + 1; });
  badges.clearLayers();
  var made = Object.keys(counts).filter(function (code) { return data.places[code]; })
    .sort(function (a, b) { return counts[b] - counts[a]; })
    .map(function (code) { return badgeOf(data.places[code], counts[code]).addTo(badges); });
  arrange(made);
}

/* A badge that would cover a bigger one steps up or down a little; it never vanishes. */
function arrange(made) {
  var taken = [], steps = [0, 1, -1, 2, -2, 3, -3];
  made.forEach(function (marker) {
    var box = marker.getElement().firstChild, w = box.offsetWidth / 2 + 1, h = box.offsetHeight / 2 + 1;
    var p = map.latLngToContainerPoint(marker.getLatLng());
    var free = steps.filter(function (k) {
      var y = p.y + k * 2 * h;
      return !taken.some(function (t) { return Math.abs(t[0] - p.x) < t[2] + w && Math.abs(t[1] - y) < t[3] + h; });
    });
    var up = (free.length ? free[0] : 0) * 2 * h;
    box.style.marginTop = up + "px";
    taken.push([p.x, p.y + up, w, h]);
  });
}

function points(geometry) {
  if (geometry.type === "Point") return [geometry.coordinates];
  return geometry.type === "MultiPoint" ? geometry.coordinates : [];
}

/* Records at one spot (some metre) stand as one disc with their number, so that none hides another. */
function seats(records) {
  var found = {};
  records.forEach(function (r) {
    (r.geometry ? points(r.geometry) : []).forEach(function (p) {
      var key = p[0].toFixed(5) + "," + p[1].toFixed(5);
      (found[key] = found[key] || { at: [p[1], p[0]], records: [] }).records.push(r);
    });
  });
  return Object.keys(found).map(function (key) { return found[key]; });
}

/* Of very many places in view, the neighbours together: one disc per cell of the screen. */
function gathered(found) {
  if (found.length <= MANY) return found;
  var cells = {};
  found.forEach(function (seat) {
    var p = map.latLngToContainerPoint(seat.at), key = Math.floor(p.x / CELL) + "," + Math.floor(p.y / CELL);
    var cell = cells[key] = cells[key] || { at: seat.at, records: [], seats: 0 };
    cell.records = cell.records.concat(seat.records);
    cell.seats += 1;
  });
  return Object.keys(cells).map(function (key) { return cells[key]; });
}

function seatMark(seat) {
  var first = seat.records[0], n = seat.records.length;
  var html = n > 1 ? node("div", "disc", n) : sign(first.category, 30, first.precision === 3, isModelled(first));
  var icon = L.divIcon({ html: html, className: "holder", iconSize: [30, 30] });
  var title = n > 1 ? say(seat.seats > 1 ? "near" : "stacked", { n: n }) : first.name;
  return press(L.marker(seat.at, { icon: icon, title: title, zIndexOffset: 1000 }), function () {
    if (n === 1) return open(first.id, false);
    if (seat.seats > 1) return map.setView(seat.at, map.getZoom() + 2);
    state.ids = seat.records.map(function (r) { return r.id; });
    changed(false);
    return show("list");
  });
}

function shapeMark(r) {
  var look = signs.categories[r.category] || signs.categories.other;
  var style = { color: look[0], weight: 3, fillOpacity: 0.35, dashArray: isModelled(r) ? "6 4" : null, bubblingMouseEvents: false };
  return press(L.geoJSON(r.geometry, { style: style }), function () { open(r.id, false); });
}

/* From afar the badges tell how many there are; only what belongs to no badge keeps its sign. */
function drawMarks() {
  var near = map.getZoom() >= SIGNS;
  var found = chosen().filter(function (r) { return r.geometry && (near || !data.places[badgeCode(r)]); });
  marks.clearLayers();
  found.filter(function (r) { return !points(r.geometry).length; }).forEach(function (r) { marks.addLayer(shapeMark(r)); });
  var view = map.getBounds().pad(0.1);
  var inView = seats(found).filter(function (seat) { return view.contains(seat.at); });
  gathered(inView).forEach(function (seat) { marks.addLayer(seatMark(seat)); });
}

function boundsOf(r) {
  if (r.geometry) return L.geoJSON(r.geometry).getBounds();
  var place = data.places[areaOf(r)];
  return place ? L.latLngBounds([[place.bounds[1], place.bounds[0]], [place.bounds[3], place.bounds[2]]]) : null;
}

/* Ring the open record where it has a place, and bring it into view when the list asked for it. */
function point(id, move) {
  var r = data.byId[id];
  if (ring) ring.remove();
  ring = null;
  if (!r) return;
  var at = boundsOf(r);
  if (!at) return;
  var card = window.innerWidth > 760 ? 440 : 40; /* the place shall not lie behind the card */
  var near = r.geometry ? Math.max(map.getZoom(), 11) : 12;
  if (move) map.fitBounds(at, { maxZoom: near, paddingTopLeft: [60, 40], paddingBottomRight: [card, 40] });
  if (r.geometry) ring = L.circleMarker(at.getCenter(), { radius: 21, color: signs.ink, weight: 3, fill: false, interactive: false }).addTo(map);
}

function fitChosen() {
  var all = L.latLngBounds([]);
  chosen().forEach(function (r) { var b = boundsOf(r); if (b) all.extend(b); });
  var filtered = state.category || state.area || state.stage || state.place || state.text;
  if (!filtered || !all.isValid()) return home();
  return map.fitBounds(all, { maxZoom: 12, padding: [30, 30] });
}

function mapButtons() {
  var bar = empty(document.getElementById("buttons"));
  map.getContainer().setAttribute("aria-label", say("map"));
  [["+", "zoom_in", function () { map.zoomIn(); }], ["−", "zoom_out", function () { map.zoomOut(); }], ["⌂", "home", home]].forEach(function (b) {
    var one = onPress(node("button", "", b[0]), b[2]);
    one.title = say(b[1]);
    one.setAttribute("aria-label", say(b[1]));
    bar.appendChild(one);
  });
}

function drawLegend() {
  var box = empty(document.getElementById("legend")), n = tally("category", function (r) { return [r.category]; });
  var lines = node("div", "lines");
  Object.keys(data.lists.category).filter(function (code) { return n[code]; }).forEach(function (code) {
    lines.appendChild(node("div", "", null, sign(code, 18), node("span", "", counted(named("category", code), n[code]))));
  });
  ["exact", "pale", "dashed", "stack", "badge", "dark_badge"].forEach(function (key) { lines.appendChild(node("div", "muted", say(key))); });
  box.appendChild(node("summary", "", say("legend")));
  box.appendChild(lines);
}
