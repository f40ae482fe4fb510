// The chat's page in a browser that runs scripts: the widget is the chat, and the form under it is put away, until it shows
// that the widget cannot come (its files are blocked, its server is out of reach). Runs before the page is drawn, so that
// the form is never seen for a moment, and in browsers of any age.
(function () {
  'use strict';
  var PATIENCE_MS = 10000;
  var root = document.documentElement;
  var opened = false;
  // The widget is a module: older browsers keep the form.
  if (!document.currentScript || !('noModule' in document.currentScript)) return;

  function hide() {
    root.className = 'scripted';
  }
  function show() {
    if (!opened) root.className = '';
  }
  hide();
  setTimeout(show, PATIENCE_MS);
  document.addEventListener('frontdesk:error', show);
  window.addEventListener('error', function (event) {
    if (event.target.tagName === 'SCRIPT') show();
  }, true);
  document.addEventListener('frontdesk:open', function () {
    var typed = document.querySelector('#ask textarea');
    if (opened) return;
    opened = true;
    hide();
    // It came late, after all: what was typed meanwhile goes along.
    if (typed && typed.value) window.FrontDesk('prefill', typed.value);
  });
})();
