/* What stands in the view as a list of buttons: for keyboards and screen readers, to which a canvas is one picture.
   A press does what a click on the mark does. */
const AtlasListing = (L, kit) => {
  const { node } = kit, P = kit.Atlas.prototype, MOST = 200;
  const PARTS = ["badges", "clusters", "stacks", "points", "lines", "shapes", "slots", "overlays"];

  const words = (lines) => lines.map((line) => (Array.isArray(line) ? line[1] : line)).filter((t) => t);

  function seen(layer, map) {
    const view = map.getBounds();
    return layer.getLatLng ? view.contains(layer.getLatLng()) : layer.getBounds ? view.intersects(layer.getBounds()) : false;
  }

  function middle(layer) { return layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter(); }

  /* Things of an overlay are parts of one object (overlays.js): the box of each is in pixels of the layer. */
  function* things(layer, map) {
    const low = map.containerPointToLayerPoint([0, 0]), high = map.containerPointToLayerPoint(map.getSize());
    for (const [i, it] of layer.items.entries()) {
      const [w, n, e, s] = it.box;
      if (!it.lines.length || w > high.x || e < low.x || n > high.y || s < low.y) continue;
      yield { layer, hit: i, words: words(it.lines), at: map.layerPointToLatLng([(w + e) / 2, (n + s) / 2]) };
    }
  }

  P.listed = function () {
    const found = [];
    for (const part of PARTS) for (const layer of this.groups[part]?.getLayers() || []) {
      if (layer.items) found.push(...things(layer, this.map));
      else if (layer.card && seen(layer, this.map)) found.push({ layer, words: words(layer.card()), at: middle(layer) });
    }
    return found;
  };

  function press(atlas, thing) {
    if (thing.hit !== undefined) thing.layer.hit = thing.hit;
    const point = atlas.map.latLngToContainerPoint(thing.at);
    thing.layer.fire("click", { latlng: thing.at, containerPoint: point, layerPoint: atlas.map.latLngToLayerPoint(thing.at), originalEvent: {} }, true);
  }

  function row(atlas, thing) {
    const item = node("li"), button = node("button");
    button.type = "button";
    const [head, ...more] = thing.words, line = node("span", "more");
    more.forEach((text, i) => line.append(i ? " · " : "", node("bdi", "", text)));
    button.append(node("bdi", "head", head), line);
    button.addEventListener("click", () => press(atlas, thing));
    item.append(button);
    return item;
  }

  P.fillListing = function () {
    const { box } = this.listing, found = this.listed(), list = node("ul"), inside = box.contains(box.getRootNode().activeElement);
    box.querySelector("p").textContent = this.word(found.length ? "in_view" : "none_in_view").replace("{n}", found.length);
    for (const thing of found.slice(0, MOST)) list.append(row(this, thing));
    if (found.length > MOST) list.append(node("li", "more", this.word("beyond").replace("{n}", found.length - MOST)));
    box.querySelector("ul").replaceWith(list);
    if (inside) (list.querySelector("button") || box.querySelector("button")).focus();
  };

  P.closeListing = function () {
    if (!this.listing) return;
    this.listing.opener.setAttribute("aria-expanded", "false");
    this.listing.box.remove();
    this.listing = null;
  };

  /* Open or close the list beside the buttons; Escape closes it and goes back to the button. */
  P.toggleListing = function (opener) {
    if (this.listing) return this.closeListing();
    const box = node("section", "atlas-listing"), close = node("button", "close", "×"), head = node("div", "head");
    box.setAttribute("aria-label", this.word("list"));
    close.type = "button";
    close.setAttribute("aria-label", this.word("close"));
    close.addEventListener("click", () => { this.closeListing(); opener.focus(); });
    const told = node("p");
    told.setAttribute("aria-live", "polite");
    head.append(told, close);
    box.append(head, node("ul"));
    box.addEventListener("keydown", (e) => {
      e.stopPropagation(); // the arrow keys scroll the list, not the map
      if (e.key === "Escape") close.click();
    });
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    this.map.getContainer().append(box);
    this.listing = { box, opener };
    opener.setAttribute("aria-expanded", "true");
    this.fillListing();
    (box.querySelector("ul button") || close).focus();
    return null;
  };

  return kit;
};
