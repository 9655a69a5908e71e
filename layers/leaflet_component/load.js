/* Loading Leaflet from our own server, once per page. */
function loadScript(src) {
  window.__atlasScripts = window.__atlasScripts || {};
  return (window.__atlasScripts[src] = window.__atlasScripts[src] || new Promise((done, failed) => {
    const el = document.createElement("script");
    el.src = src;
    el.onload = done;
    el.onerror = () => { delete window.__atlasScripts[src]; failed(src); };
    document.head.append(el);
  }));
}

function loadStyle(root, href) {
  return new Promise((done, failed) => {
    const el = document.createElement("link");
    el.rel = "stylesheet";
    el.href = href;
    el.onload = done;
    el.onerror = () => failed(href);
    root.prepend(el);
  });
}
