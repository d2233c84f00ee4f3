// Every word that the phone page shows. One object is one language: a translation is another object with the
// same keys. {braces} are filled in; the order of words is free.

export const english = Object.freeze({
  language: "en",
  direction: "ltr",

  title: "Offhook",
  titleRinging: "{peer} is calling",
  titleCalling: "Calling {peer}",
  titleTalking: "{time} · {peer}",
  titleHeld: "On hold · {peer}",
  noScript: "The phone needs JavaScript.",

  // The account's door and form
  door: "Account: {account}, {state}",
  doorNoAccount: "Account",
  back: "Back to the phone",
  backToCall: "Back to the call",
  connectionIdle: "Not connected",
  connectionConnecting: "Connecting",
  connectionRegistering: "Registering",
  connectionRegistered: "Ready",
  connectionConnected: "Ready, calls out only",
  connectionDisconnected: "Not connected",
  connectionRetrying: "Connecting again",

  accountHeading: "Which phone are you?",
  accountHeadingOwn: "Your SIP account",
  accountHeadingAgain: "Your account",
  demoText: "This server has a small telephone exchange of its own. Choose the number that you want to be.",
  demoAccount: "Be {login}",
  otherAccount: "Use another SIP account",
  login: "Login",
  password: "Password",
  domain: "SIP server",
  domainHint: "As your telephone system’s administrator calls it, such as pbx.example.org",
  more: "More",
  authenticationName: "Authentication name",
  authenticationNameHint: "Only when it is not the login",
  outboundProxy: "Outbound proxy",
  port: "Port",
  visibleName: "Your name, shown to those you call",
  register: "Receive calls too",
  stay: "Stay signed in until this tab is closed",
  stayHint: "Keeps the password for this tab. Otherwise a reload asks for it again; all else on this form is remembered on this device, the password never.",
  connect: "Connect",
  signOut: "Sign out",
  signOutHint: "Signing out forgets the account and its call history on this device.",
  shortcutsHeading: "By keyboard",
  shortcuts:
    "Digits dial, and in a call they are its keys, for as long as you hold them · Enter calls, answers or takes up a held call; without a number it brings back the last one · Escape hangs up, declines or goes back · In a call: M mute, H hold, K keypad, T transfer, N another call, S swap calls, A answer a second caller",

  // Connecting
  connectingHeading: "Connecting",
  registeringHeading: "Registering",
  connectingWaits: "Waiting for the server at {server} to answer.",
  registeringWaits: "Waiting for {domain} to accept {login}.",
  cancel: "Cancel",

  // Dialling
  dialHeading: "Dial",
  number: "Number or name",
  numberPlaceholder: "Number or name",
  keypad: "Keypad",
  keypadHide: "Hide keys",
  backspace: "Delete the last character",
  call: "Call",
  callPeer: "Call {peer}",
  addHeading: "Call somebody else",
  suggestions: "Try",
  suggestionEcho: "Echo test",
  suggestionMusic: "Music",
  suggestionMenu: "Voice menu",

  // The call
  stateAsking: "Your browser asks for the microphone",
  stateConnecting: "Connecting",
  stateTrying: "Calling",
  stateRinging: "Ringing",
  stateEarlyMedia: "Ringing, listen",
  stateEstablished: "Connected",
  stateHolding: "Putting on hold",
  stateHeld: "On hold",
  stateResuming: "Taking up again",
  statePeerHeld: "You are on hold",
  stateTransferring: "Transferring to {target}",
  stateTransferred: "Transferred to {target}",
  stateEnded: "Call ended",
  stateDeclined: "Declined",
  stateCancelled: "Call given up",
  stateAnsweredElsewhere: "Answered elsewhere",
  waitsAsking: "Choose “Allow” so that {peer} can hear you.",
  waitsConnecting: "Waiting for the server to take the call.",
  waitsTrying: "Waiting for the telephone system to find {peer}.",
  waitsRinging: "Waiting for {peer} to answer.",
  waitsAnswering: "Waiting for the line to be put through.",
  incoming: "calls you",
  incomingSilent: "Click anywhere to hear the ringtone: browsers keep a page silent until then.",
  answer: "Answer",
  decline: "Decline",
  hangUp: "Hang up",
  mute: "Mute",
  unmute: "Unmute",
  done: "Done",
  tools: "More for this call",
  hold: "Hold",
  resume: "Resume",
  addCall: "Add call",
  swap: "Swap",
  sound: "Sound",

  // Transfer
  transfer: "Transfer",
  transferHeading: "Transfer {peer} to",
  transferNow: "Transfer",
  transferLines: "Calls to connect with",
  transferToLine: "Connect with {peer}",
  transferComplete: "Connect {peer} with {target}",
  transferWaits: "Waiting for {target} to take the call.",
  transferRings: "It rings at {target}.",
  consult: "Ask first",

  // Several calls
  lines: "Other calls",
  lineActivate: "Go to this call",
  answerAndHold: "Answer, hold {peer}",
  ignore: "Ignore",

  // What happened beside the call on the screen
  noticeEnded: "{peer} has hung up.",
  noticeTransferFailed: "{target} did not take the call: {why}. You still have {peer}.",
  noticeRefused: "That did not work: {why}",
  noticeKey: "{peer} pressed {key}.",
  noticePeer: "You are talking to {peer} now.",
  noticeFailed: "{what}. {peer} is on hold.",

  // Calls of late
  history: "Recent",
  historyMissedCount: "{count} missed",
  historyHeading: "Recent calls",
  historyEmpty: "There were no calls yet.",
  historyMissed: "Missed",
  historyFailed: "Not answered",
  historyOut: "Called, {time}",
  historyIn: "Answered, {time}",
  historyClear: "Clear the list",
  historyHint: "Kept in this browser only, and never more than a hundred calls.",
  confirmClear: "Clear the list of calls?",
  confirmClearText: "They are gone for good.",
  keep: "Keep them",
  clear: "Clear",

  // Sound and notifications
  soundSettings: "Sound and notifications",
  microphone: "Microphone",
  speaker: "Loudspeaker for calls",
  ring: "Ring on",
  systemDevice: "The system’s own",
  absentDevice: "Chosen before, not plugged in",
  devicesHidden: "The browser names the devices once you have allowed the microphone in a call.",
  notify: "Show calls while this tab is hidden",
  notifyBlocked: "Your browser blocks notifications of this page. The icon beside the page’s address changes that.",
  notifyOffer: "Show calls while this tab is hidden?",
  notifyYes: "Show them",
  notifyNo: "No",
  you: "You",
  meterMicrophone: "Loudness of your microphone",
  meterRemote: "Loudness of the other side",
  unknownCaller: "Unknown caller",
  playAudio: "Tap to hear {peer}",

  // The honest line about the microphone
  microphoneOff: "Microphone is off",
  microphoneAsking: "Asking for the microphone",
  microphoneOn: "Microphone is on",
  microphoneHeard: "Microphone is on: {peer} hears you",
  microphoneMuted: "Muted: nobody hears you",
  microphoneHeld: "On hold: nobody hears you",
  microphoneLost: "Microphone was unplugged: nobody hears you",

  // Notes on the dial screen
  noteEnded: "Call with {peer} ended after {time}.",
  noteMissed: "Missed call from {peer}, {clock}",
  noteBusy: "{peer} called while all lines were taken, {clock}",

  // Asking before a call is lost
  confirmHangUp: "Hang up?",
  confirmHangUpText: "The call with {peer} ends.",
  confirmDecline: "Decline the call?",
  confirmDeclineText: "{peer} is told that you declined.",
  keepTalking: "Keep talking",
  keepRinging: "Let it ring",

  // Help
  helpRetry: "Trying again in {seconds} s.",
  helpRetrying: "Trying again now.",
  helpDetails: "For whoever helps you",
  helpCopy: "Copy",
  helpCopied: "Copied",
  helpReason: "Reason",
  helpSipStatus: "SIP status",
  helpSaid: "Message",
  helpCallId: "Call id",
  helpTime: "Time",
  close: "Close",
  actionAgain: "Call again",
  actionCallBack: "Call back",
  actionEdit: "Change the number",
  actionTry: "Try again",
  actionAccount: "Check the account",
  actionReconnect: "Connect again",
  actionDone: "OK",
});

