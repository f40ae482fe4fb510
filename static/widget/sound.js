// Two soft tones when an answer arrives unseen. Made here: no file, and off until the visitor turns it on.

/** @type {AudioContext | undefined} */
let audio;

export function chime() {
  audio ??= new AudioContext();
  [660, 880].forEach((frequency, i) => {
    const at = /** @type {AudioContext} */ (audio).currentTime + i * 0.12;
    const tone = new OscillatorNode(/** @type {AudioContext} */ (audio), { frequency });
    const volume = new GainNode(/** @type {AudioContext} */ (audio), { gain: 0 });
    volume.gain.linearRampToValueAtTime(0.06, at + 0.02);
    volume.gain.linearRampToValueAtTime(0, at + 0.3);
    tone.connect(volume).connect(/** @type {AudioContext} */ (audio).destination);
    tone.start(at);
    tone.stop(at + 0.35);
  });
}
