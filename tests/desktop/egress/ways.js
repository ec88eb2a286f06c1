// Every way a page knows to reach another place. Each takes the address to reach; none waits.
// The last ones would replace the page, so they come last.
const add = (name, attributes, parent = document.body) => {
  const element = document.createElement(name);
  Object.assign(element, attributes);
  parent.append(element);
  return element;
};
const port = (address) => new URL(address).port;

return {
  fetch: (to) => fetch(to, { mode: "no-cors" }).catch(() => {}),
  request: (to) => {
    const request = new XMLHttpRequest();
    request.open("GET", to);
    request.send();
  },
  socket: (to) => new WebSocket(to.replace("http:", "ws:")),
  events: (to) => new EventSource(to),
  beacon: (to) => navigator.sendBeacon(to, "x"),
  image: (to) => (new Image().src = to),
  script: (to) => add("script", { src: to }),
  stylesheet: (to) => add("link", { rel: "stylesheet", href: to }, document.head),
  import: (to) => add("style", { textContent: `@import url(${to});` }, document.head),
  preconnect: (to) => add("link", { rel: "preconnect", href: to }, document.head),
  prefetch: (to) => add("link", { rel: "prefetch", href: to }, document.head),
  font: (to) => new FontFace("foreign", `url(${to})`).load().catch(() => {}),
  frame: (to) => add("iframe", { src: to }),
  object: (to) => add("object", { data: to, type: "text/html" }),
  video: (to) => add("video", { src: to, preload: "auto" }).load(),
  worker: (to) => {
    const text = `importScripts(${JSON.stringify(to)})`;
    return new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  },
  call: (to) => {
    const call = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port(to)}` }] });
    call.createDataChannel("x");
    return call.createOffer().then((offer) => call.setLocalDescription(offer));
  },
  window: (to) => window.open(to),
  link: (to) => add("a", { href: to, target: "_blank", textContent: "x" }).click(),
  form: (to) => add("form", { action: to, method: "get" }).submit(),
  refresh: (to) => add("meta", { httpEquiv: "refresh", content: `0;url=${to}` }, document.head),
  location: (to) => (location = to),
};
