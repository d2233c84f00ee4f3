// Listening inside a page that knows nothing of it. Runs before the page's own scripts: it keeps a list of the peer
// connections that the page makes and of the microphones that it gets, and measures the strongest frequency of what
// comes in by them.
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

  const microphones = [];
  let questions = 0; // for a microphone, and not answered yet

  const devices = navigator.mediaDevices; // which pages that are not secure do not have
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices) {
    devices.getUserMedia = async (constraints) => {
      questions++;
      try {
        const stream = await getUserMedia(constraints);
        microphones.push(...stream.getAudioTracks());
        return stream;
      } finally {
        questions--;
      }
    };
  }

  const pause = () => new Promise((done) => setTimeout(done, PAUSE_MILLIS));

  let context; // one for all: browsers allow only a few

  function analyser(stream) {
    context ??= new AudioContext();
    const node = context.createAnalyser();
    node.fftSize = 16384;
    node.smoothingTimeConstant = 0;
    context.createMediaStreamSource(stream).connect(node);
    return node;
  }

  function strongest(node) {
    const levels = new Float32Array(node.frequencyBinCount);
    node.getFloatFrequencyData(levels);
    let best = 1;
    for (let i = 2; i < levels.length; i++) if (levels[i] > levels[best]) best = i;
    return { hertz: (best * context.sampleRate) / node.fftSize, decibel: levels[best] };
  }

  /** Resolves with '' once `stream` is heard as `hertz`, or with what was heard instead. */
  const awaitTone = (stream, hertz, millis) => awaitSound(stream, (heard) => Math.abs(heard - hertz) <= TOLERANCE_HERTZ, millis);

  async function awaitSound(stream, isWanted, millis) {
    const node = analyser(stream);
    await context.resume();
    let heard = { hertz: 0, decibel: -Infinity };
    for (const end = Date.now() + millis; Date.now() < end; await pause()) {
      heard = strongest(node);
      if (isWanted(heard.hertz) && heard.decibel > LOUD_DECIBEL) return '';
    }
    return `strongest ${Math.round(heard.hertz)} Hz at ${Math.round(heard.decibel)} dB`;
  }

  const audioTrack = (connection) =>
    connection.getReceivers().map((receiver) => receiver.track).find((track) => track.kind === 'audio');

  const newest = () => connections.filter((one) => one.connectionState === 'connected' && audioTrack(one)).at(-1);

  async function remoteStream(end) {
    for (; Date.now() < end; await pause()) {
      const connection = newest();
      if (connection) return new MediaStream([audioTrack(connection)]);
    }
    return undefined;
  }

  const noConnection = () => `no connection; states: ${connections.map((one) => one.connectionState)}`;

  return {
    awaitTone,

    /** Whether the page waits for a microphone. */
    asks: () => questions > 0,

    /** Whether a microphone that the page got is still open. */
    microphoneIsOpen: () => microphones.some((track) => track.readyState === 'live'),

    /** Resolves as awaitTone does, for what the newest open connection brings. */
    async awaitRemoteTone(hertz, millis) {
      const end = Date.now() + millis;
      const stream = await remoteStream(end);
      return stream ? awaitTone(stream, hertz, end - Date.now()) : noConnection();
    },

    /** The same for a tone that is one of several. */
    async awaitRemoteToneOf(hertz, millis) {
      const end = Date.now() + millis;
      const stream = await remoteStream(end);
      const isWanted = (heard) => hertz.some((one) => Math.abs(heard - one) <= TOLERANCE_HERTZ);
      return stream ? awaitSound(stream, isWanted, end - Date.now()) : noConnection();
    },

    /** The same for any sound instead of a tone. */
    async awaitRemoteSound(millis) {
      const end = Date.now() + millis;
      const stream = await remoteStream(end);
      return stream ? awaitSound(stream, () => true, end - Date.now()) : noConnection();
    },

    /** The name of the codec that the newest open connection sends. */
    async sentCodec() {
      const report = await newest().getStats();
      const sent = [...report.values()].find((entry) => entry.type === 'outbound-rtp' && entry.kind === 'audio');
      return report.get(sent.codecId).mimeType.replace('audio/', '');
    },

    /** Resolves as awaitTone does, for the page's own microphone. */
    async awaitMicrophone(hertz, millis) {
      const stream = await getUserMedia({ audio: true });
      try {
        return await awaitTone(stream, hertz, millis);
      } finally {
        for (const track of stream.getTracks()) track.stop();
      }
    },
  };
})();
