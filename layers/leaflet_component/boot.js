/* Joins draw.js and chrome.js into one kit, once Leaflet is there. */
const atlasKit = () => {
  window.__atlasKit = window.__atlasKit || AtlasChrome(window.L, AtlasDraw(window.L));
  return window.__atlasKit;
};
