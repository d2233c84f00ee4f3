// A browser made of nothing: virtual time, a socket without a network, a peer connection without media.

/** Lets everything run that waits for nothing but other promises. */
export async function settle() {
  for (let i = 0; i < 40; i++) await Promise.resolve();
}

export class FakePlatform {
  sockets = [];
  peers = [];
  microphones = [];
  played = [];
  tones = [];
  devices = [];
  contexts = [];
  elements = [];
  choosesSpeaker = () => true;
  secure = true;
  webRtc = true;
  frameAllowed = true;
  permission = undefined;
  #now = 0;
  #timers = new Map();
  #ids = 0;

  openSocket = (url) => {
    if (this.refuseUrl) throw new SyntaxError("bad address");
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  };

  createPeer = (configuration) => {
    const peer = new FakePeer(configuration, this.peerTraits ?? {});
    this.peers.push(peer);
    return peer;
  };

  /** Each request for the microphone waits until the test allows or refuses it. */
  getUserMedia = (constraints) =>
    new Promise((resolve, reject) => {
      const track = new FakeTrack();
      const microphone = {
        constraints,
        track,
        allow: () => (resolve(new FakeStream([track])), settle()),
        refuse: (name, message = "") => (reject(new DOMException(message, name)), settle()),
      };
      this.microphones.push(microphone);
    });

  canCall = () => this.webRtc;
  isSecure = () => this.secure;
  frameMayAsk = () => this.frameAllowed;
  microphonePermission = async () => this.permission;
  createStream = () => new FakeStream([]);
  now = () => this.#now;
  newId = () => `call-${++this.#ids}`;

  onPermission = (listener) => {
    this.permissionChanged = listener;
    return () => (this.permissionChanged = undefined);
  };

  onReturn = (listener) => {
    this.returned = listener;
    return () => (this.returned = undefined);
  };

  enumerateDevices = async () => this.devices;

  onDevices = (listener) => {
    this.devicesChanged = listener;
    return () => (this.devicesChanged = undefined);
  };

  createAudioElement = () => {
    const element = {
      srcObject: null,
      muted: false,
      plays: 0,
      setSinkId: async (id) => {
        if (id === "gone") throw new DOMException("no such device", "NotFoundError");
        element.device = id;
      },
      play: async () => {
        element.plays++;
        if (this.autoplayBlocked) throw new DOMException("play() failed", "NotAllowedError");
      },
    };
    this.element = element;
    this.elements.push(element);
    return element;
  };

  createAudioContext = () => {
    const platform = this;
    const context = {
      state: "running",
      currentTime: 0,
      destination: {},
      createGain: () => ({ gain: { setTargetAtTime() {} }, connect() {}, disconnect() {} }),
      createMediaStreamDestination: () => ({ stream: new FakeStream([new FakeTrack()]) }),
      createOscillator() {
        const tone = {
          frequency: {},
          connect() {},
          start: (at) => platform.tones.push((tone.sounding = { hertz: tone.frequency.value, at })),
          stop: (at) => (tone.sounding.end = at),
        };
        return tone;
      },
      createBuffer: (_, length) => ({ getChannelData: () => new Float32Array(length) }),
      createBufferSource: () => ({
        connect() {},
        start() {
          platform.played.push({ 80_000: "ringback", 51_200: "ringtone", 128_000: "waiting" }[this.buffer.getChannelData().length]);
        },
        stop: () => platform.played.push("silence"),
      }),
      createMediaStreamSource: () => ({ connect() {}, disconnect() {} }),
      createAnalyser: () => ({ getFloatTimeDomainData: (samples) => samples.fill(0.1) }),
      resume: async () => void (platform.audio = "running"),
      suspend: async () => void (platform.audio = "asleep"),
      close: async () => {},
      ...(this.contextsChooseDevices && { setSinkId: async (id) => void (context.device = id) }),
    };
    this.contexts.push(context);
    return context;
  };

  setTimer = (work, milliseconds) => {
    const timer = Symbol("timer");
    this.#timers.set(timer, { at: this.#now + milliseconds, work });
    return timer;
  };

  clearTimer = (timer) => void this.#timers.delete(timer);

  get timers() {
    return this.#timers.size;
  }