/** @typedef {keyof typeof english} TextKey */

/**
 * Help for each reason: what happened, why, what to do now.
 *
 * @type {Readonly<Record<import("../sdk/offhook.js").Reason, readonly [what: string, why: string, todo: string]>>}
 */
export const englishHelp = Object.freeze({
  "normal": ["Call ended", "One side hung up.", ""],
  "busy": ["{peer} is busy", "The line is engaged, or calls are not wanted just now.", "Wait a little, then call again."],
  "declined": ["{peer} declined the call", "The person, or the phone itself, refused it.", "Try again later, or reach them another way."],
  "not-found": ["Nobody has the number {peer}", "The telephone system knows no such number or name.", "Check it for a slip of the finger, then call again."],
  "no-answer": ["{peer} did not answer", "It rang for as long as the telephone system allows.", "Try again later."],
  "cancelled": ["The call was given up", "It ended before it was answered.", "Call again if that was not what you wanted."],
  "wrong-password": ["The login or password is wrong", "The telephone system refused them.", "Type the password again. Some systems want an authentication name that differs from the login."],
  "forbidden": ["{peer} may not be called", "The telephone system does not allow it for your account.", "Check the number, or ask your administrator to allow it."],
  "unavailable": ["{peer} cannot be reached", "The phone is switched off or not registered.", "Try again later."],
  "no-common-codec": ["The phones speak no common language", "Your browser and the other phone share no way to code sound.", "Ask your administrator to allow Opus, G.722 or G.711 on the other phone."],
  "no-common-encryption": ["The phones do not agree on encryption", "One side encrypts its sound and the other does not, or not in the same way.", "Ask your administrator to encrypt on both sides, or to make it optional."],
  "bad-request": ["The call was not understood", "The telephone system found a mistake in the request.", "Check the number for unusual characters, then call again."],
  "ice-timeout": ["The sound found no way through", "Your network, a firewall or a VPN seems to block UDP to this server.", "Try another network, or without the VPN."],
  "ice-consent-expired": ["The connection for the sound broke", "Your network changed or went away during the call.", "Check your network, then call again."],
  "dtls-failed": ["The sound could not be encrypted", "Browser and server did not agree on the keys.", "Call again. If it happens every time, tell your administrator."],
  "dtls-fingerprint": ["The encryption could not be trusted", "The server and browser did not recognise each other’s keys. Somebody may be in between.", "Do not go on in this network. Tell your administrator."],
  "media-silence-browser": ["Your sound stopped arriving", "Nothing came from this browser any more, so the call was ended.", "Check your network and microphone, then call again."],
  "media-silence-peer": ["The other side went silent", "No sound came from {peer} any more, so the call was ended.", "Call again."],
  "request-timeout": ["No reply from {peer}", "The telephone system gave no answer in time.", "Try again in a moment."],
  "server-error": ["The telephone system has a problem", "It reported an error of its own.", "Try again in a moment. If it stays, tell your administrator."],
  "peer-error": ["The other phone refused the call", "It reported an error.", "Try again. If it stays, tell your administrator."],
  "transport-error": ["The telephone system is out of reach", "This server could not send it the call.", "Try again in a moment. If it stays, tell your administrator."],
  "limit-reached": ["Too many calls just now", "The server is at a limit that its administrator has set.", "Try again in a moment."],
  "shutting-down": ["The server is going down", "It is being restarted or switched off.", "The page connects again by itself as soon as it is back."],
  "answered-elsewhere": ["Answered elsewhere", "The call was taken on another device.", ""],
  "session-lost": ["The server forgot this page", "It was restarted, or the connection was away for too long.", "Connect again."],
  "domain-not-allowed": ["This SIP server is not allowed", "This Offhook connects only to the SIP servers that its administrator has listed.", "Check the SIP server’s name, or ask the administrator to list it."],
  "invalid-field": ["{peer} cannot be called", "The number holds characters that have no place there.", "Correct it, then call again."],
  "token-invalid": ["The call is not permitted", "The permission that this page brought is not valid.", "Open the page again, then call again."],
  "token-expired": ["The permission for the call is too old", "It counts for a few minutes only.", "Open the page again, then call again."],
  "token-used": ["The permission for the call is used up", "It counts for one call only.", "Open the page again, then call again."],
  "origin-not-allowed": ["This page may not make calls", "The line that it calls over does not allow it.", "Tell whoever runs the page."],
  "destination-not-allowed": ["{peer} may not be called from here", "Only some numbers may be called over this line.", "Choose another number."],
  "closed-now": ["Nobody takes calls now", "It is outside of the hours of this line.", "Call again during them."],
  "too-many-calls": ["Too many calls just now", "More calls were made than this line, or your network, may make at a time.", "Wait a minute, then call again."],
  "longest-reached": ["The call’s time is up", "It has lasted as long as this line allows.", "Call again to go on."],
  "link-invalid": ["The link is not valid", "It was altered, or not made for this server.", "Ask for a new link."],
  "link-expired": ["The link is too old", "Its time is over.", "Ask for a new link."],
  "link-used": ["The link is used up", "It has been used as often as it may be.", "Ask for a new link."],
  "challenge-failed": ["The check was not passed", "This line asks for a sign that no program makes the call.", "Try again."],
  "internal": ["The server made a mistake", "This should not happen.", "Try again. If it stays, tell your administrator, with the details below."],
  "microphone-denied": ["The microphone is blocked", "Your browser or system does not let this page use it.", "Press the icon beside the page’s address, allow the microphone, then try again."],
  "microphone-denied-by-system": ["The system blocks the microphone", "Your computer or phone does not let the browser use it.", "Allow it in the system’s privacy settings, then try again."],
  "microphone-denied-in-frame": ["The microphone is not allowed here", "This page is part of another one, which does not let it use the microphone.", "Open this page in a tab of its own."],
  "microphone-dismissed": ["The microphone was not allowed yet", "The browser’s question was closed without an answer.", "Try again and choose “Allow”."],
  "microphone-missing": ["No microphone was found", "None is plugged in, or it is switched off.", "Plug in a headset or microphone, then try again."],
  "microphone-busy": ["The microphone did not start", "Another program may be using it.", "Close the other program, then try again."],
  "speaker-missing": ["The loudspeaker cannot be used", "The chosen one was unplugged or switched off.", ""],
  "insecure-page": ["This page is not secure", "Browsers open the microphone for https pages only.", "Open this page by its https address."],
  "browser-unsupported": ["This browser cannot make calls", "It lacks WebRTC, or it is switched off.", "Use a current Chrome, Edge, Firefox or Safari."],
  "server-unreachable": ["The server does not answer", "It may be down, or your network does not reach it.", "Check your network, then try again."],
  "server-gone": ["The connection to the server is lost", "Your network or the server went away. A call that was on has ended.", "The page connects again by itself as soon as it can."],
  "not-connected": ["Not connected", "There is no connection to the server.", "Connect, then call again."],
  "already-connected": ["Already connected", "This page has a connection.", ""],
  "duplicate-call": ["This call exists already", "A call with the same id is under way.", "Call again."],
  "wrong-state": ["That is not possible now", "The call has moved on.", ""],
  "media-failed": ["The browser could not set up the sound", "It refused what the server offered.", "Reload the page and call again. If it stays, tell your administrator, with the details below."],
});

