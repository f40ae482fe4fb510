// Cookie notice: hide it once it has been read, and remember that here only.
(function () {
  var box = document.getElementById('cookie-notice');
  if (!box) return;
  var key = 'heronlane-notice';
  try { if (localStorage.getItem(key) === 'read') box.hidden = true; } catch (e) { /* storage may be off */ }
  box.querySelector('button').addEventListener('click', function () {
    box.hidden = true;
    try { localStorage.setItem(key, 'read'); } catch (e) { /* storage may be off */ }
  });
})();