  /** Moves time on, with all that falls due on the way. */
  async pass(milliseconds) {
    const end = this.#now + milliseconds;
    for (;;) {
      const [timer, next] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (!next || next.at > end) break;
      this.#timers.delete(timer);
      this.#now = next.at;
      next.work();
      await settle();
    }
    this.#now = end;
  }
}

export class FakeSocket {
  sent = [];
  closed = false;

  constructor(url) {
    this.url = url;
  }

  open() {
    this.onopen?.({});
    return settle();
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.closed = true;
    this.closeCode = code;
  }

  /** The server says something. */
  say(message, ...data) {
    this.onmessage?.({ data: JSON.stringify({ message, data }) });
    return settle();
  }

  raw(data) {
    this.onmessage?.({ data });
    return settle();
  }

  /** The connection breaks, or the server closes it. */
  drop(code = 1006) {
    this.onclose?.({ code });
    return settle();
  }

  /** The names of the messages sent since the last look. */
  take() {
    return this.sent.splice(0).map(({ message }) => message);
  }

  /** The first element of the last message of this name. */
  last(message) {
    return this.sent.findLast((frame) => frame.message === message)?.data[0];
  }
}

const OFFER =
  "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n";

export const SERVER_SDP = OFFER.replace("v=0", "v=0\r\ns=server");

export class FakePeer {
  log = [];
  signalingState = "stable";
  connectionState = "new";
  iceConnectionState = "new";
  closed = false;
  #transceivers = [];
  #traits;

  constructor(configuration, traits) {
    this.configuration = configuration;
    this.#traits = traits;
  }

  addTransceiver(kind, { direction }) {
    const transceiver = this.#transceiver(kind, direction);
    this.log.push("addTransceiver");
    return transceiver;
  }

  #transceiver(kind, direction) {
    const { log } = this;
    const traits = this.#traits;
    let parameters = {
      encodings: [{}],
      codecs: [
        { mimeType: "audio/opus", payloadType: 111 },
        { mimeType: "audio/PCMU", payloadType: 0 },
      ],
    };
    const transceiver = {
      direction,
      receiver: { track: { kind } },
      sender: {
        track: null,
        async replaceTrack(track) {
          this.track = track;
          log.push("replaceTrack");
        },
        getParameters: () => structuredClone(parameters),
        async setParameters(wanted) {
          log.push("setParameters");
          if (traits.codecRefused) throw new DOMException("no", "InvalidModificationError");
          if (traits.codecIgnored) wanted = { ...wanted, encodings: [{}] };
          parameters = structuredClone(wanted);
        },
      },
    };
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers() {
    return this.#transceivers;
  }

  async createOffer() {
    this.log.push("createOffer");
    if (this.#traits.offerFails) throw new Error("no codecs");
    return { type: "offer", sdp: OFFER };
  }

  async createAnswer() {
    this.log.push("createAnswer");
    return { type: "answer", sdp: OFFER };
  }

  async setLocalDescription({ type }) {
    this.log.push(`local ${type}`);
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
  }

  async setRemoteDescription({ type, sdp }) {
    this.log.push(`remote ${type}`);
    if (this.#traits.remoteFails) throw new DOMException("bad SDP", "OperationError");
    this.remoteSdp = sdp;
    this.signalingState = type === "offer" ? "have-remote-offer" : "stable";
    if (type === "offer" && this.#transceivers.length === 0) this.#transceiver("audio", "recvonly");
    this.ontrack?.({ track: { kind: "audio" }, streams: [new FakeStream([new FakeTrack()])] });
  }

  become(connectionState, iceConnectionState = connectionState) {
    this.connectionState = connectionState;
    this.iceConnectionState = iceConnectionState;
    this.onconnectionstatechange?.({});
    return settle();
  }

  close() {
    this.closed = true;
  }
}

export class FakeTrack {
  kind = "audio";
  enabled = true;
  stopped = false;

  stop() {
    this.stopped = true;
  }

  clone() {
    return (this.cloned = new FakeTrack());
  }
}

export class FakeStream {
  constructor(tracks) {
    this.tracks = tracks;
  }

  getTracks() {
    return this.tracks;
  }

  getAudioTracks() {
    return this.tracks;
  }

  addTrack(track) {
    this.tracks.push(track);
  }
}