/**
 * The same for a connection or registration that failed, where that needs other words.
 *
 * @type {Readonly<Partial<typeof englishHelp>>}
 */
export const englishConnectionHelp = Object.freeze({
  "invalid-field": ["One of the fields cannot be right", "It is empty or holds characters that have no place there.", "Check it, then try again."],
  "not-found": ["The login is not known", "The SIP server has no such account.", "Check the login and the SIP server."],
  "forbidden": ["The account is not allowed in", "The SIP server refused it.", "Check the login and password, or ask your administrator."],
  "unavailable": ["The SIP server is not available", "It turned the registration away for now.", "Try again in a moment."],
  "request-timeout": ["The SIP server does not answer", "Nothing came back from it in time.", "Check its name and port, then try again."],
  "transport-error": ["The SIP server is out of reach", "Its name is not known, or nothing listens there.", "Check its name and port, then try again."],
  "bad-request": ["The registration was not understood", "The SIP server found a mistake in it.", "Check the fields, then try again."],
  "peer-error": ["The SIP server refused the registration", "It reported an error.", "Check the fields, or ask your administrator."],
  "limit-reached": ["Too many connections", "The server is at a limit that its administrator has set.", "Try again in a moment."],
});

/**
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The page's language: one place to choose it, for the day that there are more.
 *
 * @param {TextKey} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values) {
  return fill(english[key], values);
}

/**
 * @param {import("../sdk/offhook.js").Outcome} outcome
 * @param {"call" | "connection"} about
 * @param {Record<string, string | number>} values
 */
export function helpText({ reason, by, text: said }, about, values) {
  const words = (about === "connection" ? englishConnectionHelp[reason] : undefined) ?? englishHelp[reason];
  const [what, why, todo] = words.map((sentence) => fill(sentence, values));
  // About a field the server knows best: it names the very character.
  return { what, why: reason === "invalid-field" && by !== "browser" ? said : why, todo };
}
