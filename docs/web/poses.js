// Poses as rotations: smoothing over time, and the axes in the picture. Angles are yaw, pitch and roll in degrees;
// yaw > 0 looks to the left of the picture, pitch > 0 up, roll > 0 tilts clockwise.

import {overlap} from "./networks.js";

const LONGEST_GAP_S = 1;
const REST_CUTOFF_HZ = 8 * (0.2 / 8) ** 0.5; // The program's smoothing of 0.5.
const SPEED_CUTOFF_HZ = 1;
const CUTOFF_PER_SPEED = 0.05;

const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

function quaternion({yaw, pitch, roll}) {
  const [cy, cp, cr] = [yaw, pitch, roll].map((angle) => Math.cos(-radians(angle) / 2));
  const [sy, sp, sr] = [yaw, pitch, roll].map((angle) => Math.sin(-radians(angle) / 2));
  return [
    cp * cy * cr - sp * sy * sr,
    sp * cy * cr + cp * sy * sr,
    cp * sy * cr - sp * cy * sr,
    cp * cy * sr + sp * sy * cr,
  ];
}

function anglesOf([w, x, y, z]) {
  const down = 2 * (y * z - w * x);
  const depth = 1 - 2 * (x * x + y * y);
  const side = depth < 0 ? -1 : 1; // A face turned away has a yaw beyond 90°, not a pitch.
  return {
    yaw: degrees(Math.atan2(-2 * (x * z + w * y), side * Math.hypot(down, depth))),
    pitch: degrees(Math.atan2(side * down, side * depth)),
    roll: degrees(Math.atan2(side * 2 * (x * y - w * z), side * (1 - 2 * (y * y + z * z)))),
  };
}

function towards(start, end, share) {
  const product = start.reduce((sum, value, place) => sum + value * end[place], 0);
  const sign = product < 0 ? -1 : 1;
  const angle = Math.acos(Math.min(Math.abs(product), 1));
  const [own, other] =
    Math.abs(product) < 0.9999
      ? [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)]
      : [1 - share, share];
  const sum = start.map((value, place) => own * value + sign * other * end[place]);
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

// The axis of the shortest turn times its angle in degrees.
function turn(start, [a, b, c, d]) {
  const [w, x, y, z] = [start[0], -start[1], -start[2], -start[3]];
  const real = a * w - b * x - c * y - d * z;
  const axis = [a * x + b * w + c * z - d * y, a * y - b * z + c * w + d * x, a * z + b * y - c * x + d * w];
  const sine = Math.hypot(...axis);
  const scale = degrees(sine > 0 ? (2 * Math.atan2(sine, Math.abs(real))) / sine : 2) * (real < 0 ? -1 : 1);
  return axis.map((value) => value * scale);
}

const gain = (cutoff, step) => 1 / (1 + 1 / (2 * Math.PI * cutoff * step));

// One-Euro filter on rotations, of Casiez, Roussel and Vogel, 2012: calm at rest, quick in motion.
class OneEuro {
  smoothed(pose, time) {
    const raw = quaternion(pose);
    const step = time - this.time;
    if (!(step > 0 && step <= LONGEST_GAP_S)) {
      this.velocity = [0, 0, 0];
      this.state = raw;
    } else {
      const way = turn(this.last, raw);
      const share = gain(SPEED_CUTOFF_HZ, step);
      this.velocity = this.velocity.map((old, place) => old + share * (way[place] / step - old));
      const cutoff = REST_CUTOFF_HZ + CUTOFF_PER_SPEED * Math.hypot(...this.velocity);
      this.state = towards(this.state, raw, gain(cutoff, step));
    }
    this.last = raw;
    this.time = time;
    return anglesOf(this.state);
  }
}

// Gives faces numbers that they keep from frame to frame, and smooths the angles of each.
export class Followed {
  constructor() {
    this.tracks = [];
    this.next = 1;
  }

  update(faces, time) {
    this.tracks = this.tracks.filter((track) => time >= track.time && time - track.time <= 2 * LONGEST_GAP_S);
    const free = new Set(this.tracks);
    for (const face of faces) {
      const near = [...free].sort((a, b) => overlap(face.box, b.box) - overlap(face.box, a.box))[0];
      const track = near && overlap(face.box, near.box) > 0.1 ? near : this.begun();
      free.delete(track);
      Object.assign(track, {box: face.box, time});
      face.number = track.number;
      face.smoothed = face.yaw === null ? null : track.filter.smoothed(face, time);
    }
  }

  begun() {
    const track = {number: this.next++, filter: new OneEuro()};
    this.tracks.push(track);
    return track;
  }
}

// Where the head's axes end, relative to their start and of length 1: x, y and z as [right, down, towards the viewer].
export function axesOf({yaw, pitch, roll}) {
  const [cy, cp, cr] = [yaw, pitch, roll].map((angle) => Math.cos(radians(angle)));
  const [sy, sp, sr] = [yaw, pitch, roll].map((angle) => Math.sin(radians(angle)));
  return [
    [cy * cr, cp * sr - sp * sy * cr, sp * sr + cp * sy * cr],
    [-cy * sr, cp * cr + sp * sy * sr, sp * cr - cp * sy * sr],
    [-sy, -sp * cy, cp * cy],
  ];
}
