// The page: a camera or a video in, axes and numbers out. Nothing is sent anywhere.

import {MissingFiles, loadNetworks} from "./networks.js";
import {pixelsOf} from "./pictures.js";
import {Followed, axesOf} from "./poses.js";

const element = (id) => document.getElementById(id);
const [canvas, statusLine, problem, rows] = ["picture", "status", "problem", "angles"].map(element);
const shown = canvas.getContext("2d");
const frame = document.createElement("canvas");
const pixels = frame.getContext("2d", {willReadFrequently: true});
const AXES = ["#ff3840", "#38d65c", "#2484ff"];
const MOST_ROWS = 500_000;

let networks = null;
let source = null; // {video, live, name, followed, stopped, url}
let last = null; // {faces, time}
let measured = []; // [time, face, yaw, pitch, roll]
let rates = [];

// The angles of the faces in what a video or picture element shows now; `time` in seconds.
async function measure(picture, time = 0) {
  const faces = await networks.measure(await grabbed(picture));
  document.dispatchEvent(new CustomEvent("measured", {detail: {time, faces, frame}}));
  return faces;
}

// The pixels of an element, which are drawn on `frame` as well.
async function grabbed(picture) {
  if (picture instanceof HTMLVideoElement && typeof VideoFrame === "function") {
    const videoFrame = new VideoFrame(picture);
    try {
      const data = await pixelsOf(videoFrame);
      if (data !== null) {
        [frame.width, frame.height] = [data.width, data.height];
        pixels.putImageData(data, 0, 0);
        return data;
      }
    } finally {
      videoFrame.close();
    }
  }
  frame.width = picture.videoWidth ?? picture.width;
  frame.height = picture.videoHeight ?? picture.height;
  pixels.drawImage(picture, 0, 0);
  return pixels.getImageData(0, 0, frame.width, frame.height);
}

function say(text) {
  statusLine.textContent = text;
}

