/* Joins draw.js, overlays.js, listing.js and chrome.js into one kit, once Leaflet is there. */
const atlasKit = () => {
  window.__atlasKit = window.__atlasKit || AtlasChrome(window.L, AtlasListing(window.L, AtlasOverlays(window.L, AtlasDraw(window.L))));
  return window.__atlasKit;
};
