/* The frame of the page, and what happens when something is chosen. */
function frame() {
  var app = empty(document.getElementById("app")), head = node("header", "");
  head.appendChild(node("h1", ""));
  head.appendChild(onPress(node("button", "plain", ""), function () { lang = lang === "en" ? "zh" : "en"; relabel(); }));
  app.appendChild(head);
  var side = node("div", "side");
  [["div", "filters"], ["details", "about"], ["div", "count"], ["div", "list"]].forEach(function (part) {
    var el = node(part[0], "");
    el.id = part[1];
    side.appendChild(el);
  });
  side.id = "side";
  side.setAttribute("role", "main"); // the list holds every record, the map only those with a place
  var stage = node("div", "stage");
  [["div", "map"], ["div", "buttons"], ["details", "legend"], ["div", "inset"], ["div", "credit"], ["section", "card"]].forEach(function (part) {
    var el = node(part[0], "");
    el.id = part[1];
    stage.appendChild(el);
  });
  app.appendChild(node("div", "both", null, side, stage));
  document.getElementById("inset").hidden = true;
  document.getElementById("card").hidden = true;
  document.getElementById("count").setAttribute("role", "status");
}

/* On a phone the map stands above the list; bring into view what was asked for. */
function show(part) {
  var el = document.getElementById(part);
  if (window.innerWidth <= 760 && el.scrollIntoView) el.scrollIntoView(true);
}

function rowOf(id) {
  return [].filter.call(document.querySelectorAll(".row"), function (row) { return row.getAttribute("data-id") === id; })[0];
}

/* Who opens a record by keyboard goes on in its card, and back to its line when it is closed. */
function open(id, move) {
  var before = state.open, card = document.getElementById("card"), within = card.contains(document.activeElement);
  state.open = id;
  drawCard();
  drawList();
  point(id, move);
  var next = id ? card.querySelector(".close") : within && rowOf(before);
  if (next) next.focus();
  if (id) show("card");
}

function changed(move, typing) {
  state.limit = STEP;
  if (state.open && !chosen().some(function (r) { return r.id === state.open; })) { state.open = ""; drawCard(); point(""); }
  drawFilters(typing);
  drawList();
  drawBadges();
  drawMarks();
  drawLegend();
  if (move && !typing) fitChosen();
}

function relabel() {
  var about = data.about[lang];
  document.documentElement.lang = lang === "en" ? "en" : "zh-CN";
  document.title = about.heading;
  empty(document.querySelector("h1")).appendChild(document.createTextNode(about.heading));
  empty(document.querySelector("header button")).appendChild(document.createTextNode(say("other_language")));
  empty(document.getElementById("credit")).appendChild(document.createTextNode(
    about.credit + " · " + (data.approval ? say("approval") + " " + data.approval : say("internal")) + " · " + say("made") + " " + data.made));
  document.getElementById("side").setAttribute("aria-label", say("list"));
  document.getElementById("card").setAttribute("aria-label", say("card"));
  if (data.inset) document.querySelector("#inset > span").textContent = say("south_china_sea");
  mapButtons();
  drawAbout();
  drawCard();
  changed(false);
}

data.byId = {};
data.records.forEach(function (r) { data.byId[r.id] = r; });
frame();
if (data.practice) document.body.className = "practice";
document.getElementById("legend").open = window.innerWidth > 760;
startMap();
relabel();
document.addEventListener("keydown", function (event) { if (event.keyCode === 27) open(""); });
window.addEventListener("resize", function () { map.invalidateSize(); });
document.body.setAttribute("data-ready", data.records.length);