function sayProblem(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

const angle = (value) => `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)}°`;
const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;

function draw() {
  if (last === null) return;
  if (canvas.width !== frame.width || canvas.height !== frame.height) {
    canvas.width = frame.width;
    canvas.height = frame.height;
  }
  shown.drawImage(frame, 0, 0);
  const smooth = element("smooth").checked;
  shown.lineCap = "round";
  for (const face of last.faces) {
    const [x1, y1, x2, y2] = face.box;
    const width = Math.max(2, (y2 - y1) / 40);
    shown.lineWidth = Math.max(1.5, width / 2);
    if (element("boxes").checked) {
      shown.strokeStyle = "#ffc84d";
      shown.strokeRect(x1, y1, x2 - x1, y2 - y1);
    }
    const pose = smooth ? face.smoothed : face;
    if (element("axes").checked && pose && pose.yaw !== null) drawAxes(pose, (x1 + x2) / 2, (y1 + y2) / 2, (y2 - y1) / 2, width);
    if (last.faces.length > 1) drawNumber(face);
  }
  tabulate(smooth);
}

function drawAxes(pose, x, y, length, width) {
  const axes = axesOf(pose).map((axis, place) => ({axis, colour: AXES[place], away: place === 2 && axis[2] < 0}));
  axes.sort((a, b) => a.axis[2] - b.axis[2]); // the farthest first
  for (const [colour, extra] of [["#121418", 2], [null, 0]]) {
    for (const {axis, colour: own, away} of axes) {
      shown.setLineDash(away ? [2 * width, 3 * width] : []); // A nose behind the head.
      shown.strokeStyle = colour ?? own;
      shown.lineWidth = width + extra;
      shown.beginPath();
      shown.moveTo(x, y);
      shown.lineTo(x + length * axis[0], y + length * axis[1]);
      shown.stroke();
    }
  }
  shown.setLineDash([]);
}

function drawNumber(face) {
  const size = Math.max(12, Math.round(canvas.height / 30));
  shown.font = `600 ${size}px system-ui, sans-serif`;
  shown.lineWidth = 3;
  shown.strokeStyle = "#121418";
  shown.fillStyle = "#ffffff";
  const place = [face.box[0], Math.max(size, face.box[1] - 4)];
  shown.strokeText(face.number, ...place);
  shown.fillText(face.number, ...place);
}

function tabulate(smooth) {
  const cells = last.faces.map((face) => {
    const pose = smooth ? face.smoothed : face;
    if (!pose || pose.yaw === null) return [face.number, "–", "–", "–", "–"];
    return [face.number, angle(pose.yaw), angle(pose.pitch), angle(pose.roll), `±${Math.max(...face.spread).toFixed(1)}°`];
  });
  const lines = cells.length ? cells : [["No face in the picture.", "", "", "", ""]];
  rows.replaceChildren(
    ...lines.map((line) => {
      const row = document.createElement("tr");
      line.forEach((text, place) => {
        const cell = document.createElement(place ? "td" : "th");
        if (!place) cell.scope = "row";
        cell.className = ["", "yaw", "pitch", "roll", ""][place];
        cell.textContent = text;
        row.append(cell);
      });
      return row;
    }),
  );
}

// Measures what a source shows now, and shows it.
async function show(from, time) {
  const faces = await measure(from.video, time);
  if (from.stopped) return;
  from.followed.update(faces, time);
  last = {faces, time};
  for (const face of faces) {
    if (face.yaw !== null && measured.length < MOST_ROWS) {
      measured.push([time, face.number, face.yaw, face.pitch, face.roll]);
    }
  }
  element("empty").hidden = true;
  element("save").disabled = measured.length === 0;
  draw();
  showProgress(from, time);
}

function showProgress(from, time) {
  const now = performance.now();
  rates = [...rates.filter((one) => now - one < 2000), now];
  const rate = rates.length > 1 ? Math.round(((rates.length - 1) * 1000) / (now - rates[0])) : 0;
  const number = last.faces.length;
  const faces = number === 1 ? "1 face" : `${number} faces`;
  const text = `${from.name}: ${faces}${rate && !from.video.paused ? `, ${rate} pictures per second` : ""}.`;
  if (statusLine.textContent !== text && now - (from.said ?? 0) > 1000) {
    from.said = now; // Not more often: screen readers read it aloud.
    say(text);
  }
  if (from.live) return;
  element("time").textContent = `${clock(time)} / ${clock(from.video.duration)}`;
  if (document.activeElement !== element("position") || !from.video.paused) element("position").value = time;
  element("saved-rows").textContent = measured.length ? `${measured.length} rows` : "";
}

// Calls itself for each new picture of the video, as far as there is time.
function follow(from) {
  const {video} = from;
  const next = (_now, facts) => {
    if (from.stopped) return;
    show(from, facts?.mediaTime ?? video.currentTime)
      .then(() => follow(from))
      .catch((error) => fail(from, error));
  };
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(next);
  else requestAnimationFrame(() => next());
}

function fail(from, error) {
  console.error(error);
  stop();
  sayProblem(`Measuring ${from.name} failed: ${error.message}`);
}

function stop() {
  if (source === null) return;
  const ended = source;
  source = null;
  ended.stopped = true;
  ended.video.pause();
  for (const track of ended.video.srcObject?.getTracks() ?? []) track.stop();
  ended.video.srcObject = null;
  if (ended.url) {
    ended.video.removeAttribute("src");
    URL.revokeObjectURL(ended.url);
  }
  element("transport").hidden = true;
  element("stop").disabled = true;
  say("Stopped.");
}

function begin(video, facts) {
  stop();
  sayProblem("");
  measured = [];
  rates = [];
  source = {video, followed: new Followed(), stopped: false, ...facts};
  element("stop").disabled = false;
  element("transport").hidden = facts.live;
  return source;
}

function newVideo() {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  return video;
}

const CAMERA_PROBLEMS = {
  NotAllowedError: "The browser may not use the camera. Allow it beside the address, then try again.",
  NotFoundError: "No camera was found. Connect one, or choose a video.",
  NotReadableError: "The camera cannot be used: another program may be using it.",
  OverconstrainedError: "This camera is not connected any more. Choose another one.",
};

async function useCamera(deviceId) {
  if (!navigator.mediaDevices?.getUserMedia) {
    sayProblem("Browsers give the camera only to pages from https:// or localhost. Choose a video, or serve the page there.");
    return;
  }
  stop();
  say("Waiting for the camera…");
  let stream;
  try {
    const wanted = deviceId ? {deviceId: {exact: deviceId}} : {facingMode: "user"};
    stream = await navigator.mediaDevices.getUserMedia({video: {...wanted, width: {ideal: 640}, height: {ideal: 480}}});
  } catch (error) {
    say("");
    sayProblem(CAMERA_PROBLEMS[error.name] ?? `The camera cannot be used: ${error.message}`);
    return;
  }
  const video = newVideo();
  const name = stream.getVideoTracks()[0].label || "Camera";
  const from = begin(video, {live: true, name});
  stream.getVideoTracks()[0].addEventListener("ended", () => {
    if (from.stopped) return;
    stop();
    sayProblem(`${name} ended. Connect it again, then use it again.`);
  });
  video.srcObject = stream;
  await video.play();
  follow(from);
  await listCameras(stream.getVideoTracks()[0].getSettings().deviceId);
}

async function listCameras(current) {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  element("devices-label").hidden = cameras.length < 2;
  element("devices").replaceChildren(
    ...cameras.map((one, number) => new Option(one.label || `Camera ${number + 1}`, one.deviceId, false, one.deviceId === current)),
  );
}

async function useVideo(file) {
  const video = newVideo();
  const url = URL.createObjectURL(file);
  const from = begin(video, {live: false, name: file.name, url});
  say(`Opening ${file.name}…`);
  video.src = url;
  const ready = new Promise((resolve, reject) => {
    video.addEventListener("loadeddata", resolve, {once: true});
    video.addEventListener("error", () => reject(video.error), {once: true});
  });
  try {
    await ready;
  } catch {
    if (from.stopped) return;
    stop();
    say("");
    sayProblem(`This browser cannot play ${file.name}. Choose a video in another format, such as MP4 with H.264.`);
    return;
  }
  if (from.stopped) return;
  element("position").max = video.duration;
  for (const event of ["play", "pause"]) video.addEventListener(event, () => showPlaying(video));
  video.addEventListener("ended", () => say(`${file.name} has ended.`));
  follow(from);
  await video.play();
}

function showPlaying(video) {
  element("play").textContent = video.paused ? "Play" : "Pause";
}

function save() {
  const lines = measured.map(([time, face, ...angles]) => [time.toFixed(3), face, ...angles.map((one) => one.toFixed(3))].join(","));
  const text = ["time_s,face,yaw_deg,pitch_deg,roll_deg", ...lines, ""].join("\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
  link.download = "head-pose.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function connect() {
  element("camera").addEventListener("click", () => useCamera());
  element("devices").addEventListener("change", (event) => useCamera(event.target.value));
  element("video-file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    event.target.value = ""; // The same file may be chosen again.
    if (file) useVideo(file);
  });
  element("stop").addEventListener("click", stop);
  element("play").addEventListener("click", () => {
    if (source === null) return;
    if (source.video.paused) source.video.play();
    else source.video.pause();
  });
  element("position").addEventListener("input", (event) => {
    if (source !== null && !source.live) source.video.currentTime = Number(event.target.value);
  });
  for (const id of ["smooth", "axes", "boxes"]) element(id).addEventListener("change", draw);
  element("save").addEventListener("click", save);
}

async function start() {
  if (location.protocol === "file:") return;
  if (typeof WebAssembly !== "object") {
    say("");
    sayProblem("This browser does not run WebAssembly, which the networks need. Use a newer one, or allow it.");
    return;
  }
  connect();
  try {
    networks = await loadNetworks();
  } catch (error) {
    console.error(error);
    say("");
    sayProblem(
      error instanceof MissingFiles
        ? `A file beside this page is missing: ${error.message}. Run “make web” in the project's folder, then load the page again.`
        : `The networks cannot be loaded: ${error.message}`,
    );
    return;
  }
  const {snapshot} = networks.pose.interface;
  element("origin").textContent = `Network: ${snapshot.name}, licence: ${snapshot.licence}. Face detector: MediaPipe BlazeFace, ${networks.faces.interface.source.licence}.`;
  element("camera").disabled = element("video-file").disabled = false;
  say("Ready.");
}

// For programs that embed or test the page.
window.headPose = {measure, started: start()};
