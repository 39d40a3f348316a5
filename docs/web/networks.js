// The two networks: faces in a picture, and the pose of each face. files/models.json says how they are used.

import {cutOut, letterboxed, roundHalfEven, shrinkToSquare} from "./pictures.js";

const FILES = new URL("files/", import.meta.url);

export class MissingFiles extends Error {}

async function fetched(name) {
  let answer;
  try {
    answer = await fetch(new URL(name, FILES));
  } catch (error) {
    throw new MissingFiles(name, {cause: error});
  }
  if (!answer.ok) throw new MissingFiles(name);
  return answer;
}

// Loads ONNX Runtime and both networks. Throws MissingFiles.
export async function loadNetworks() {
  const facts = await (await fetched("models.json")).json();
  let ort;
  try {
    ort = await import(new URL(facts.runtime.module, FILES));
  } catch (error) {
    throw new MissingFiles(facts.runtime.module, {cause: error});
  }
  ort.env.wasm.wasmPaths = {wasm: new URL(facts.runtime.wasm, FILES).href};
  ort.env.wasm.numThreads = 1; // More would need a server that sends special headers.
  const open = async (name) => {
    const content = new Uint8Array(await (await fetched(name)).arrayBuffer());
    return ort.InferenceSession.create(content, {executionProviders: ["wasm"]});
  };
  const [faces, pose] = await Promise.all([open(facts.faces.file), open(facts.pose.file)]);
  return new Networks(ort, {...facts.faces, session: faces}, {...facts.pose, session: pose});
}

class Networks {
  constructor(ort, faces, pose) {
    this.ort = ort;
    this.faces = faces;
    this.pose = pose;
    this.anchors = anchorsOf(faces.interface.anchors.grids);
    this.rule = pose.interface.crop.by_detector[faces.interface.detector] ?? pose.interface.crop.by_detector.default;
  }

  // The faces in a picture, the largest first: {box: [x1, y1, x2, y2], score, yaw, pitch, roll, spread}. Angles in
  // degrees; null if the face is too small or outside the picture.
  async measure(picture) {
    const faces = await this.find(picture);
    const {side} = this.pose.interface.resize;
    const smallest = this.pose.interface.crop.smallest_px;
    const seen = [];
    const squares = [];
    for (const face of faces) {
      const crop = cutOut(picture, cropRectangle(face.box, this.rule, picture), smallest);
      Object.assign(face, {yaw: null, pitch: null, roll: null, spread: null});
      if (crop !== null) {
        seen.push(face);
        squares.push(shrinkToSquare(crop, side));
      }
    }
    if (seen.length) {
      const pixels = new Uint8Array(squares.length * 3 * side * side);
      squares.forEach((square, number) => pixels.set(square, number * 3 * side * side));
      const crop = new this.ort.Tensor("uint8", pixels, [squares.length, side, side, 3]);
      const {angles, spread} = await this.pose.session.run({crop});
      seen.forEach((face, number) => {
        [face.yaw, face.pitch, face.roll] = angles.data.slice(3 * number, 3 * number + 3);
        face.spread = [...spread.data.slice(3 * number, 3 * number + 3)];
      });
    }
    return faces;
  }

  async find(picture) {
    const {resize, minimum_score: minimum, same_face: same} = this.faces.interface;
    const {side} = resize;
    const tensor = new this.ort.Tensor("float32", letterboxed(picture, side), [1, 3, side, side]);
    const {boxes, scores} = await this.faces.session.run({picture: tensor});
    const found = [];
    for (let i = 0; i < scores.data.length; i++) {
      const score = 1 / (1 + Math.exp(-Math.min(Math.max(scores.data[i], -80), 80)));
      if (score >= minimum) found.push({score, box: decodedBox(boxes.data, i, this.anchors, side)});
    }
    const longer = Math.max(picture.width, picture.height);
    const scale = Math.fround(longer / side);
    const left = (picture.width - longer) / 2;
    const top = (picture.height - longer) / 2;
    return merged(found, same.overlap)
      .map(({box, score}) => ({
        score,
        box: inWholePixels(box.map((edge, place) => Math.fround(Math.fround(edge * scale) + (place % 2 ? top : left))), picture),
      }))
      .filter(({box}) => box[2] > box[0] && box[3] > box[1])
      .sort((a, b) => area(b.box) - area(a.box) || b.score - a.score);
  }
}

function anchorsOf(grids) {
  const anchors = [];
  for (const {rows, per_place: count} of grids) {
    for (let place = 0; place < rows * rows; place++) {
      const centre = [((place % rows) + 0.5) / rows, (Math.floor(place / rows) + 0.5) / rows].map(Math.fround);
      for (let i = 0; i < count; i++) anchors.push(centre);
    }
  }
  return anchors;
}

// The i-th box in pixels of the network's input. It has 16 values: centre, size, and landmarks, which are not used.
function decodedBox(values, i, anchors, side) {
  const [x, y] = anchors[i].map((centre, axis) => Math.fround(values[16 * i + axis] + Math.fround(centre * side)));
  const [halfWidth, halfHeight] = [values[16 * i + 2] / 2, values[16 * i + 3] / 2];
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight].map(Math.fround);
}

const area = ([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1);

export function overlap(a, b) {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(a) + area(b) - width * height);
}

// The boxes of a face become their mean, weighted by their scores. The best score stays.
function merged(found, limit) {
  let left = [...found].sort((a, b) => b.score - a.score);
  const faces = [];
  while (left.length) {
    const best = left[0];
    const same = left.filter((one) => one === best || overlap(best.box, one.box) > limit);
    const total = same.reduce((sum, one) => sum + one.score, 0);
    const box = [0, 1, 2, 3].map((edge) =>
      Math.fround(same.reduce((sum, one) => sum + one.score * one.box[edge], 0) / total),
    );
    faces.push({box, score: best.score});
    left = left.filter((one) => !same.includes(one));
  }
  return faces;
}

// The corner and the size lose their fractions separately; then the box is clipped to the picture.
function inWholePixels([x1, y1, x2, y2], {width, height}) {
  const [left, top] = [Math.max(Math.trunc(x1), 0), Math.max(Math.trunc(y1), 0)];
  const right = left + Math.trunc(Math.fround(x2 - x1));
  const bottom = top + Math.trunc(Math.fround(y2 - y1));
  return [Math.min(left, width), Math.min(top, height), Math.min(right, width), Math.min(bottom, height)];
}

// What the network sees of a face, in whole pixels of the picture.
export function cropRectangle([x1, y1, x2, y2], rule, {width, height}) {
  if (rule.kind === "square") {
    const length = Math.sqrt((x2 - x1) * (y2 - y1));
    const side = roundHalfEven(rule.scale * length);
    const left = roundHalfEven((x1 + x2) / 2 - side / 2);
    const top = roundHalfEven((y1 + y2) / 2 + rule.shift_down * length - side / 2);
    return [left, top, left + side, top + side];
  }
  const [w, h] = [x2 - x1, y2 - y1];
  return [
    Math.max(Math.trunc(x1 - rule.left * w) - rule.left_px, 0),
    Math.max(Math.trunc(y1 - rule.top * h) - rule.top_px, 0),
    Math.min(Math.trunc(x2 + rule.right * w) + rule.right_px, width),
    Math.min(Math.trunc(y2 + rule.bottom * h) + rule.bottom_px, height),
  ];
}
