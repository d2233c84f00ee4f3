// Listening inside a page that knows nothing of it. Runs before the page's own scripts: it keeps a list of the peer
// connections that the page makes, and measures the strongest frequency of what comes in by them.
globalThis.ears = (() => {
  const LOUD_DECIBEL = -50; // a tone at a quarter of full scale stands at about -18
  const TOLERANCE_HERTZ = 10;
  const PAUSE_MILLIS = 100;
  const connections = [];

  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = new Proxy(Native, {
    construct(target, args, newTarget) {
      const connection = Reflect.construct(target, args, newTarget);
      connections.push(connection);
      return connection;
    },
  });

  const pause = () => new Promise((done) => setTimeout(done, PAUSE_MILLIS));

  function analyser(stream) {
    const context = new AudioContext();
    const node = context.createAnalyser();
    node.fftSize = 16384;
    node.smoothingTimeConstant = 0;
    context.createMediaStreamSource(stream).connect(node);
    return { context, node, levels: new Float32Array(node.frequencyBinCount) };
  }

  function strongest({ context, node, levels }) {
    node.getFloatFrequencyData(levels);
    let best = 1;
    for (let i = 2; i < levels.length; i++) if (levels[i] > levels[best]) best = i;
    return { hertz: (best * context.sampleRate) / node.fftSize, decibel: levels[best] };
  }

  async function awaitTone(stream, hertz, millis) {
    const ear = analyser(stream);
    await ear.context.resume();
    let heard = { hertz: 0, decibel: -Infinity };
    for (const end = Date.now() + millis; Date.now() < end; await pause()) {
      heard = strongest(ear);
      if (Math.abs(heard.hertz - hertz) <= TOLERANCE_HERTZ && heard.decibel > LOUD_DECIBEL) {
        ear.context.close();
        return '';
      }
    }
    ear.context.close();
    return `strongest ${Math.round(heard.hertz)} Hz at ${Math.round(heard.decibel)} dB`;
  }

  const audioTrack = (connection) =>
    connection.getReceivers().map((receiver) => receiver.track).find((track) => track.kind === 'audio');

  return {
    connections,

    /** Resolves with '' once the newest open connection brings `hertz`, or with what was heard instead. */
    async awaitRemoteTone(hertz, millis) {
      const end = Date.now() + millis;
      let connection;
      do {
        connection = connections.filter((one) => one.connectionState === 'connected' && audioTrack(one)).at(-1);
        if (connection) return awaitTone(new MediaStream([audioTrack(connection)]), hertz, end - Date.now());
        await pause();
      } while (Date.now() < end);
      return `no connection; states: ${connections.map((one) => one.connectionState)}`;
    },

    /** The same for the page's own microphone. */
    async awaitMicrophone(hertz, millis) {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      try {
        return await awaitTone(stream, hertz, millis);
      } finally {
        for (const track of stream.getTracks()) track.stop();
      }
    },
  };
})();
